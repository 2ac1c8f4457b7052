/* pen.c: drawing within one area. */
#include "pen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 512 /* bytes; a longer word is broken */

static bool inside(const struct pen *pen, int row, int column)
{
    return row >= 0 && row < pen->area.rows && column >= 0 && column < pen->area.columns;
}

void pen_put(const struct pen *pen, int row, int column, char32_t glyph, enum style style,
             unsigned marks)
{
    if (inside(pen, row, column))
        canvas_put(pen->canvas, pen->area.row + row, pen->area.column + column, glyph, style,
                   marks);
}

int pen_text(const struct pen *pen, int row, int column, enum style style, unsigned marks,
             const char *utf8)
{
    if (!inside(pen, row, column)) return column;
    return column + canvas_text(pen->canvas, pen->area.row + row, pen->area.column + column,
                                pen->area.columns - column, utf8, style, marks);
}

int pen_printf(const struct pen *pen, int row, int column, enum style style, unsigned marks,
               const char *format, ...)
{
    char text[1024]; /* no row is longer; more is cut */
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return n < 0 ? column : pen_text(pen, row, column, style, marks, text);
}

int pen_width(const struct pen *pen, const char *utf8) { return canvas_width(pen->canvas, utf8); }

int pen_cut(const struct pen *pen, int row, int column, int end, enum style style, unsigned marks,
            const char *utf8)
{
    struct pen narrow = *pen;
    if (end < narrow.area.columns) narrow.area.columns = end;
    int room = narrow.area.columns - column;
    if (room < 1) return column;
    if (pen_width(pen, utf8) <= room) return pen_text(pen, row, column, style, marks, utf8);
    narrow.area.columns--;
    int at = pen_text(&narrow, row, column, style, marks, utf8);
    pen_put(pen, row, at, U'…', style, marks);
    return at + 1;
}

int pen_whole(const struct pen *pen, int row, int column, enum style style, unsigned marks,
              const char *utf8)
{
    return column + pen_width(pen, utf8) > pen->area.columns
               ? column
               : pen_text(pen, row, column, style, marks, utf8);
}

int pen_right(const struct pen *pen, int row, int start, int end, enum style style, unsigned marks,
              const char *utf8)
{
    int column = end - pen_width(pen, utf8);
    if (column < start) return end;
    pen_text(pen, row, column, style, marks, utf8);
    return column;
}

void pen_fill(const struct pen *pen, int row, int column, int columns, char32_t glyph,
              enum style style, unsigned marks)
{
    for (int i = 0; i < columns && column + i < pen->area.columns; i++)
        pen_put(pen, row, column + i, glyph, style, marks);
}

/* The next word of *at, without the blanks before it; false at the end. */
static bool next_word(const char **at, char word[WORD_MAX])
{
    *at += strspn(*at, " ");
    size_t n = strcspn(*at, " ");
    if (n > WORD_MAX - 1) n = WORD_MAX - 1;
    memcpy(word, *at, n);
    word[n] = '\0';
    *at += n;
    return n > 0;
}

int pen_wrap(const struct pen *pen, int row, int column, int indent, enum style style,
             const char *utf8)
{
    char word[WORD_MAX];
    int first = row, at = column, width = pen->area.columns;
    bool fresh = true;
    while (row < pen->area.rows && next_word(&utf8, word)) {
        int needed = pen_width(pen, word) + (fresh ? 0 : 1);
        bool last = row + 1 >= pen->area.rows, more = utf8[strspn(utf8, " ")] != '\0';
        if (at + needed > width - (last && more ? 2 : 0)) {
            if (last) {
                if (fresh) at = pen_text(pen, row, at, style, 0, word);
                pen_put(pen, row, at < width ? at : width - 1, U'…', style, 0);
                return row - first + 1;
            }
            if (!fresh || indent < at) {
                row++;
                at = indent;
                fresh = true;
            }
        }
        if (!fresh)
            pen_put(pen, row, at, U' ', style, 0); /* a ground of its own goes on between words */
        at = pen_cut(pen, row, fresh ? at : at + 1, width, style, 0, word);
        fresh = false;
    }
    return row - first + 1;
}
