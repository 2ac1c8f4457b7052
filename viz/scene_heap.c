/* scene_heap.c: what the heap is made of, as an equation that is also the legend; below it, the heap in proportion.
 *
 * A cell that one kind fills has that kind's glyph. A mixture of used and free is a bar as high as its used share, so that a heap seen
 * from afar still shows where it is full of holes. Damage and changes are never outvoted. Ids stand in the blocks where they fit;
 * under the cells: what changed, the selected block, brk. */
#include "label.h"
#include "layout.h"
#include "map.h"
#include "pen.h"

#include <stdio.h>
#include <string.h>

/* ---- the equation */

static int draw_term(const struct pen *pen, int at, enum style style, uint64_t n, const char *word, bool first, bool brief)
{
    char count[FIGURE_MAX], symbol[5] = {0};
    symbol[0] = theme_letter(style);
    at = pen_text(pen, 0, at, STYLE_DIM, 0, first ? " = " : " + ");
    pen_put(pen, 0, at, theme_fill(style, pen->canvas->ascii), style, 0);
    return pen_printf(pen, 0, at + 2, style, 0, brief ? "%s%s" : "%s %s", figure_count(count, n), brief ? symbol : word);
}

static int draw_equation(const struct pen *pen, const struct snapshot *s, bool brief)
{
    const struct snapshot_stats *stats = snapshot_stats(s);
    char count[FIGURE_MAX];
    int at = pen_text(pen, 0, 1, STYLE_LABEL, 0, "HEAP");
    at = pen_printf(pen, 0, at + 1, STYLE_LABEL, 0, brief ? "%s" : "%s B", figure_count(count, stats->heap_bytes));
    at = draw_term(pen, at, STYLE_PAYLOAD, stats->live_bytes, "live", true, brief);
    at = draw_term(pen, at, STYLE_PADDING, stats->padding_bytes, "padding", false, brief);
    at = draw_term(pen, at, STYLE_HEADER, stats->header_bytes, "headers", false, brief);
    at = draw_term(pen, at, STYLE_FREE, stats->free_bytes, "free", false, brief);
    if (stats->foreign_bytes) at = draw_term(pen, at, STYLE_FOREIGN, stats->foreign_bytes, "foreign", false, brief);
    if (stats->damaged_bytes) at = draw_term(pen, at, STYLE_DAMAGED, stats->damaged_bytes, "damaged", false, brief);
    return at;
}

/* ---- the cells */

struct ink {
    char32_t glyph;
    enum style style;
};

static char32_t level_glyph(uint64_t used, uint64_t all, bool ascii)
{
    static const char32_t levels[] = U"▁▂▃▄▅▆▇";
    unsigned eighths = (unsigned)((double)used / (double)all * 8.0);
    if (eighths < 1) eighths = 1;
    if (eighths > 7) eighths = 7;
    if (ascii) return eighths < 3 ? U':' : eighths < 6 ? U'+' : U'%';
    return levels[eighths - 1];
}

/* How a cell with these bytes looks; fine: it is no larger than a block's grain, so nearly always within one block. */
static struct ink cell_ink(const struct snapshot_sums *sums, bool fine, bool ascii)
{
    uint64_t used = sums->header + sums->live + sums->padding, all = used + sums->free + sums->foreign + sums->damaged;
    enum style style = STYLE_PAYLOAD;
    if (sums->damaged)
        style = STYLE_DAMAGED;
    else if (sums->foreign > all / 2)
        style = STYLE_FOREIGN;
    else if (sums->free == all)
        style = STYLE_FREE;
    else if (fine && sums->live)
        style = STYLE_PAYLOAD; /* the last bytes of a payload are not swallowed by its padding */
    else if (!fine && sums->free * 16 > all)
        return (struct ink){level_glyph(used + sums->foreign, all, ascii), STYLE_PAYLOAD};
    else if (sums->header >= sums->live && sums->header >= sums->padding && sums->header)
        style = STYLE_HEADER;
    else if (sums->padding > sums->live)
        style = STYLE_PADDING;
    return (struct ink){theme_fill(style, ascii), style};
}

struct drawing {
    struct pen pen; /* of the map's area */
    const struct picture *p;
    struct map map;
    size_t selected;
};

static void cell_place(const struct map *m, uint64_t cell, int *row, int *column)
{
    *row = (int)(cell / (uint64_t)m->line_cells) * m->line_rows;
    *column = m->gutter + (int)(cell % (uint64_t)m->line_cells);
}

/* The cells that show any of [from, to), offsets; false if none of them is on the map. */
static bool cells_of(const struct map *m, uint64_t from, uint64_t to, uint64_t *first, uint64_t *last)
{
    uint64_t cells = map_cells(m), shown_to = m->from + cells * m->bytes_per_cell;
    if (to <= m->from || from >= shown_to || from >= to) return false;
    *first = from <= m->from ? 0 : (from - m->from) / m->bytes_per_cell;
    *last = to >= shown_to ? cells - 1 : (to - 1 - m->from) / m->bytes_per_cell;
    return true;
}

static void draw_cells(const struct drawing *d)
{
    const struct map *m = &d->map;
    const struct snapshot_head *head = snapshot_head(d->p->snapshot);
    struct snapshot_scan scan;
    bool fine = m->bytes_per_cell <= SNAPSHOT_GRAIN, ascii = d->pen.canvas->ascii;
    uint64_t offset = m->from, n = map_cells(m);
    snapshot_scan_begin(&scan, d->p->snapshot, head->heap_start + offset);
    for (uint64_t cell = 0; cell < n && offset < m->page_bytes; cell++, offset += m->bytes_per_cell) {
        int row, column;
        cell_place(m, cell, &row, &column);
        if (offset >= m->heap_bytes) {
            pen_put(&d->pen, row, column, theme_fill(STYLE_PAGE, ascii), STYLE_PAGE, 0);
            continue;
        }
        uint64_t from = head->heap_start + offset, to = from + m->bytes_per_cell;
        struct snapshot_sums sums = snapshot_scan_to(&scan, to);
        struct ink ink = cell_ink(&sums, fine, ascii);
        bool changed = m->line_rows < 2 && d->p->changes && changes_touch(d->p->changes, from, to, NULL);
        if (changed) ink.style = STYLE_CHANGED;
        pen_put(&d->pen, row, column, ink.glyph, ink.style, 0);
    }
}

static void draw_gutter(const struct drawing *d)
{
    const struct map *m = &d->map;
    char text[FIGURE_MAX], bytes[FIGURE_MAX];
    if (m->gutter < 8) return;
    for (int line = 0; line < m->lines; line++) {
        uint64_t offset = m->from + (uint64_t)line * (uint64_t)m->line_cells * m->bytes_per_cell;
        if (line > 0 && offset >= m->page_bytes) break;
        figure_address(text, snapshot_head(d->p->snapshot)->heap_start + offset);
        pen_text(&d->pen, line * m->line_rows, 1, STYLE_NUMBER, 0, text);
    }
    if (m->line_rows < 2) return;
    snprintf(text, sizeof text, "%.10s/cell", figure_bytes(bytes, m->bytes_per_cell));
    pen_right(&d->pen, 1, 0, m->gutter - 1, STYLE_DIM, 0, text);
}

/* ---- blocks that are large enough to be told apart */

static void draw_block(const struct drawing *d, size_t block)
{
    const struct map *m = &d->map;
    const struct snapshot *s = d->p->snapshot;
    struct snapshot_block b = snapshot_block(s, block);
    uint64_t start = b.address - snapshot_head(s)->heap_start, payload = start + (b.state == BLOCK_FOREIGN ? 0 : b.header);
    uint64_t end = start + b.size - (b.state == BLOCK_FOREIGN ? b.header : 0), first, last;
    int row, column;
    if (!cells_of(m, payload, end, &first, &last)) return;
    enum style style = label_state_style(b.state);
    if (payload == start && start >= m->from && last > first) { /* no header tells where it begins */
        cell_place(m, first, &row, &column);
        pen_put(&d->pen, row, column, U'▐', b.state == BLOCK_USED && !b.requested ? STYLE_PADDING : style, 0);
        first++;
    }
    cell_place(m, first, &row, &column);
    int room = m->gutter + m->line_cells - column; /* the label stays on the line where the payload begins */
    if (last - first + 1 < (uint64_t)room) room = (int)(last - first + 1);
    char id[FIGURE_MAX], label[2 * FIGURE_MAX], bytes[FIGURE_MAX];
    label_block(id, s, block);
    const char *state = b.state == BLOCK_USED ? "" : label_state(b.state);
    snprintf(label, sizeof label, " %s%s%s %s ", b.id || b.state == BLOCK_USED ? id : "", *state ? " " : "", state,
             figure_count(bytes, b.state == BLOCK_USED ? b.requested : end - payload));
    int width = pen_width(&d->pen, label);
    if (width > room) {
        if (!b.id) return;
        snprintf(label, sizeof label, "%s", id);
        width = pen_width(&d->pen, label);
    }
    if (width > room || b.state == BLOCK_DAMAGED) return;
    if (width + 2 <= room) column++;
    pen_text(&d->pen, row, column, style, MARK_REVERSE, label);
}

static void draw_blocks(const struct drawing *d)
{
    const struct map *m = &d->map;
    const struct snapshot *s = d->p->snapshot;
    uint64_t start = snapshot_head(s)->heap_start, end = m->from + map_cells(m) * m->bytes_per_cell;
    if (m->bytes_per_cell > 16 * SNAPSHOT_GRAIN && snapshot_stats(s)->n_blocks > map_cells(m)) return;
    size_t n = snapshot_n_blocks(s), i = snapshot_find(s, start + m->from);
    for (; i < n && snapshot_block(s, i).address - start < end; i++)
        draw_block(d, i);
}

/* ---- the row of marks under each line */

/* A mark under [from, to): ▲word────┘, as much of it as fits. */
static void mark_range(const struct drawing *d, uint64_t from, uint64_t to, char32_t sign, const char *word, enum style style)
{
    const struct map *m = &d->map;
    uint64_t first, last;
    int row, column;
    if (m->line_rows < 2 || !cells_of(m, from, to, &first, &last)) return;
    for (uint64_t cell = first; cell <= last; cell++) {
        cell_place(m, cell, &row, &column);
        pen_put(&d->pen, row + 1, column, cell == first ? sign : cell == last ? U'┘' : U'─', style, 0);
    }
    cell_place(m, first, &row, &column);
    int room = m->gutter + m->line_cells - column;
    if (last - first + 1 < (uint64_t)room) room = (int)(last - first + 1);
    if (pen_width(&d->pen, word) + 1 <= room) pen_text(&d->pen, row + 1, column + 1, style, 0, word);
}

static void mark_changes(const struct drawing *d)
{
    const struct changes *c = d->p->changes;
    uint64_t start = snapshot_head(d->p->snapshot)->heap_start;
    for (size_t i = 0; c && i < c->n; i++)
        mark_range(d, c->change[i].from - start, c->change[i].to - start, U'▲', label_change(c->change[i].kind), STYLE_CHANGED);
}

static void mark_selected(const struct drawing *d)
{
    if (d->selected >= snapshot_n_blocks(d->p->snapshot)) return;
    struct snapshot_block b = snapshot_block(d->p->snapshot, d->selected);
    uint64_t start = b.address - snapshot_head(d->p->snapshot)->heap_start;
    mark_range(d, start, start + b.size, U'└', "selected", STYLE_FRAME);
}

/* brk, then the rest of its page: bytes that are mapped and not heap. The page's edge is drawn where it is, else beyond a break. */
static void draw_brk(const struct drawing *d)
{
    const struct map *m = &d->map;
    const struct snapshot_head *head = snapshot_head(d->p->snapshot);
    uint64_t cells = map_cells(m), at = (m->heap_bytes - m->from + m->bytes_per_cell - 1) / m->bytes_per_cell;
    if (m->heap_bytes < m->from || at > cells) return;
    int row, column, end = m->gutter + m->line_cells;
    if (at == cells) {
        row = (m->lines - 1) * m->line_rows;
        column = end;
    } else {
        cell_place(m, at, &row, &column);
    }
    pen_put(&d->pen, row, column, U'│', STYLE_BRK, 0);
    int after = pen_text(&d->pen, row, column + 1, STYLE_BRK, 0, at < cells ? "brk" : "");
    uint64_t rest = m->page_bytes - m->heap_bytes;
    if (rest == 0) {
        pen_text(&d->pen, row, after, STYLE_DIM, 0, at + 16 < cells ? " = the page's edge" : "");
        return;
    }
    char text[4 * FIGURE_MAX], address[FIGURE_MAX], count[FIGURE_MAX];
    uint64_t edge = (m->page_bytes - m->from) / m->bytes_per_cell;
    int last =
        edge / (uint64_t)m->line_cells == at / (uint64_t)m->line_cells ? m->gutter + (int)(edge % (uint64_t)m->line_cells) : end;
    snprintf(text, sizeof text, "%s to %s┤", last < end ? "page" : "≈ page",
             figure_address(address, head->heap_start + m->page_bytes));
    int left = pen_right(&d->pen, row, after + 1, last < end ? last + 1 : end, STYLE_PAGE, 0, text);
    snprintf(text, sizeof text, " %s mapped, not heap ", figure_count(count, rest));
    if (left - after >= pen_width(&d->pen, text) + 2) pen_text(&d->pen, row, after + 1, STYLE_PAGE, 0, text);
}

void scene_heap(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    struct canvas measure = {.ascii = c->ascii, .rows = 0, .columns = 0};
    struct pen ruler = {&measure, {0, 0, 1, 10000}};
    draw_equation(&pen, p->snapshot, draw_equation(&ruler, p->snapshot, false) > area.columns);
    struct area below = layout_map(area);
    if (below.rows < 1 || below.columns < 4) return;
    struct drawing d = {
        .pen = {c, below}, .p = p, .map = map_plan(below, p), .selected = p->detail ? p->detail->block : SNAPSHOT_NONE};
    draw_gutter(&d);
    draw_cells(&d);
    draw_blocks(&d);
    mark_selected(&d);
    mark_changes(&d);
    draw_brk(&d);
    if (d.map.heap_bytes == 0) pen_text(&d.pen, 1, d.map.gutter, STYLE_DIM, 0, "the heap is empty: brk stands at its start");
}
