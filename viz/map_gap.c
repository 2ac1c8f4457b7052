/* map_gap.c: a gap has a cell where there is room for it (axis.h): a double line, behind the heap's
 * own region brk. Below it, where nothing else stands, the kind of the region behind it and where
 * that begins. */
#include "map_gap.h"

#include "figure.h"

#include <stdio.h>

static void place(const struct map *m, uint64_t cell, int *row, int *column)
{
    *row = (int)(cell / (uint64_t)m->line_cells) * m->line_rows + m->body;
    *column = m->gutter + (int)(cell % (uint64_t)m->line_cells);
}

static bool is_blank(const struct pen *pen, int row, int column)
{
    const struct cell *cell =
        canvas_at(pen->canvas, pen->area.row + row, pen->area.column + column);
    return cell && cell->glyph == U' ';
}

/* How many columns from there on, up to the end of the line, are blank. */
static int room_at(const struct pen *pen, const struct map *m, int row, int column)
{
    int n = 0, end = m->gutter + m->line_cells;
    while (column + n < end && is_blank(pen, row, column + n))
        n++;
    return n;
}

/* As much of it as tells something, with a blank behind it. */
static void draw_words(const struct pen *pen, const struct map *m, const struct picture *p,
                       size_t region, int row, int column, bool behind_brk)
{
    char address[FIGURE_MAX], full[FIGURE_MAX + 16];
    const struct snapshot_region *r = snapshot_region(p->snapshot, region);
    if (behind_brk && room_at(pen, m, row, column) > 4)
        column = pen_text(pen, row, column, STYLE_BRK, 0, "brk") + 1;
    snprintf(full, sizeof full, "%s %s", region_kind_name(r->kind),
             figure_place(address, p, r->start));
    const char *const words[] = {full, region_kind_name(r->kind)};
    int room = room_at(pen, m, row, column);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (pen_width(pen, words[i]) < room) {
            pen_text(pen, row, column, STYLE_FRAME, 0, words[i]);
            return;
        }
}

static void draw_gap(const struct pen *pen, const struct map *m, const struct picture *p,
                     size_t region)
{
    const struct snapshot_region *before = snapshot_region(p->snapshot, region - 1);
    uint64_t offset = snapshot_region_offset(p->snapshot, region),
             cell = axis_cell_of(&m->axis, m->bytes_per_cell, offset);
    bool brk = before->kind == REGION_BRK && before->end == snapshot_head(p->snapshot)->brk;
    enum style style = brk ? STYLE_BRK : STYLE_FRAME;
    char32_t line = brk ? U'│' : U'║';
    int row, column;
    if (m->axis.parted) cell--; /* the gap's own */
    if (cell < m->first || cell - m->first >= map_cells(m)) return;
    place(m, cell - m->first, &row, &column);
    if (m->axis.parted) pen_put(pen, row, column, line, style, 0);
    if (m->line_rows < 2 || !is_blank(pen, row + 1, column)) return;
    pen_put(pen, row + 1, column, line, style, 0);
    draw_words(pen, m, p, region, row + 1, column + 1, brk);
}

void map_gap_draw(const struct pen *pen, const struct map *m, const struct picture *p)
{
    for (size_t region = 1; region < snapshot_n_regions(p->snapshot); region++)
        draw_gap(pen, m, p, region);
}
