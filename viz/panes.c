/* panes.c: rows are given out from the top: title, map, curves, table, and at the bottom what was
 * done. A pane that is low has figures in place of curves. */
#include "panes.h"

#include <stdio.h>

#include "curves.h"
#include "figure.h"
#include "layout.h"
#include "map.h"
#include "pen.h"

/* ── Where things stand ── */

#define COLUMNS_BESIDE 100 /* from so many on two stand beside each other */

struct places {
    struct area title, heap, curves, blocks, command; /* rows 0: not shown */
    int curve_rows; /* of each; 0: figures */
};

/* What a pane of so many rows gives to its parts. */
static const struct height {
    int from, map, curve, command;
    bool table;
} heights[] = {
    {0, 1, 0, 1, false}, {7, 2, 0, 2, false}, {9, 2, 1, 2, false}, {11, 4, 1, 2, false},
    {16, 4, 1, 2, true}, {24, 4, 2, 3, true}, {34, 6, 3, 4, true},
};

static struct area rows_of(struct area *rest, int rows)
{
    struct area taken = *rest;
    if (rows > rest->rows) rows = rest->rows;
    taken.rows = rows;
    rest->row += rows;
    rest->rows -= rows;
    return taken;
}

static struct places places_of(struct area area)
{
    const struct height *h = heights;
    for (size_t i = 1; i < sizeof heights / sizeof *heights && heights[i].from <= area.rows; i++)
        h = &heights[i];
    struct places l = {.curve_rows = h->curve};
    l.title = rows_of(&area, 1);
    l.heap = rows_of(&area, 1 + h->map);
    l.curves = rows_of(&area, h->curve ? 3 * h->curve : 1);
    struct area rest = area;
    l.command = rest;
    if (!h->table) return l;
    l.blocks = rows_of(&rest, area.rows - h->command);
    l.command = rest;
    return l;
}

/* Of the area of them all, without the foot. */
static struct area pane_area(struct area area, size_t n, size_t i)
{
    int beside = area.columns >= COLUMNS_BESIDE && n != 3 ? n > 1 ? 2 : 1 : 1;
    int below = ((int)n + beside - 1) / beside, row = (int)i / beside, column = (int)i % beside;
    int rows = area.rows / below; /* of all the same: what is left over stays blank */
    int left = column * (area.columns + 1) / beside,
        right = (column + 1) * (area.columns + 1) / beside - 1;
    return (struct area){area.row + row * rows, area.column + left, rows, right - left};
}

#define FOOT_MOST 2 /* rows of each line */

/* Measured on an area of the canvas that lies outside of it. */
static int foot_line_rows(struct canvas *c, int columns, const char *words)
{
    struct pen nowhere = {c, {c->rows, 0, FOOT_MOST, columns}};
    if (!words || !*words) return 0;
    int rows = pen_wrap(&nowhere, 0, 1, 3, STYLE_PLAIN, words);
    return rows < FOOT_MOST ? rows : FOOT_MOST;
}

static int foot_rows(struct canvas *c, struct area area, const struct panes *p)
{
    return foot_line_rows(c, area.columns, p->foot[0]) +
           foot_line_rows(c, area.columns, p->foot[1]);
}

static struct area above_foot(struct canvas *c, struct area area, const struct panes *p)
{
    area.rows -= foot_rows(c, area, p);
    return area;
}

static bool fits(struct area area, size_t n)
{
    struct area one = pane_area(area, n, n - 1);
    return one.rows >= PANES_ROWS_MIN && one.columns >= PANES_COLUMNS_MIN;
}

/* ── One pane ── */

static void draw_title(struct canvas *c, struct area area, const struct pane *p)
{
    struct pen pen = {c, area};
    const struct snapshot_head *head = snapshot_head(p->picture->snapshot);
    uint64_t before = p->picture->changes ? p->picture->changes->brk_before : head->brk;
    char delta[FIGURE_MAX], place[FIGURE_MAX], text[3 * FIGURE_MAX];
    snprintf(text, sizeof text, " brk %s %s ", figure_place(place, p->picture, head->brk),
             figure_delta(delta, before, head->brk));
    pen_fill(&pen, 0, 0, area.columns, U'─', STYLE_FRAME, 0);
    int end = pen_right(&pen, 0, 0, area.columns - 1,
                        before == head->brk ? STYLE_BRK : STYLE_CHANGED, 0, text);
    snprintf(text, sizeof text, " %s ", p->name);
    int at = pen_cut(&pen, 0, 1, end, STYLE_TITLE, 0, text);
    snprintf(text, sizeof text, " %s ", *head->ended ? head->ended : "ended");
    if (!head->alive) pen_cut(&pen, 0, at + 1, end, STYLE_BAD, 0, text);
}

static void draw_pane(struct canvas *c, struct area area, const struct pane *p)
{
    struct places at = places_of(area);
    draw_title(c, at.title, p);
    scene_heap(c, at.heap, p->picture);
    if (at.curve_rows)
        curves_draw(c, at.curves, at.curve_rows, &p->curve);
    else
        curves_figures(c, at.curves, &p->curve);
    if (at.blocks.rows) scene_blocks(c, at.blocks, p->picture);
    if (at.command.rows) scene_command(c, at.command, p->picture);
}

static void draw_too_small(struct canvas *c, struct area area, const struct panes *p)
{
    struct area above = above_foot(c, area, p);
    struct pen pen = {c, above.rows > 0 ? above : area};
    char text[160], place[FIGURE_MAX];
    int below = foot_rows(c, area, p) + p->prompt_rows;
    snprintf(text, sizeof text, "too small: %d×%d; %zu heaps need %d×%d", area.columns,
             area.rows + p->prompt_rows, p->n, PANES_COLUMNS_MIN,
             PANES_ROWS_MIN * (int)p->n + below);
    int row = pen_wrap(&pen, 0, 0, 0, STYLE_BAD, text);
    for (size_t i = 0; i < p->n && row < pen.area.rows; i++, row++) {
        const struct picture *picture = p->pane[i].picture;
        snprintf(text, sizeof text, "%.40s: brk %s", p->pane[i].name,
                 figure_place(place, picture, snapshot_head(picture->snapshot)->brk));
        pen_cut(&pen, row, 0, area.columns, STYLE_BRK, 0, text);
    }
}

/* ── All of them ── */

/* The coarsest scale of them: cells of all maps are of the same size. */
static uint64_t common_scale(struct area area, const struct panes *p)
{
    uint64_t most = 0;
    for (size_t i = 0; i < p->n; i++) {
        struct places at = places_of(pane_area(area, p->n, i));
        struct map m = map_plan(layout_map(at.heap), p->pane[i].picture);
        if (m.bytes_per_cell > most) most = m.bytes_per_cell;
    }
    return most;
}

/* And bars of brk are. */
static uint64_t common_most(const struct panes *p)
{
    uint64_t most = 0;
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k < p->pane[i].curve.n; k++)
            if (p->pane[i].curve.point[k].heap_bytes > most)
                most = p->pane[i].curve.point[k].heap_bytes;
    return most;
}

static void draw_foot(struct canvas *c, struct area area, const struct panes *p)
{
    struct area rest = area;
    int rows = foot_rows(c, area, p);
    rest.row += area.rows - rows;
    for (int i = 0; i < 2; i++) {
        struct pen pen = {c, rest};
        pen.area.rows = foot_line_rows(c, area.columns, p->foot[i]);
        if (pen.area.rows > 0) pen_wrap(&pen, 0, 1, 3, p->foot_style[i], p->foot[i]);
        rest.row += pen.area.rows;
    }
}

void scene_panes(struct canvas *c, struct area area, const struct panes *p)
{
    struct area all = above_foot(c, area, p);
    canvas_fill(c, area.row, area.column, area.rows, area.columns, U' ', STYLE_PLAIN, 0);
    if (!fits(all, p->n)) {
        draw_too_small(c, area, p);
        if (all.rows > 2) draw_foot(c, area, p);
        return;
    }
    uint64_t scale = common_scale(all, p), most = common_most(p);
    for (size_t i = 0; i < p->n; i++) {
        struct picture picture = *p->pane[i].picture;
        struct view view = *picture.view;
        struct pane pane = p->pane[i];
        view.scale_least = scale;
        pane.curve.heap_most = most;
        picture.view = &view;
        pane.picture = &picture;
        struct area one = pane_area(all, p->n, i);
        draw_pane(c, one, &pane);
        if (one.column > area.column)
            canvas_fill(c, one.row, one.column - 1, one.rows, 1, U'│', STYLE_FRAME, 0);
    }
    draw_foot(c, area, p);
}

void scene_panes_scale(struct canvas *c, struct area area, const struct panes *p, size_t pane,
                       uint64_t *bytes_per_cell, uint64_t *cells, size_t *table_rows)
{
    struct places at = places_of(pane_area(above_foot(c, area, p), p->n, pane));
    struct map m = map_plan(layout_map(at.heap), p->pane[pane].picture);
    int rows = at.blocks.rows ? layout_table_rows(at.blocks, p->pane[pane].picture).rows : 1;
    *bytes_per_cell = m.bytes_per_cell;
    *cells = map_cells(&m);
    *table_rows = rows > 0 ? (size_t)rows : 1;
}

static bool in_area(struct area area, int row, int column)
{
    return row >= area.row && row < area.row + area.rows && column >= area.column &&
           column < area.column + area.columns;
}

size_t scene_panes_hit(struct canvas *c, struct area area, const struct panes *p, int row,
                       int column, size_t *pane)
{
    struct area all = above_foot(c, area, p);
    if (!fits(all, p->n)) return SNAPSHOT_NONE;
    for (size_t i = 0; i < p->n; i++) {
        struct places at = places_of(pane_area(all, p->n, i));
        const struct picture *picture = p->pane[i].picture;
        if (!at.blocks.rows) continue;
        struct area rows = layout_table_rows(at.blocks, picture);
        if (!in_area(rows, row, column)) continue;
        size_t block = layout_table_from(rows, picture) + (size_t)(row - rows.row);
        *pane = i;
        return block < snapshot_n_blocks(picture->snapshot) ? block : SNAPSHOT_NONE;
    }
    return SNAPSHOT_NONE;
}
