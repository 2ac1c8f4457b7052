/* scene_heap.c: what the heap is made of (equation.h), and below it the heap in proportion (map.h,
 * map_mix.h, map_edge.h). Ids stand in the blocks where they fit; under the cells: what changed,
 * the selected block, brk. */
#include "equation.h"
#include "label.h"
#include "layout.h"
#include "map_edge.h"
#include "map_gap.h"
#include "map_mix.h"
#include "pen.h"

#include <stdio.h>
#include <string.h>

/* ---- the cells */

struct drawing {
    struct pen pen; /* of the map's area */
    const struct picture *p;
    struct map map;
    struct map_edge edge;
    size_t selected;
};

static void cell_place(const struct map *m, uint64_t cell, int *row, int *column)
{
    *row = (int)(cell / (uint64_t)m->line_cells) * m->line_rows + m->body;
    *column = m->gutter + (int)(cell % (uint64_t)m->line_cells);
}

static void draw_cells(const struct drawing *d)
{
    const struct map *m = &d->map;
    const struct snapshot *s = d->p->snapshot;
    struct snapshot_scan scan;
    struct map_mix mix;
    bool ascii = d->pen.canvas->ascii;
    snapshot_scan_begin(&scan, s, m->from);
    for (uint64_t cell = 0; cell < d->edge.end; cell++) {
        struct axis_cell at = axis_cell(&m->axis, m->bytes_per_cell, m->first + cell);
        int row, column;
        if (at.from >= m->page_bytes) break;
        cell_place(m, cell, &row, &column);
        if (cell % MAP_MIX_RUN == 0)
            map_mix_begin(&mix, &scan.before, m->bytes_per_cell); /* first is a multiple, too */
        if (at.gap) continue;
        if (at.from >= m->heap_bytes) {
            pen_put(&d->pen, row, column, theme_fill(STYLE_PAGE, ascii), STYLE_PAGE, 0);
            continue;
        }
        struct snapshot_sums sums = snapshot_scan_to(&scan, at.to);
        struct map_ink ink = map_mix_ink(&mix, &sums, m->bytes_per_cell, ascii);
        uint64_t from = snapshot_address_of(s, at.from), to = from + (at.to - at.from);
        bool changed =
            m->line_rows < 2 && d->p->changes && changes_touch(d->p->changes, from, to, NULL);
        if (changed) ink = (struct map_ink){U'▲', STYLE_CHANGED}; /* no row below to say so */
        pen_put(&d->pen, row, column, ink.glyph, ink.style, 0);
    }
}

/* "8B" */
static void scale_words(char to[FIGURE_MAX], uint64_t bytes_per_cell)
{
    static const char units[] = "BKMGTPE";
    int unit = 0;
    for (; bytes_per_cell >= 1024; bytes_per_cell /= 1024)
        unit++;
    snprintf(to, FIGURE_MAX, "%d%c", (int)bytes_per_cell, units[unit]);
}

static void draw_gutter(const struct drawing *d)
{
    const struct map *m = &d->map;
    char text[FIGURE_MAX];
    if (m->gutter < 8) return;
    for (int line = 0; line < m->lines; line++) {
        uint64_t cell = (uint64_t)line * (uint64_t)m->line_cells;
        if (line > 0 && cell >= d->edge.end) break;
        uint64_t offset = axis_cell(&m->axis, m->bytes_per_cell, m->first + cell).from;
        figure_place(text, d->p, snapshot_address_of(d->p->snapshot, offset));
        pen_text(&d->pen, line * m->line_rows + m->body, 1, STYLE_NUMBER, 0, text);
    }
    if (m->line_rows < 2) return;
    scale_words(text, m->bytes_per_cell);
    pen_printf(&d->pen, m->body + 1, 1, STYLE_DIM, 0, "cell=%s", text);
}

/* The scale before, if another one is told of: below the present one, or on a map of one line among
 * the marks, where there is room. */
static void draw_scale_before(const struct drawing *d)
{
    const struct map *m = &d->map;
    char was[FIGURE_MAX], word[FIGURE_MAX + 16];
    if (m->gutter < 8 || m->line_rows < 2 || m->was == 0 || m->was == m->bytes_per_cell) return;
    scale_words(was, m->was);
    if (m->lines >= 2) {
        pen_printf(&d->pen, m->line_rows + m->body + 1, 1, STYLE_CHANGED, 0, "was %s", was);
        return;
    }
    int row = m->body + 1, end = m->gutter + m->line_cells;
    for (int from = m->gutter, at = from; at < end; at++) {
        const struct cell *cell =
            canvas_at(d->pen.canvas, d->pen.area.row + row, d->pen.area.column + at);
        snprintf(word, sizeof word, from == m->gutter ? "was %s" : "cell was %s",
                 was); /* right behind the present one, or not */
        if (cell && cell->glyph != U' ' && cell->glyph != 0) from = at + 2;
        if (at + 1 - from < pen_width(&d->pen, word) + 1) continue;
        pen_text(&d->pen, row, from, STYLE_CHANGED, 0, word);
        return;
    }
}

/* ---- blocks that are large enough to be told apart */

/* "#2 free 32" or, with brief, "#2"; what has no id is told by its state. */
static void block_label(char to[3 * FIGURE_MAX], const struct picture *p, size_t block,
                        uint64_t bytes, bool brief)
{
    char id[FIGURE_MAX], count[FIGURE_MAX];
    const struct snapshot *s = p->snapshot;
    struct snapshot_block b = snapshot_block(s, block);
    bool kept = b.state == BLOCK_QUARANTINED, named = b.id || b.state == BLOCK_USED,
         stated = b.state != BLOCK_USED;
    if (brief && kept)
        snprintf(to, (size_t)3 * FIGURE_MAX, "kept");
    else if (brief)
        snprintf(to, (size_t)3 * FIGURE_MAX, "%s", b.id ? label_block(id, p, block) : "");
    else
        snprintf(to, (size_t)3 * FIGURE_MAX, " %s%s%s %s ", named ? label_block(id, p, block) : "",
                 named && stated ? " " : "",
                 stated ? label_state_in(b.state, LABEL_QUARANTINE) : "",
                 figure_count(count, bytes));
}

/* Label in the cells of [from, to), as far as they are on one line, if the shape stays to be seen.
 */
static void draw_label(const struct drawing *d, size_t block, uint64_t from, uint64_t to,
                       uint64_t bytes, enum style style)
{
    const struct map *m = &d->map;
    char label[3 * FIGURE_MAX];
    uint64_t first, last;
    int row, column, width;
    if (!map_cells_of(m, from, to, &first, &last)) return;
    cell_place(m, first, &row, &column);
    int room = m->gutter + m->line_cells - column;
    if (last - first + 1 < (uint64_t)room) room = (int)(last - first + 1);
    int least =
        m->bytes_per_cell <= MAP_CELL_FINE ? 1 : 2; /* cells that have to show their shape */
    for (int brief = 0; brief < 2; brief++) {
        block_label(label, d->p, block, bytes, brief);
        width = pen_width(&d->pen, label);
        if (width + least > room || width == 0) continue;
        pen_text(&d->pen, row, column + (width + 1 < room), style, MARK_REVERSE, label);
        return;
    }
}

/* Freed, and nobody gets it yet: told in every cell of [from, to), however few of its bytes that
 * has. */
static void draw_kept(const struct drawing *d, uint64_t from, uint64_t to)
{
    uint64_t first, last;
    int row, column;
    if (!map_cells_of(&d->map, from, to, &first, &last)) return;
    for (; first <= last; first++) {
        cell_place(&d->map, first, &row, &column);
        pen_put(&d->pen, row, column, theme_fill(STYLE_QUARANTINED, d->pen.canvas->ascii),
                STYLE_QUARANTINED, 0);
    }
}

static void draw_block(const struct drawing *d, size_t block)
{
    const struct map *m = &d->map;
    struct snapshot_block b = snapshot_block(d->p->snapshot, block);
    uint64_t start = map_offset(d->p->snapshot, b.address),
             header = b.state == BLOCK_FOREIGN ? 0 : b.header, first, last;
    uint64_t from = start + header, to = b.state == BLOCK_USED
                                             ? from + b.requested
                                             : start + b.size - (header ? 0 : b.header);
    uint64_t bytes = to - from;
    enum style style = label_state_style(b.state);
    if (b.state == BLOCK_QUARANTINED) draw_kept(d, from, to);
    if (header == 0 && start >= m->from && map_cells_of(m, start, start + b.size, &first, &last) &&
        last > first) {
        int row, column; /* no header tells where the block begins */
        cell_place(m, first, &row, &column);
        pen_put(&d->pen, row, column, U'▐',
                b.state == BLOCK_USED && !b.requested ? STYLE_PADDING : style, 0);
        from += m->bytes_per_cell;
    }
    if (b.state != BLOCK_DAMAGED && from < to) draw_label(d, block, from, to, bytes, style);
}

static void draw_blocks(const struct drawing *d)
{
    const struct map *m = &d->map;
    const struct snapshot *s = d->p->snapshot;
    uint64_t end = axis_cell(&m->axis, m->bytes_per_cell, m->first + map_cells(m)).from;
    if (m->bytes_per_cell > UINT64_C(16) * MAP_CELL_FINE &&
        snapshot_stats(s)->n_blocks > map_cells(m))
        return;
    size_t n = snapshot_n_blocks(s), i = snapshot_find(s, snapshot_address_of(s, m->from));
    for (; i < n && map_offset(s, snapshot_block(s, i).address) < end; i++)
        draw_block(d, i);
}

/* ---- the row of marks under each line */

/* A mark under [from, to): ▲word────┘, as much of it as fits. */
static void mark_range(const struct drawing *d, uint64_t from, uint64_t to, char32_t sign,
                       const char *word, enum style style)
{
    const struct map *m = &d->map;
    uint64_t first, last;
    int row, column;
    if (m->line_rows < 2 || !map_cells_of(m, from, to, &first, &last)) return;
    for (uint64_t cell = first; cell <= last; cell++) {
        cell_place(m, cell, &row, &column);
        pen_put(&d->pen, row + 1, column,
                cell == first  ? sign
                : cell == last ? U'┘'
                               : U'─',
                style, 0);
    }
    cell_place(m, first, &row, &column);
    int room = m->gutter + m->line_cells - column;
    if (last - first + 1 < (uint64_t)room) room = (int)(last - first + 1);
    if (pen_width(&d->pen, word) + 1 <= room)
        pen_text(&d->pen, row + 1, column + 1, style, 0, word);
}

/* The word of a mark that is too short for it stands beside it, where nothing else does. */
static void mark_beside(const struct drawing *d, uint64_t from, uint64_t to, const char *word,
                        enum style style)
{
    const struct map *m = &d->map;
    uint64_t first, last;
    int row, column, width = pen_width(&d->pen, word);
    if (m->line_rows < 2 || !map_cells_of(m, from, to, &first, &last)) return;
    cell_place(m, first, &row, &column);
    int end = m->gutter + m->line_cells,
        room = (int)(last - first + 1) < end - column ? (int)(last - first + 1) : end - column;
    const struct cell *inside =
        canvas_at(d->pen.canvas, d->pen.area.row + row + 1, d->pen.area.column + column + 1);
    bool told = room > 1 && inside && inside->glyph != U'─' && inside->glyph != U'┘';
    int places[2] = {column + room, column - width};
    for (int i = 0; i < 2 && !told; i++) {
        bool blank = places[i] >= m->gutter && places[i] + width <= end;
        for (int k = -1; k <= width && blank; k++) {
            const struct cell *cell = canvas_at(d->pen.canvas, d->pen.area.row + row + 1,
                                                d->pen.area.column + places[i] + k);
            bool own = i == 0 ? k < 0 : k >= width; /* the mark itself */
            blank = own || !cell || cell->glyph == U' ' || cell->glyph == 0;
        }
        if (!blank) continue;
        pen_text(&d->pen, row + 1, places[i], style, 0, word);
        told = true;
    }
}

/* "freed"; of bytes that are heap no more, how many they are. */
static const char *change_word(char to[2 * FIGURE_MAX], const struct picture *p,
                               const struct change *change)
{
    char count[FIGURE_MAX];
    const char *word = label_change_of(p, change);
    if (change->kind != CHANGE_GONE) return word;
    snprintf(to, (size_t)2 * FIGURE_MAX, "%s %s B", word,
             figure_count(count, change->to - change->from));
    return to;
}

static void mark_changes(const struct drawing *d)
{
    const struct changes *c = d->p->changes;
    char word[2 * FIGURE_MAX];
    for (size_t i = 0; c && i < c->n; i++) {
        uint64_t from = map_offset(d->p->snapshot, c->change[i].from),
                 n = c->change[i].to - c->change[i].from;
        mark_range(d, from, from + n, U'▲', change_word(word, d->p, &c->change[i]), STYLE_CHANGED);
    }
    for (size_t i = 0; c && i < c->n && c->n <= 8; i++) {
        uint64_t from = map_offset(d->p->snapshot, c->change[i].from),
                 n = c->change[i].to - c->change[i].from;
        mark_beside(d, from, from + n, change_word(word, d->p, &c->change[i]), STYLE_CHANGED);
    }
}

/* Over the marks of changes, except that a change of this block alone is mark enough. */
static void mark_selected(const struct drawing *d)
{
    const struct changes *c = d->p->changes;
    if (d->selected >= snapshot_n_blocks(d->p->snapshot)) return;
    struct snapshot_block b = snapshot_block(d->p->snapshot, d->selected);
    bool chosen = d->p->view->selected_id || d->p->view->selected_offset != UINT64_MAX;
    for (size_t i = 0; c && i < c->n && (!chosen || c->n == 1); i++)
        if (c->change[i].from >= b.address && c->change[i].to <= b.address + b.size) return;
    uint64_t start = map_offset(d->p->snapshot, b.address), first, last;
    int row, column;
    mark_range(d, start, start + b.size, U'►', "selected", STYLE_FRAME);
    if (d->map.line_rows < 2 || !map_cells_of(&d->map, start, start + b.size, &first, &last))
        return;
    cell_place(&d->map, first, &row, &column);
    pen_put(&d->pen, row + 1, column, U'►', STYLE_SELECTED, 0); /* as in the table */
    if (chosen) mark_beside(d, start, start + b.size, "selected", STYLE_FRAME);
}

static bool fills_blocks(enum style style)
{
    return (style >= STYLE_HEADER && style <= STYLE_DAMAGED) || style == STYLE_CACHED ||
           style == STYLE_QUARANTINED;
}

/* For the back row: the cells stand on the rows above their labels, too. */
static void thicken(const struct drawing *d)
{
    const struct map *m = &d->map;
    for (int line = 0; line < m->lines; line++)
        for (int column = m->gutter;
             column <= m->gutter + m->line_cells && column < m->area.columns; column++) {
            int row = line * m->line_rows + m->body;
            const struct cell *cell =
                canvas_at(d->pen.canvas, d->pen.area.row + row, d->pen.area.column + column);
            bool fill = cell && fills_blocks(cell->style);
            bool brk = cell && cell->style == STYLE_BRK && cell->glyph == U'│';
            for (int up = 1; up <= m->body && (fill || brk); up++)
                pen_put(&d->pen, row - up, column,
                        brk ? U'│' : theme_fill(cell->style, d->pen.canvas->ascii), cell->style, 0);
        }
}

void scene_heap(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    equation_draw(&pen, p->snapshot);
    struct area below = layout_map(area);
    if (below.rows < 1 || below.columns < 4) return;
    struct drawing d = {.pen = {c, below},
                        .p = p,
                        .map = map_plan(below, p),
                        .selected = p->detail ? p->detail->block : SNAPSHOT_NONE};
    d.edge = map_edge_plan(&d.map, c);
    draw_gutter(&d);
    draw_cells(&d);
    draw_blocks(&d);
    mark_changes(&d);
    mark_selected(&d);
    map_edge_draw(&d.pen, &d.map, &d.edge, p);
    map_gap_draw(&d.pen, &d.map, p);
    draw_scale_before(&d);
    thicken(&d);
    if (d.map.heap_bytes == 0 && !(p->changes && p->changes->n > 0)) /* else a mark stands there */
        pen_cut(&d.pen, 1, d.map.gutter, d.pen.area.columns, STYLE_DIM, 0,
                "the heap is empty: brk stands at its start");
}
