/* popup.c: words in columns, row after row. */
#include "cli/prompt/popup.h"

#include <stdio.h>

#define ROWS_WANTED 10

struct layout {
    int row, column, rows, columns;
    int across, word;
    size_t first;
};

static int rows_for(size_t n, int across)
{
    return (int)((n + (size_t)across - 1) / (size_t)across);
}

static struct layout lay_out(const struct canvas *c, int bottom_row, const struct line_matches *m)
{
    struct layout l = {.word = 1};
    for (size_t i = 0; i < m->n; i++) {
        int width = canvas_width(c, m->words[i]);
        if (width > l.word) l.word = width;
    }
    int inside = c->columns - 2, room = bottom_row - 2;
    if (l.word > inside - 1) l.word = inside - 1;
    if (l.word < 1 || room < 1) return (struct layout){0};
    int most = inside / (l.word + 2); /* less than one: it is cut */
    int wanted = room < ROWS_WANTED ? room : ROWS_WANTED;
    l.across = 1;
    while (l.across < most && rows_for(m->n, l.across) > wanted)
        l.across++;
    int all = rows_for(m->n, l.across);
    l.rows = all < wanted ? all : wanted;
    l.columns = l.across * (l.word + 2) - (l.across > 1 || l.word + 2 > inside ? 1 : 0);
    if (l.columns < 10 && inside >= 10) l.columns = 10;
    l.row = bottom_row - l.rows - 1;
    int right = c->columns - l.columns - 1;
    l.column = c->cursor_column < 1 ? 1 : c->cursor_column > right ? right : c->cursor_column;
    int chosen_row = m->chosen < m->n ? (int)(m->chosen / (size_t)l.across) : 0;
    int first_row = chosen_row < l.rows ? 0 : chosen_row - l.rows + 1;
    l.first = (size_t)first_row * (size_t)l.across;
    return l;
}

static void draw_frame(struct canvas *c, const struct layout *l)
{
    static const char32_t drawn[] = U"┌┐└┘─│", plain[] = U"++++-|";
    const char32_t *g = c->ascii ? plain : drawn;
    int top = l->row - 1, bottom = l->row + l->rows, left = l->column - 1,
        right = l->column + l->columns;
    canvas_fill(c, l->row, l->column, l->rows, l->columns, ' ', STYLE_PLAIN, 0);
    canvas_fill(c, top, l->column, 1, l->columns, g[4], STYLE_FRAME, 0);
    canvas_fill(c, bottom, l->column, 1, l->columns, g[4], STYLE_FRAME, 0);
    canvas_fill(c, l->row, left, l->rows, 1, g[5], STYLE_FRAME, 0);
    canvas_fill(c, l->row, right, l->rows, 1, g[5], STYLE_FRAME, 0);
    canvas_put(c, top, left, g[0], STYLE_FRAME, 0);
    canvas_put(c, top, right, g[1], STYLE_FRAME, 0);
    canvas_put(c, bottom, left, g[2], STYLE_FRAME, 0);
    canvas_put(c, bottom, right, g[3], STYLE_FRAME, 0);
}

void popup_draw(struct canvas *c, int bottom_row, const struct line_matches *m)
{
    struct layout l = lay_out(c, bottom_row, m);
    if (!m->n || l.rows < 1) return;
    draw_frame(c, &l);
    size_t shown = (size_t)l.rows * (size_t)l.across;
    for (size_t i = 0; i < shown && l.first + i < m->n; i++) {
        int row = l.row + (int)(i / (size_t)l.across),
            column = l.column + (int)(i % (size_t)l.across) * (l.word + 2);
        bool chosen = l.first + i == m->chosen;
        if (chosen) canvas_fill(c, row, column, 1, l.word + 1, ' ', STYLE_PLAIN, MARK_REVERSE);
        canvas_text(c, row, column, l.word, m->words[l.first + i], STYLE_PLAIN,
                    chosen ? MARK_REVERSE : 0);
    }
    if (m->n <= shown) return;
    char count[80];
    snprintf(count, sizeof count, " %zu-%zu of %zu ", l.first + 1,
             l.first + shown < m->n ? l.first + shown : m->n, m->n);
    if (canvas_width(c, count) <= l.columns)
        canvas_text(c, l.row + l.rows, l.column, l.columns, count, STYLE_LABEL, 0);
}
