/* map.c: where the bytes of the heap lie on the heap map. */
#include "map.h"

#include "figure.h"

#include <string.h>

#define LINE_GRAIN 16 /* lines have a multiple of so many cells: their addresses stay round */
#define TAIL_CELLS 4 /* kept free for the word brk; the page's edge finds room behind it or among the marks */

uint64_t map_fit(uint64_t heap_bytes, uint64_t cells, bool projector)
{
    uint64_t tail = cells >= UINT64_C(12) * TAIL_CELLS ? TAIL_CELLS : 0, bytes = projector ? 1 : MAP_CELL_WHOLE;
    while (bytes < UINT64_C(1) << 60 && heap_bytes / bytes + (heap_bytes % bytes != 0) > cells - tail)
        bytes *= 2;
    return bytes;
}

uint64_t map_hold(uint64_t heap_bytes, uint64_t cells, bool projector, uint64_t held)
{
    uint64_t fit = map_fit(heap_bytes, cells, projector);
    return held > fit && heap_bytes / held >= cells / 4 ? held : fit;
}

uint64_t map_from_most(uint64_t heap_bytes, uint64_t cells, uint64_t bytes_per_cell)
{
    if (bytes_per_cell == 0 || bytes_per_cell > UINT64_MAX / LINE_GRAIN) return 0;
    if (cells > UINT64_MAX / bytes_per_cell) return 0; /* NOLINT(clang-analyzer-core.DivideZero): 0 has left above */
    uint64_t grain = bytes_per_cell * LINE_GRAIN, span = cells * bytes_per_cell;
    if (heap_bytes <= span) return 0;
    return (heap_bytes - span + grain - 1) / grain * grain;
}

#define TALL_LEAST 4 /* rows of a line for a projector */
#define TALL_MOST 12

/* As few lines, and so as tall ones, as make the scale no coarser. */
static void plan_tall(struct map *m)
{
    int most = m->area.rows / TALL_LEAST, lines = 1;
    uint64_t line = (uint64_t)m->line_cells, finest = map_fit(m->heap_bytes, (uint64_t)most * line, true);
    while (map_fit(m->heap_bytes, (uint64_t)lines * line, true) > finest)
        lines++;
    m->line_rows = m->area.rows / lines < TALL_MOST ? m->area.rows / lines : TALL_MOST;
}

static void plan_lines(struct map *m, const struct snapshot_head *head, bool tall)
{
    char address[FIGURE_MAX];
    int gutter = (int)strlen(figure_address(address, head->brk)) + 2,
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

struct map map_plan(struct area area, const struct picture *p)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    struct map m = {.area = area, .heap_bytes = head->brk - head->heap_start};
    uint64_t page = head->page_bytes ? head->page_bytes : 1, beyond = head->brk % page ? page - head->brk % page : 0;
    m.page_bytes = m.heap_bytes + beyond;
    plan_lines(&m, head, p->view->projector);
    const struct view *v = p->view;
    bool same = v->held_cells == map_cells(&m); /* another window has another scale */
    uint64_t whole = map_hold(m.heap_bytes, map_cells(&m), v->projector, same ? v->held : 0), asked = v->bytes_per_cell;
    m.bytes_per_cell = whole;
    m.was = same && whole == v->held && asked == 0 ? v->held_was : 0;
    if (asked == 0 || asked > whole) return m;
    while (m.bytes_per_cell > asked && m.bytes_per_cell > 1)
        m.bytes_per_cell /= 2;
    uint64_t most = map_from_most(m.heap_bytes, map_cells(&m), m.bytes_per_cell);
    m.from = p->view->map_from < most ? p->view->map_from : most;
    uint64_t grain = m.bytes_per_cell * LINE_GRAIN;
    if (grain > 0) m.from -= m.from % grain;
    return m;
}

bool map_cell_at(const struct map *m, int row, int column, uint64_t *cell)
{
    row -= m->area.row;
    column -= m->area.column + m->gutter;
    if (row < 0 || column < 0 || column >= m->line_cells || row >= m->lines * m->line_rows) return false;
    *cell = (uint64_t)(row / m->line_rows) * (uint64_t)m->line_cells + (uint64_t)column;
    return true;
}
