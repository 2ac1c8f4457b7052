/* screen.c: the whole screen, and the way back from it: what a click hits, how much the map and the
 * table show. */
#include "figure.h"
#include "layout.h"
#include "map.h"
#include "pen.h"

#include <stdio.h>

static struct area without_prompt(struct area area, int prompt_rows)
{
    if (prompt_rows > 0) area.rows -= prompt_rows;
    return area;
}

/* Commands go on working: what the last one did, brk, and where the rest can be read. */
static void draw_too_small(struct canvas *c, struct area area, const struct picture *p,
                           int prompt_rows)
{
    char text[160], address[FIGURE_MAX], delta[FIGURE_MAX];
    struct pen pen = {c, without_prompt(area, prompt_rows)}, above = pen;
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    if (pen.area.rows < 1) return;
    snprintf(text, sizeof text, "too small: %d×%d; the map needs %d×%d", area.columns, area.rows,
             SCREEN_COLUMNS_MIN, SCREEN_ROWS_MIN);
    int row = pen_wrap(&pen, 0, 0, 0, STYLE_BAD, text);
    snprintf(text, sizeof text, "brk %s %s", figure_place(address, p, head->brk),
             figure_delta(delta, p->changes ? p->changes->brk_before : head->brk, head->brk));
    if (row >= pen.area.rows) return;
    pen_whole(&pen, row++, 0, STYLE_BRK, 0, text);
    if (row < pen.area.rows && p->notice && *p->notice)
        row += pen_wrap(&pen, row, 0, 2, p->notice_hints ? STYLE_PLAIN : STYLE_BAD, p->notice);
    if (p->lesson.text && row < pen.area.rows) {
        struct area rest = {pen.area.row + row, pen.area.column, pen.area.rows - row,
                            pen.area.columns};
        scene_lesson(c, rest, p);
        return;
    }
    bool hint = pen.area.rows - row >= 3; /* the sentence comes before it */
    above.area.rows -= hint;
    if (row < above.area.rows && p->answer && *p->answer)
        row += pen_wrap(&above, row, 0, 2, p->refused ? STYLE_BAD : STYLE_PLAIN, p->answer);
    if (row < above.area.rows && p->sentence && *p->sentence)
        row += pen_wrap(&above, row, 0, 2, p->failed ? STYLE_BAD : STYLE_PLAIN, p->sentence);
    if (hint)
        pen_cut(&pen, row, 0, pen.area.columns, STYLE_DIM, 0,
                "`blocks`, `stats` and `screen` tell all");
}

/* What is wrong has its mark besides its colour; help has neither. */
static void draw_notice(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    int indent = p->notice_hints ? 1 : 3;
    if (!p->notice_hints) pen_text(&pen, 0, 0, STYLE_BAD, MARK_REVERSE, " ! ");
    pen_wrap(&pen, 0, indent, indent, p->notice_hints ? STYLE_PLAIN : STYLE_BAD, p->notice);
}

static void draw_rules(struct canvas *c, const struct layout *l)
{
    struct area middle = l->blocks;
    for (size_t i = 0; i < sizeof l->rule / sizeof *l->rule; i++)
        if (l->rule[i] >= 0)
            canvas_fill(c, l->rule[i], l->column, 1, l->columns, U'─', STYLE_FRAME, 0);
    for (size_t i = 0; i < sizeof l->split / sizeof *l->split; i++) {
        if (l->split[i] < 0) continue;
        canvas_fill(c, middle.row, l->split[i], middle.rows, 1, U'│', STYLE_FRAME, 0);
        if (l->rule[2] == middle.row - 1)
            canvas_put(c, l->rule[2], l->split[i], U'┬', STYLE_FRAME, 0);
        if (l->rule[3] == middle.row + middle.rows)
            canvas_put(c, l->rule[3], l->split[i], U'┴', STYLE_FRAME, 0);
    }
}

void scene_screen_on(struct canvas *c, struct area area, const struct picture *p, int prompt_rows)
{
    canvas_fill(c, area.row, area.column, area.rows, area.columns, U' ', STYLE_PLAIN, 0);
    struct layout l = layout_make(c, area, p, prompt_rows);
    if (l.too_small) {
        draw_too_small(c, area, p, prompt_rows);
        return;
    }
    scene_title(c, l.title, p);
    scene_process(c, l.process, p);
    scene_heap(c, l.heap, p);
    scene_blocks(c, l.blocks, p);
    if (l.detail.rows) scene_detail(c, l.detail, p);
    if (l.history.rows) scene_history(c, l.history, p);
    if (l.log.rows) scene_log(c, l.log, p);
    if (l.output.rows) scene_output(c, l.output, p);
    if (l.notice.rows) draw_notice(c, l.notice, p);
    scene_command(c, l.command, p);
    if (l.lesson.rows) scene_lesson(c, l.lesson, p);
    draw_rules(c, &l);
}

static bool in_area(struct area area, int row, int column)
{
    return row >= area.row && row < area.row + area.rows && column >= area.column &&
           column < area.column + area.columns;
}

static size_t hit_table(struct area rows, const struct picture *p, int row)
{
    size_t block = layout_table_from(rows, p) + (size_t)(row - rows.row);
    return block < snapshot_n_blocks(p->snapshot) ? block : SNAPSHOT_NONE;
}

static size_t hit_map(struct area area, const struct picture *p, int row, int column)
{
    struct map m = map_plan(area, p);
    uint64_t cell;
    if (!map_cell_at(&m, row, column, &cell)) return SNAPSHOT_NONE;
    struct axis_cell at = axis_cell(&m.axis, m.bytes_per_cell, m.first + cell);
    if (at.gap || at.from >= m.heap_bytes) return SNAPSHOT_NONE;
    return snapshot_find(p->snapshot, snapshot_address_of(p->snapshot, at.from));
}

size_t scene_hit(const struct canvas *c, struct area area, const struct picture *p, int prompt_rows,
                 int row, int column)
{
    struct layout l = layout_make(c, area, p, prompt_rows);
    if (l.too_small) return SNAPSHOT_NONE;
    struct area rows = layout_table_rows(l.blocks, p), map = layout_map(l.heap);
    if (in_area(rows, row, column)) return hit_table(rows, p, row);
    if (in_area(map, row, column)) return hit_map(map, p, row, column);
    return SNAPSHOT_NONE;
}

void scene_map_scale(const struct canvas *c, struct area area, const struct picture *p,
                     int prompt_rows, uint64_t *bytes_per_cell, uint64_t *cells)
{
    struct layout l = layout_make(c, area, p, prompt_rows);
    struct area map = l.too_small ? (struct area){0, 0, 1, area.columns} : layout_map(l.heap);
    struct map m = map_plan(map, p);
    *bytes_per_cell = m.bytes_per_cell;
    *cells = map_cells(&m);
}

bool scene_shows_output(const struct canvas *c, struct area area, const struct picture *p,
                        int prompt_rows)
{
    struct picture with = *p;
    with.has_output = true;
    return layout_make(c, area, &with, prompt_rows).output.rows > 1;
}

size_t scene_table_rows(const struct canvas *c, struct area area, const struct picture *p,
                        int prompt_rows)
{
    struct layout l = layout_make(c, area, p, prompt_rows);
    if (l.too_small) return 1;
    int rows = layout_table_rows(l.blocks, p).rows;
    return rows > 0 ? (size_t)rows : 1;
}
