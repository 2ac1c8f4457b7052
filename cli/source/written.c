/* written.c: see written.h. Lines are kept as they would have been read, not as a screen: who wants
 * that runs a terminal. */
#include "cli/source/written.h"

#include <stdlib.h>
#include <string.h>

enum escape { NO_ESCAPE, ESCAPE_BEGUN, ESCAPE_CSI, ESCAPE_STRING, ESCAPE_STRING_END, ESCAPE_ONE };

static bool keep_line(struct written *w)
{
    if (w->n == WRITTEN_LINES_MAX) {
        free(w->line[0]);
        memmove(w->line, w->line + 1, --w->n * sizeof *w->line);
        w->n_forgotten++;
    }
    if (w->n == w->room) {
        size_t room = w->room ? w->room * 2 : 64;
        char **moved = realloc(w->line, room * sizeof *moved);
        if (!moved) return false;
        w->line = moved;
        w->room = room;
    }
    char *copy = strndup(w->open, w->n_open);
    if (!copy) return false;
    w->line[w->n++] = copy;
    return true;
}

static bool end_line(struct written *w)
{
    bool kept = keep_line(w);
    w->n_open = 0;
    w->open[0] = '\0';
    w->returned = false;
    return kept;
}

static bool put(struct written *w, char c)
{
    bool ok = true;
    if (w->returned) w->n_open = 0;
    w->returned = false;
    bool begins = (c & 0xc0) != 0x80; /* a character is not cut in two */
    if (w->n_open >= WRITTEN_LINE_BYTES && (begins || w->n_open >= WRITTEN_LINE_BYTES + 6))
        ok = end_line(w);
    w->open[w->n_open++] = c;
    w->open[w->n_open] = '\0';
    return ok;
}

static void take_back(struct written *w)
{
    while (w->n_open > 0 && (w->open[w->n_open - 1] & 0xc0) == 0x80)
        w->n_open--;
    if (w->n_open > 0) w->n_open--;
    w->open[w->n_open] = '\0';
}

/* ECMA-48: ESC [ … a final byte; ESC ] (and P, X, ^, _) … BEL or ESC \; ESC ( and one more. */
static void go_on_escape(struct written *w, unsigned char c)
{
    switch ((enum escape)w->escape) {
    case ESCAPE_BEGUN:
        w->escape = c == '['                       ? ESCAPE_CSI
                    : c != 0 && strchr("]PX^_", c) ? ESCAPE_STRING
                    : c >= 0x20 && c <= 0x2f       ? ESCAPE_ONE
                                                   : NO_ESCAPE;
        return;
    case ESCAPE_CSI:
        if (c >= 0x40 && c <= 0x7e) w->escape = NO_ESCAPE;
        return;
    case ESCAPE_STRING:
        if (c == 7) w->escape = NO_ESCAPE;
        if (c == 27) w->escape = ESCAPE_STRING_END;
        return;
    case ESCAPE_STRING_END:
        w->escape = c == '\\' ? NO_ESCAPE : ESCAPE_STRING;
        return;
    default:
        w->escape = NO_ESCAPE;
    }
}

static bool take_byte(struct written *w, unsigned char c)
{
    if (w->escape != NO_ESCAPE && c != '\n') {
        go_on_escape(w, c);
        return true;
    }
    w->escape = NO_ESCAPE;
    switch (c) {
    case '\n':
        return end_line(w);
    case '\r':
        w->returned = w->n_open > 0;
        return true;
    case '\b':
        take_back(w);
        return true;
    case '\t':
        do
            if (!put(w, ' ')) return false;
        while (w->n_open % 8 != 0);
        return true;
    case 27:
        w->escape = ESCAPE_BEGUN;
        return true;
    default:
        return c < 0x20 || c == 0x7f ? true : put(w, (char)c);
    }
}

bool written_take(struct written *w, const char *bytes, size_t n)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++)
        ok = take_byte(w, (unsigned char)bytes[i]) && ok;
    return ok;
}

const char *written_open_line(const struct written *w) { return w->open; }

const char *written_last_line(const struct written *w)
{
    size_t n = w->n;
    if (w->n_open > 0) return w->open;
    while (n > 0 && !w->line[n - 1][0])
        n--;
    return n > 0 ? w->line[n - 1] : "";
}

void written_release(struct written *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->line[i]);
    free(w->line);
    *w = (struct written){.n = 0};
}
