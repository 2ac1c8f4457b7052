/* pty_program.c: see pty_program.h. Lines are kept as they would have been read, not as a screen:
 * who wants that runs a terminal. */
#include "cli/source/pty_program.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 4096
#define PIECES_MAX 64 /* at once: then others are heard */

enum escape { NO_ESCAPE, ESCAPE_BEGUN, ESCAPE_CSI, ESCAPE_STRING, ESCAPE_STRING_END, ESCAPE_ONE };

static bool keep_line(struct pty_program *p)
{
    if (p->n == PTY_PROGRAM_LINES_MAX) {
        free(p->line[0]);
        memmove(p->line, p->line + 1, --p->n * sizeof *p->line);
        p->n_forgotten++;
    }
    if (p->n == p->room) {
        size_t room = p->room ? p->room * 2 : 64;
        char **moved = realloc(p->line, room * sizeof *moved);
        if (!moved) return false;
        p->line = moved;
        p->room = room;
    }
    char *copy = strndup(p->open, p->n_open);
    if (!copy) return false;
    p->line[p->n++] = copy;
    return true;
}

static bool end_line(struct pty_program *p)
{
    bool kept = keep_line(p);
    p->n_open = 0;
    p->open[0] = '\0';
    p->returned = false;
    return kept;
}

static bool put(struct pty_program *p, char c)
{
    bool ok = true;
    if (p->returned) p->n_open = 0;
    p->returned = false;
    bool begins = (c & 0xc0) != 0x80; /* a character is not cut in two */
    if (p->n_open >= PTY_PROGRAM_LINE_BYTES && (begins || p->n_open >= PTY_PROGRAM_LINE_BYTES + 6))
        ok = end_line(p);
    p->open[p->n_open++] = c;
    p->open[p->n_open] = '\0';
    return ok;
}

static void take_back(struct pty_program *p)
{
    while (p->n_open > 0 && (p->open[p->n_open - 1] & 0xc0) == 0x80)
        p->n_open--;
    if (p->n_open > 0) p->n_open--;
    p->open[p->n_open] = '\0';
}

/* ECMA-48: ESC [ … a final byte; ESC ] (and P, X, ^, _) … BEL or ESC \; ESC ( and one more. */
static void go_on_escape(struct pty_program *p, unsigned char c)
{
    switch ((enum escape)p->escape) {
    case ESCAPE_BEGUN:
        p->escape = c == '['                       ? ESCAPE_CSI
                    : c != 0 && strchr("]PX^_", c) ? ESCAPE_STRING
                    : c >= 0x20 && c <= 0x2f       ? ESCAPE_ONE
                                                   : NO_ESCAPE;
        return;
    case ESCAPE_CSI:
        if (c >= 0x40 && c <= 0x7e) p->escape = NO_ESCAPE;
        return;
    case ESCAPE_STRING:
        if (c == 7) p->escape = NO_ESCAPE;
        if (c == 27) p->escape = ESCAPE_STRING_END;
        return;
    case ESCAPE_STRING_END:
        p->escape = c == '\\' ? NO_ESCAPE : ESCAPE_STRING;
        return;
    default:
        p->escape = NO_ESCAPE;
    }
}

static bool take_byte(struct pty_program *p, unsigned char c)
{
    if (p->escape != NO_ESCAPE && c != '\n') {
        go_on_escape(p, c);
        return true;
    }
    p->escape = NO_ESCAPE;
    switch (c) {
    case '\n':
        return end_line(p);
    case '\r':
        p->returned = p->n_open > 0;
        return true;
    case '\b':
        take_back(p);
        return true;
    case '\t':
        do
            if (!put(p, ' ')) return false;
        while (p->n_open % 8 != 0);
        return true;
    case 27:
        p->escape = ESCAPE_BEGUN;
        return true;
    default:
        return c < 0x20 || c == 0x7f ? true : put(p, (char)c);
    }
}

bool pty_program_take(struct pty_program *p, const char *bytes, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++)
        ok = take_byte(p, (unsigned char)bytes[i]) && ok;
    return ok;
}

bool pty_program_read(struct pty_program *p)
{
    char piece[PIECE];
    bool some = false;
    ssize_t n;
    for (int i = 0; i < PIECES_MAX && (n = spawn_read(&p->spawn, piece, sizeof piece)) > 0; i++) {
        pty_program_take(p, piece, (size_t)n);
        some = true;
    }
    return some;
}

const char *pty_program_open_line(const struct pty_program *p) { return p->open; }

void pty_program_release(struct pty_program *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->line[i]);
    free(p->line);
    spawn_release(&p->spawn);
    *p = (struct pty_program){.n = 0};
}
