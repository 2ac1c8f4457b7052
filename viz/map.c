/* map.c: where the bytes of the heap lie on the heap map. */
#include "map.h"

#include "figure.h"

#include <string.h>

#define LINE_GRAIN 16 /* lines have a multiple of so many cells: their addresses stay round */
#define TAIL_CELLS                                                                                 \
    4 /* kept free for the word brk; the page's edge finds room behind it or among the marks */

uint64_t map_fit(const struct axis *a, uint64_t cells, bool projector)
{
    uint64_t tail = cells >= UINT64_C(12) * TAIL_CELLS ? TAIL_CELLS : 0,
             bytes = projector ? 1 : MAP_CELL_WHOLE;
    while (bytes < UINT64_C(1) << 60 && axis_cells(a, bytes) > cells - tail)
        bytes *= 2;
    return bytes;
}

uint64_t map_hold(const struct axis *a, uint64_t cells, bool projector, uint64_t held)
{
    uint64_t fit = map_fit(a, cells, projector);
    return held > fit && a->length / held >= cells / 4 ? held : fit;
}

uint64_t map_first_most(const struct axis *a, uint64_t cells, uint64_t bytes_per_cell)
{
    if (bytes_per_cell == 0 || bytes_per_cell > UINT64_MAX / LINE_GRAIN) return 0;
    uint64_t all = axis_cells(a, bytes_per_cell);
    return all > cells ? (all - cells + LINE_GRAIN - 1) / LINE_GRAIN * LINE_GRAIN : 0;
}

uint64_t map_first_at(const struct axis *a, uint64_t cells, uint64_t bytes_per_cell,
                      uint64_t offset)
{
    uint64_t most = map_first_most(a, cells, bytes_per_cell);
    if (most == 0) return 0;
    uint64_t first = axis_cell_of(a, bytes_per_cell, offset);
    first -= first % LINE_GRAIN;
    return first < most ? first : most;
}

bool map_cells_of(const struct map *m, uint64_t from, uint64_t to, uint64_t *first, uint64_t *last)
{
    uint64_t cells = map_cells(m);
    if (from >= to || from == UINT64_MAX) return false;
    uint64_t a = axis_cell_of(&m->axis, m->bytes_per_cell, from),
             b = axis_cell_of(&m->axis, m->bytes_per_cell, to - 1);
    if (b < m->first || (a > m->first && a - m->first >= cells)) return false;
    *first = a > m->first ? a - m->first : 0;
    *last = b - m->first < cells ? b - m->first : cells - 1;
    return true;
}

uint64_t map_offset(const struct snapshot *s, uint64_t address)
{
    return snapshot_n_regions(s) == 1 ? address - snapshot_region(s, 0)->start
                                      : snapshot_offset_of(s, address);
}

#define TALL_LEAST 4 /* rows of a line for a projector */
#define TALL_MOST 12

/* As few lines, and so as tall ones, as make the scale no coarser. */
static void plan_tall(struct map *m)
{
    int most = m->area.rows / TALL_LEAST, lines = 1;
    uint64_t line = (uint64_t)m->line_cells,
             finest = map_fit(&m->axis, (uint64_t)most * line, true);
    while (map_fit(&m->axis, (uint64_t)lines * line, true) > finest)
        lines++;
    m->line_rows = m->area.rows / lines < TALL_MOST ? m->area.rows / lines : TALL_MOST;
}

/* Columns of the longest address that a line can begin with. */
static int longest_address(const struct snapshot *s)
{
    char text[FIGURE_MAX];
    uint64_t brk = snapshot_head(s)->brk, end = snapshot_region(s, snapshot_n_regions(s) - 1)->end;
    return (int)strlen(figure_address(text, end > brk ? end : brk));
}

static void plan_lines(struct map *m, const struct snapshot *s, bool tall)
{
    int gutter = longest_address(s) + 2,
        room = m->area.columns - 1; /* a column for brk behind a full line */
    m->gutter = room - gutter >= 2 * LINE_GRAIN ? gutter : 1;
    m->line_cells = room - m->gutter;
    if (m->line_cells >= LINE_GRAIN) m->line_cells -= m->line_cells % LINE_GRAIN;
    if (m->line_cells < 1) m->line_cells = 1;
    m->line_rows = m->area.rows >= 2 ? 2 : 1;
    if (tall && m->area.rows >= TALL_LEAST) plan_tall(m);
    m->body = m->line_rows > 2 ? m->line_rows - 2 : 0;
    m->lines = m->area.rows / m->line_rows;
    if (m->lines < 1) m->lines = 1;
}

static void plan_bytes(struct map *m, const struct snapshot *s)
{
    const struct snapshot_head *head = snapshot_head(s);
    const struct snapshot_region *last = snapshot_region(s, snapshot_n_regions(s) - 1);
    uint64_t page = head->page_bytes ? head->page_bytes : 1,
             beyond = head->brk % page ? page - head->brk % page : 0;
    m->brk_last = last->kind == REGION_BRK && last->end == head->brk;
    m->heap_bytes = snapshot_length(s);
    m->page_bytes = m->heap_bytes + (m->brk_last ? beyond : 0);
}

struct map map_plan(struct area area, const struct picture *p)
{
    struct map m = {.area = area, .axis = {.length = snapshot_length(p->snapshot)}};
    plan_bytes(&m, p->snapshot);
    plan_lines(&m, p->snapshot, p->view->projector);
    m.axis = axis_of(p->snapshot, map_cells(&m));
    const struct view *v = p->view;
    bool same = v->held_cells == map_cells(&m); /* another window has another scale */
    uint64_t whole = map_hold(&m.axis, map_cells(&m), v->projector, same ? v->held : 0),
             asked = v->bytes_per_cell;
    if (whole < v->scale_least) whole = v->scale_least;
    m.bytes_per_cell = whole;
    m.was = same && whole == v->held && asked == 0 ? v->held_was : 0;
    if (asked == 0 || asked > whole) return m;
    while (m.bytes_per_cell > asked && m.bytes_per_cell > 1)
        m.bytes_per_cell /= 2;
    m.first = map_first_at(&m.axis, map_cells(&m), m.bytes_per_cell, v->map_from);
    m.from = axis_cell(&m.axis, m.bytes_per_cell, m.first).from;
    return m;
}

bool map_cell_at(const struct map *m, int row, int column, uint64_t *cell)
{
    row -= m->area.row;
    column -= m->area.column + m->gutter;
    if (row < 0 || column < 0 || column >= m->line_cells || row >= m->lines * m->line_rows)
        return false;
    *cell = (uint64_t)(row / m->line_rows) * (uint64_t)m->line_cells + (uint64_t)column;
    return true;
}
