/* face_cast.c: differences between frames as sequences that every terminal knows (ECMA-48; 24-bit
 * colours by ISO 8613-6). */
#include "face_cast.h"

#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "glyph.h"

bool face_cast_begin(struct face_cast *f, FILE *to, const char *title, enum theme_name theme,
                     int rows, int columns)
{
    *f = (struct face_cast){.to = to, .theme = theme, .fresh = true};
    if (!canvas_init(&f->shown, rows, columns, false)) return false;
    fprintf(to, "{\"version\":2,\"width\":%d,\"height\":%d,\"title\":", columns, rows);
    escape_json(to, title);
    fputs(",\"env\":{\"TERM\":\"xterm-256color\"}}\n", to);
    return !ferror(to);
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->glyph == b->glyph && a->style == b->style && a->marks == b->marks;
}

static void put_rendition(FILE *to, enum theme_name theme, const struct cell *cell)
{
    const struct theme_ink *ink = theme_ink(theme, cell->style);
    unsigned marks = ink->marks ^ (cell->marks & MARK_REVERSE); /* as on the screen */
    marks |= cell->marks & ~MARK_REVERSE;
    fputs("\x1b[0", to);
    if (marks & MARK_BOLD) fputs(";1", to);
    if (marks & MARK_UNDERLINE) fputs(";4", to);
    if (marks & MARK_REVERSE) fputs(";7", to);
    if (!ink->default_foreground) fprintf(to, ";38;2;%d;%d;%d", ink->red, ink->green, ink->blue);
    if (!ink->default_background)
        fprintf(to, ";48;2;%d;%d;%d", ink->back_red, ink->back_green, ink->back_blue);
    fputc('m', to);
}

/* The cells of a row that differ, with those of up to a few columns between them; what is shown
 * becomes what is there. */
static void put_row(struct face_cast *f, const struct canvas *c, int row, FILE *to)
{
    const struct cell *pen = NULL;
    int at = -1; /* where the terminal's cursor is; -1: elsewhere */
    struct cell *shown = &f->shown.cells[(size_t)row * (size_t)f->shown.columns];
    for (int column = 0; column < c->columns; column++) {
        const struct cell *cell = canvas_at(c, row, column), *next = canvas_at(c, row, column + 1);
        bool wide = next && !next->glyph,
             differs = !same(cell, &shown[column]) || (wide && !same(next, &shown[column + 1]));
        shown[column] = *cell;
        if (!cell->glyph || !differs) continue;
        char utf8[5];
        if (at != column) fprintf(to, "\x1b[%d;%dH", row + 1, column + 1);
        if (!pen || pen->style != cell->style || pen->marks != cell->marks)
            put_rendition(to, f->theme, cell);
        pen = cell;
        glyph_to_utf8(cell->glyph, utf8);
        fputs(utf8, to);
        at = column + (wide ? 2 : 1);
    }
    if (pen) fputs("\x1b[0m", to);
}

static void put_cursor(struct face_cast *f, const struct canvas *c, FILE *to, bool moved)
{
    bool was = f->shown.cursor_row >= 0, is = c->cursor_row >= 0;
    if (is && (moved || c->cursor_row != f->shown.cursor_row ||
               c->cursor_column != f->shown.cursor_column))
        fprintf(to, "\x1b[%d;%dH", c->cursor_row + 1, c->cursor_column + 1);
    if (was != is || f->fresh) fputs(is ? "\x1b[?25h" : "\x1b[?25l", to);
    f->shown.cursor_row = c->cursor_row;
    f->shown.cursor_column = c->cursor_column;
}

/* An event's data: what is a control in it becomes an escape of JSON. */
static void put_event(FILE *to, double seconds, const char *data)
{
    fprintf(to, "[%.3f,\"o\",\"", seconds);
    while (*data) {
        char32_t glyph = glyph_next(&data);
        if (glyph < 0x20)
            fprintf(to, "\\u%04x", (unsigned)glyph);
        else
            escape_json_glyph(to, glyph);
    }
    fputs("\"]\n", to);
}

bool face_cast_frame(struct face_cast *f, double seconds, const struct canvas *c)
{
    char *data = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&data, &bytes);
    if (!to) return false;
    if (f->fresh) fputs("\x1b[?1049h\x1b[2J", to);
    long before = ftell(to);
    for (int row = 0; row < c->rows; row++)
        put_row(f, c, row, to);
    put_cursor(f, c, to, ftell(to) != before);
    f->fresh = false;
    bool ok = fclose(to) == 0;
    if (ok && bytes > 0) put_event(f->to, seconds, data);
    free(data);
    return ok && !ferror(f->to);
}

bool face_cast_end(struct face_cast *f, double seconds)
{
    put_event(f->to, seconds, "\x1b[0m\x1b[?25h\x1b[?1049l");
    return fflush(f->to) == 0 && !ferror(f->to);
}

void face_cast_release(struct face_cast *f) { canvas_release(&f->shown); }
