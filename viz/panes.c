/* panes.c: rows are given out from the top: title, map, curves, table, and at the bottom what was
 * done. A pane that is low has figures in place of curves. */
#include "panes.h"

#include <inttypes.h>
#include <stdio.h>

#include "figure.h"
#include "layout.h"
#include "map.h"
#include "pen.h"
#include "spark.h"

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
    int from = row * area.rows / below, to = (row + 1) * area.rows / below;
    int left = column * (area.columns + 1) / beside,
        right = (column + 1) * (area.columns + 1) / beside - 1;
    return (struct area){area.row + from, area.column + left, to - from, right - left};
}

static int foot_rows(const struct panes *p)
{
    return (p->foot[0] && *p->foot[0] ? 1 : 0) + (p->foot[1] && *p->foot[1] ? 1 : 0);
}

static struct area above_foot(struct area area, const struct panes *p)
{
    area.rows -= foot_rows(p);
    return area;
}

static bool fits(struct area area, size_t n)
{
    struct area one = pane_area(area, n, n - 1);
    return one.rows >= PANES_ROWS_MIN && one.columns >= PANES_COLUMNS_MIN;
}

/* ── Curves ── */

struct curve_line {
    const char *label, *brief;
    enum style style;
    uint64_t (*value)(const struct pane_point *p);
    uint64_t most; /* 0: the most that there was */
};

#define PERMILLE 1000u

static uint64_t value_brk(const struct pane_point *p) { return p->heap_bytes; }
static uint64_t part(uint64_t n, uint64_t of)
{
    return of ? (uint64_t)((double)n / (double)of * PERMILLE + 0.5) : 0;
}
static uint64_t value_util(const struct pane_point *p)
{
    return part(p->live_bytes, p->heap_bytes);
}
static uint64_t value_free(const struct pane_point *p)
{
    return part(p->free_bytes, p->heap_bytes);
}

static const struct curve_line lines[] = {
    {"brk", "brk", STYLE_BRK, value_brk, 0},
    {"utilization", "util", STYLE_PAYLOAD, value_util, PERMILLE},
    {"fragmentation", "frag", STYLE_FREE, value_free, PERMILLE},
};
enum { N_LINES = sizeof lines / sizeof lines[0], LINE_FREE = 2, FIGURES = 22 };

static uint64_t most_of(const struct curve_line *l, const struct pane_curve *curve)
{
    uint64_t most = l->most;
    for (size_t i = 0; l->most == 0 && i < curve->n; i++)
        if (l->value(&curve->point[i]) > most) most = l->value(&curve->point[i]);
    return most;
}

static bool is_known(const struct curve_line *l, const struct pane_curve *curve)
{
    return curve->n > 0 && (l != &lines[LINE_FREE] || curve->has_free);
}

static void figures(char to[3 * FIGURE_MAX], const struct curve_line *l,
                    const struct pane_curve *curve)
{
    char now[FIGURE_MAX], most[FIGURE_MAX];
    const size_t bytes = (size_t)3 * FIGURE_MAX;
    uint64_t value = curve->n ? l->value(&curve->point[curve->n - 1]) : 0;
    if (!is_known(l, curve))
        snprintf(to, bytes, "–");
    else if (l->most)
        snprintf(to, bytes, "%" PRIu64 ".%" PRIu64 " %%", value / 10, value % 10);
    else if (most_of(l, curve) > value)
        snprintf(to, bytes, "%s, most %s", figure_bytes(now, value),
                 figure_bytes(most, most_of(l, curve)));
    else
        snprintf(to, bytes, "%s", figure_bytes(now, value));
}

/* One column a part of the way; a column is as the last point in it, or before it. */
static void draw_curve(const struct pen *pen, int row, int rows, int from, int to,
                       const struct curve_line *l, const struct pane_curve *curve)
{
    uint64_t columns = (uint64_t)(to - from), x_most = curve->x_most, most = most_of(l, curve);
    if (x_most == 0) x_most = curve->n > columns ? curve->n : columns;
    size_t i = 0;
    for (uint64_t c = 0; c < columns; c++) {
        uint64_t x_from = c * (x_most + 1) / columns, x_to = (c + 1) * (x_most + 1) / columns;
        while (i + 1 < curve->n && curve->point[i + 1].x < x_to)
            i++;
        if (curve->point[curve->n - 1].x < x_from && c > 0) return;
        bool parted = curve->parted && curve->parted_x >= x_from && curve->parted_x < x_to;
        for (int r = 0; r < rows; r++) {
            char32_t glyph =
                spark(l->value(&curve->point[i]), most, rows, rows - 1 - r, pen->canvas->ascii);
            pen_put(pen, row + r, from + (int)c, glyph, parted ? STYLE_CHANGED : l->style,
                    parted ? MARK_REVERSE : 0);
        }
    }
}

static void draw_curves(struct canvas *c, const struct places *at, const struct pane *p)
{
    struct pen pen = {c, at->curves};
    char text[3 * FIGURE_MAX];
    int columns = at->curves.columns, rows = at->curve_rows;
    bool wide = columns >= 70;
    int from = wide ? 15 : 6, to = columns - FIGURES;
    for (int i = 0; i < N_LINES; i++) {
        const struct curve_line *l = &lines[i];
        int row = i * rows, bottom = row + rows - 1;
        pen_text(&pen, bottom, 1, STYLE_LABEL, 0, wide ? l->label : l->brief);
        figures(text, l, &p->curve);
        pen_cut(&pen, bottom, to + 1, columns, l->style, 0, text);
        if (is_known(l, &p->curve)) draw_curve(&pen, row, rows, from, to, l, &p->curve);
    }
}

static void draw_figures(struct canvas *c, const struct places *at, const struct pane *p)
{
    struct pen pen = {c, at->curves};
    char text[3 * FIGURE_MAX];
    int column = 1;
    for (int i = 0; i < N_LINES; i++) {
        figures(text, &lines[i], &p->curve);
        column = pen_text(&pen, 0, column, STYLE_LABEL, 0, lines[i].brief) + 1;
        column = pen_whole(&pen, 0, column, lines[i].style, 0, text) + 3;
    }
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
        draw_curves(c, &at, p);
    else
        draw_figures(c, &at, p);
    if (at.blocks.rows) scene_blocks(c, at.blocks, p->picture);
    if (at.command.rows) scene_command(c, at.command, p->picture);
}

static void draw_too_small(struct canvas *c, struct area area, const struct panes *p)
{
    struct pen pen = {c, area};
    char text[160], place[FIGURE_MAX];
    snprintf(text, sizeof text, "too small: %d×%d; %zu heaps need %d×%d", area.columns, area.rows,
             p->n, PANES_COLUMNS_MIN, PANES_ROWS_MIN * (int)p->n + foot_rows(p));
    int row = pen_wrap(&pen, 0, 0, 0, STYLE_BAD, text);
    for (size_t i = 0; i < p->n && row < area.rows; i++, row++) {
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
        if (p->pane[i].picture->view->bytes_per_cell) return 0; /* somebody has chosen */
        struct places at = places_of(pane_area(area, p->n, i));
        struct map m = map_plan(layout_map(at.heap), p->pane[i].picture);
        if (m.bytes_per_cell > most) most = m.bytes_per_cell;
    }
    return most;
}

static void draw_foot(struct canvas *c, struct area area, const struct panes *p)
{
    struct pen pen = {c, area};
    int row = area.rows - foot_rows(p);
    for (int i = 0; i < 2; i++)
        if (p->foot[i] && *p->foot[i])
            pen_cut(&pen, row++, 1, area.columns, p->foot_style[i], 0, p->foot[i]);
}

void scene_panes(struct canvas *c, struct area area, const struct panes *p)
{
    struct area all = above_foot(area, p);
    canvas_fill(c, area.row, area.column, area.rows, area.columns, U' ', STYLE_PLAIN, 0);
    if (!fits(all, p->n)) {
        draw_too_small(c, all.rows > 0 ? all : area, p);
        if (all.rows > 2) draw_foot(c, area, p);
        return;
    }
    uint64_t scale = common_scale(all, p);
    for (size_t i = 0; i < p->n; i++) {
        struct picture picture = *p->pane[i].picture;
        struct view view = *picture.view;
        struct pane pane = p->pane[i];
        if (scale) view.bytes_per_cell = scale;
        picture.view = &view;
        pane.picture = &picture;
        struct area one = pane_area(all, p->n, i);
        draw_pane(c, one, &pane);
        if (one.column > area.column)
            canvas_fill(c, one.row, one.column - 1, one.rows, 1, U'│', STYLE_FRAME, 0);
    }
    draw_foot(c, area, p);
}

void scene_panes_scale(const struct canvas *c, struct area area, const struct panes *p, size_t pane,
                       uint64_t *bytes_per_cell, uint64_t *cells, size_t *table_rows)
{
    (void)c;
    struct places at = places_of(pane_area(above_foot(area, p), p->n, pane));
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

size_t scene_panes_hit(const struct canvas *c, struct area area, const struct panes *p, int row,
                       int column, size_t *pane)
{
    (void)c;
    struct area all = above_foot(area, p);
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
