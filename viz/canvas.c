/* canvas.c: putting characters, clipped and made harmless. */
#include "canvas.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "glyph.h"

#define SIDE_MAX 10000 /* no terminal is larger; keeps rows × columns far from overflow */

static const struct cell blank = {.glyph = U' ', .style = STYLE_PLAIN, .marks = 0};

static int side(int n) { return n < 1 ? 1 : n > SIDE_MAX ? SIDE_MAX : n; }

bool canvas_init(struct canvas *c, int rows, int columns, bool ascii)
{
    *c = (struct canvas){.ascii = ascii};
    return canvas_resize(c, rows, columns);
}

bool canvas_resize(struct canvas *c, int rows, int columns)
{
    rows = side(rows);
    columns = side(columns);
    struct cell *cells = realloc(c->cells, (size_t)rows * (size_t)columns * sizeof *cells);
    if (!cells) {
        errno = ENOMEM;
        return false;
    }
    c->cells = cells;
    c->rows = rows;
    c->columns = columns;
    canvas_clear(c);
    return true;
}

void canvas_release(struct canvas *c)
{
    free(c->cells);
    *c = (struct canvas){0};
}

void canvas_clear(struct canvas *c)
{
    size_t n = (size_t)c->rows * (size_t)c->columns;
    for (size_t i = 0; i < n; i++)
        c->cells[i] = blank;
    c->cursor_row = c->cursor_column = -1;
}

static struct cell *cell_at(const struct canvas *c, int row, int column)
{
    if (row < 0 || row >= c->rows || column < 0 || column >= c->columns) return NULL;
    return &c->cells[(size_t)row * (size_t)c->columns + (size_t)column];
}

const struct cell *canvas_at(const struct canvas *c, int row, int column)
{
    return cell_at(c, row, column);
}

/* A wide character of which one half is overwritten leaves a blank. */
static void break_wide(struct canvas *c, int row, int column)
{
    struct cell *here = cell_at(c, row, column), *next = cell_at(c, row, column + 1),
                *before = cell_at(c, row, column - 1);
    if (here->glyph == 0 && before) before->glyph = U' ';
    if (next && next->glyph == 0) next->glyph = U' ';
}

static char32_t harmless(const struct canvas *c, char32_t glyph)
{
    if (glyph_width(glyph) <= 0) glyph = GLYPH_BAD;
    return c->ascii ? glyph_ascii(glyph) : glyph;
}

static void set(struct canvas *c, int row, int column, struct cell cell)
{
    struct cell *at = cell_at(c, row, column);
    if (!at) return;
    break_wide(c, row, column);
    *at = cell;
}

void canvas_put(struct canvas *c, int row, int column, char32_t glyph, enum style style,
                unsigned marks)
{
    struct cell cell = {.glyph = harmless(c, glyph), .style = style, .marks = (uint8_t)marks};
    bool wide = glyph_width(cell.glyph) == 2;
    if (wide && (column < 0 || column + 1 >= c->columns)) {
        cell.glyph = U' '; /* half of it would be outside */
        set(c, row, column < 0 ? column + 1 : column, cell);
        return;
    }
    set(c, row, column, cell);
    if (!wide) return;
    set(c, row, column + 1, (struct cell){.glyph = U' ', .style = style, .marks = (uint8_t)marks});
    struct cell *second = cell_at(c, row, column + 1);
    if (second) second->glyph = 0;
}

/* What a character is shown as: itself, or for a control two ASCII characters. Returns how many. */
static int shown_as(const struct canvas *c, char32_t glyph, char32_t shown[2])
{
    static const char escapes[] = "abtnvfr"; /* of 7 to 13 */
    if (glyph < 0x20 || glyph == 0x7F) {
        bool named = glyph >= 7 && glyph <= 13;
        shown[0] = named ? U'\\' : U'^';
        shown[1] = named ? (char32_t)escapes[glyph - 7] : glyph ^ 0x40;
        return 2;
    }
    if (glyph_width(glyph) == 0) return 0;
    shown[0] = harmless(c, glyph);
    return 1;
}

/* Put, or with put false only measure. */
static int lay_text(struct canvas *c, int row, int column, int width, const char *utf8,
                    enum style style, unsigned marks, bool put)
{
    int used = 0;
    while (*utf8) {
        char32_t shown[2];
        int n = shown_as(c, glyph_next(&utf8), shown), columns = 0;
        for (int i = 0; i < n; i++)
            columns += glyph_width(shown[i]);
        if (columns > width - used) break;
        for (int i = 0; put && i < n; i++)
            canvas_put(c, row, column + used + i, shown[i], style, marks);
        used += columns;
    }
    return used;
}

int canvas_text(struct canvas *c, int row, int column, int width, const char *utf8,
                enum style style, unsigned marks)
{
    return lay_text(c, row, column, width, utf8, style, marks, true);
}

int canvas_width(const struct canvas *c, const char *utf8)
{
    struct canvas measure = {.ascii = c->ascii};
    return lay_text(&measure, 0, 0, SIDE_MAX * 100, utf8, STYLE_PLAIN, 0, false);
}

void canvas_fill(struct canvas *c, int row, int column, int rows, int columns, char32_t glyph,
                 enum style style, unsigned marks)
{
    int last_row = row + rows < c->rows ? row + rows : c->rows,
        last = column + columns < c->columns ? column + columns : c->columns;
    for (int r = row < 0 ? 0 : row; r < last_row; r++)
        for (int k = column < 0 ? 0 : column; k < last; k++)
            canvas_put(c, r, k, glyph, style, marks);
}
