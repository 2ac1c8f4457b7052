/* map_edge.c: where the map holds the page's edge, everything up to it is drawn to scale; where
 * not, one line breaks off ("≈") and ends in the edge. Nothing follows the edge. Words that find no
 * place beside brk go on the line below, those of a full map among the marks. */
#include "map_edge.h"

#include "figure.h"

#include <stdio.h>
#include <string.h>

#define EDGE_WORDS 22 /* columns of "≈ page to 0x412000┤", with some air */

static uint64_t cells_up(const struct map *m, uint64_t offset)
{
    uint64_t cells = axis_cells_to(&m->axis, m->bytes_per_cell, offset);
    return cells > m->first ? cells - m->first : 0;
}

static void count_words(char to[3 * FIGURE_MAX], const struct map *m, bool below)
{
    char count[FIGURE_MAX];
    snprintf(to, (size_t)3 * FIGURE_MAX,
             below ? " %s B beyond brk: mapped, not heap " : " %s B mapped, not heap ",
             figure_count(count, m->page_bytes - m->heap_bytes));
}

struct map_edge map_edge_plan(const struct map *m, const struct canvas *c)
{
    char words[3 * FIGURE_MAX];
    uint64_t cells = map_cells(m), line = (uint64_t)m->line_cells;
    struct map_edge e = {.brk = m->heap_bytes < m->from ? UINT64_MAX : cells_up(m, m->heap_bytes),
                         .edge = cells_up(m, m->page_bytes)};
    e.to_scale = e.edge <= cells;
    e.end = e.to_scale ? e.edge : cells;
    if (!m->brk_last) e.brk = UINT64_MAX; /* it stands before a gap (map_gap.h) */
    if (e.brk >= cells) return e;
    count_words(words, m, false);
    uint64_t brk_line = e.brk / line, after = e.brk % line + 4,
             room = line > after ? line - after : 0;
    uint64_t needed = (uint64_t)canvas_width(c, words) + (e.to_scale ? 0 : EDGE_WORDS);
    e.words_below = room < needed && (brk_line + 1) * line < e.end;
    if (!e.to_scale) e.end = (brk_line + 1 + e.words_below) * line;
    return e;
}

static void place(const struct map *m, uint64_t cell, int *row, int *column)
{
    *row = (int)(cell / (uint64_t)m->line_cells) * m->line_rows + m->body;
    *column = m->gutter + (int)(cell % (uint64_t)m->line_cells);
}

static bool blank(const struct pen *pen, int row, int column, int end)
{
    for (; column < end; column++) {
        const struct cell *cell =
            canvas_at(pen->canvas, pen->area.row + row, pen->area.column + column);
        if (!cell || cell->glyph != U' ') return false;
    }
    return true;
}

/* The words for the edge of a page whose last byte is not on the map, or hidden by brk: on the row,
 * else among the marks. */
static int draw_far_edge(const struct pen *pen, const struct map *m, int row, int from, int last,
                         const char *const words[2])
{
    int end = m->gutter + m->line_cells + 1;
    for (int i = 0; i < 2; i++)
        if (last + 1 - pen_width(pen, words[i]) >= from)
            return pen_right(pen, row, from, last + 1, STYLE_PAGE, 0, words[i]);
    for (int i = 0; i < 2 && m->line_rows > 1; i++) {
        int start = end - pen_width(pen, words[i]);
        if (start <= m->gutter || !blank(pen, row + 1, start - 1, end)) continue;
        pen_right(pen, row + 1, m->gutter, end, STYLE_PAGE, 0, words[i]);
        break;
    }
    return last;
}

/* "page to 0x412000┤" that ends at column last, if it does not reach below column from: else as
 * near as it finds room, if need be among the marks. Returns the first column used, or last. */
static int draw_edge(const struct pen *pen, const struct map *m, int row, int from, int last,
                     bool to_scale, const char *address)
{
    char full[3 * FIGURE_MAX], brief[3 * FIGURE_MAX];
    const char *const words[2] = {
        full, to_scale ? brief : "≈ page end┤"}; /* what it is before where it is */
    int end = m->gutter + m->line_cells + 1;
    snprintf(full, sizeof full, to_scale ? " page to %s┤" : "≈ page to %s┤", address);
    snprintf(brief, sizeof brief, " to %s┤", address);
    if (!to_scale) return draw_far_edge(pen, m, row, from, last, words);
    int width = pen_width(pen, full);
    if (last + 1 - width >= from) return pen_right(pen, row, from, last + 1, STYLE_PAGE, 0, full);
    if (last < from) { /* brk stands there, since a cell is so many bytes */
        int at = from + width <= end ? from + width - 1 : end - 1;
        draw_far_edge(pen, m, row, from, at, words);
        return last;
    }
    pen_put(pen, row, last, U'┤', STYLE_PAGE, 0);
    full[strlen(full) - strlen("┤")] = '\0';
    if (last + width <= end)
        pen_text(pen, row, last + 1, STYLE_PAGE, 0, full);
    else
        draw_far_edge(pen, m, row, end, end - 1, words); /* among the marks */
    return last;
}

static void draw_page(const struct pen *pen, const struct map *m, const struct map_edge *e,
                      const struct picture *p, int row, int after)
{
    char words[3 * FIGURE_MAX], address[FIGURE_MAX];
    int edge_row = row, last = m->gutter + m->line_cells - 1;
    figure_place(address, p, snapshot_head(p->snapshot)->brk + (m->page_bytes - m->heap_bytes));
    if (e->to_scale) {
        place(m, e->edge ? e->edge - 1 : 0, &edge_row, &last);
        last++; /* a full line has a column for it */
    } else if (e->words_below) {
        edge_row += m->line_rows;
    }
    int words_row = e->words_below ? row + m->line_rows : row,
        from = e->words_below ? m->gutter : after;
    int end = draw_edge(pen, m, edge_row, edge_row <= row ? after : m->gutter, last, e->to_scale,
                        address);
    if (edge_row != words_row) end = m->gutter + m->line_cells;
    count_words(words, m, e->words_below);
    if (end - from >= pen_width(pen, words) + 2)
        pen_text(pen, words_row, from + 1, STYLE_PAGE, 0, words);
}

void map_edge_draw(const struct pen *pen, const struct map *m, const struct map_edge *e,
                   const struct picture *p)
{
    uint64_t cells = map_cells(m);
    if (e->brk > cells) return;
    int row = (m->lines - 1) * m->line_rows + m->body, column = m->gutter + m->line_cells,
        after = column + 1;
    if (e->brk < cells) place(m, e->brk, &row, &column);
    pen_put(pen, row, column, U'│', STYLE_BRK, 0);
    if (e->brk < cells) after = pen_text(pen, row, column + 1, STYLE_BRK, 0, "brk");
    if (m->page_bytes > m->heap_bytes)
        draw_page(pen, m, e, p, row, after);
    else if (column + 24 < m->gutter + m->line_cells)
        pen_text(pen, row, after, STYLE_DIM, 0, " = the page's edge");
}
