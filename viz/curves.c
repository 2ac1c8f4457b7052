/* curves.c: see curves.h. */
#include "curves.h"

#include <inttypes.h>
#include <stdio.h>

#include "figure.h"
#include "pen.h"
#include "spark.h"

struct curve_line {
    const char *label, *brief;
    enum style style;
    uint64_t (*value)(const struct curve_point *p);
    uint64_t most; /* 0: the most that there was */
};

#define PERMILLE 1000u

static uint64_t value_brk(const struct curve_point *p) { return p->heap_bytes; }
static uint64_t part(uint64_t n, uint64_t of)
{
    return of ? (uint64_t)((double)n / (double)of * PERMILLE + 0.5) : 0;
}
static uint64_t value_util(const struct curve_point *p)
{
    return part(p->live_bytes, p->heap_bytes);
}
static uint64_t value_free(const struct curve_point *p)
{
    return part(p->free_bytes, p->heap_bytes);
}

static const struct curve_line lines[] = {
    {"brk", "brk", STYLE_BRK, value_brk, 0},
    {"utilization", "util", STYLE_PAYLOAD, value_util, PERMILLE},
    {"fragmentation", "frag", STYLE_FREE, value_free, PERMILLE},
};
enum {
    N_LINES = sizeof lines / sizeof lines[0],
    LINE_BRK = 0,
    LINE_FREE = 2,
    WIDE = 70,
    FIGURES = 12,
    FIGURES_WIDE = 26
};

static uint64_t most_of(const struct curve_line *l, const struct curve *curve)
{
    uint64_t most = l->most;
    for (size_t i = 0; l->most == 0 && i < curve->n; i++)
        if (l->value(&curve->point[i]) > most) most = l->value(&curve->point[i]);
    return most;
}

static bool is_known(const struct curve_line *l, const struct curve *curve)
{
    return curve->n > 0 && (l != &lines[LINE_FREE] || curve->has_free);
}

/* brief: without the most. */
static void figures(char to[3 * FIGURE_MAX], const struct curve_line *l, const struct curve *curve,
                    bool brief)
{
    char now[FIGURE_MAX], most[FIGURE_MAX];
    const size_t bytes = (size_t)3 * FIGURE_MAX;
    uint64_t value = curve->n ? l->value(&curve->point[curve->n - 1]) : 0;
    if (!is_known(l, curve))
        snprintf(to, bytes, "–");
    else if (l->most)
        snprintf(to, bytes, "%s%" PRIu64 ".%" PRIu64 " %%",
                 l == &lines[LINE_FREE] && curve->guessed ? "~" : "", value / 10, value % 10);
    else if (!brief && most_of(l, curve) > value)
        snprintf(to, bytes, "%s, most %s", figure_bytes(now, value),
                 figure_bytes(most, most_of(l, curve)));
    else
        snprintf(to, bytes, "%s", figure_bytes(now, value));
}

/* One column a part of the way; a column is as the last point in it, or before it. */
static void draw_curve(const struct pen *pen, int row, int rows, int from, int to,
                       const struct curve_line *l, const struct curve *curve)
{
    uint64_t columns = (uint64_t)(to - from), x_most = curve->x_most, most = most_of(l, curve);
    if (l == &lines[LINE_BRK] && curve->heap_most > most) most = curve->heap_most;
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

void curves_draw(struct canvas *c, struct area area, int rows, const struct curve *curve)
{
    struct pen pen = {c, area};
    char text[3 * FIGURE_MAX];
    bool wide = area.columns >= WIDE;
    int from = wide ? 15 : 6, to = area.columns - (wide ? FIGURES_WIDE : FIGURES);
    for (int i = 0; i < N_LINES; i++) {
        const struct curve_line *l = &lines[i];
        int row = i * rows, bottom = row + rows - 1;
        pen_text(&pen, bottom, 1, STYLE_LABEL, 0, wide ? l->label : l->brief);
        figures(text, l, curve, !wide);
        pen_whole(&pen, bottom, to + 1, l->style, 0, text);
        if (is_known(l, curve)) draw_curve(&pen, row, rows, from, to, l, curve);
    }
}

void curves_figures(struct canvas *c, struct area area, const struct curve *curve)
{
    struct pen pen = {c, area};
    char text[3 * FIGURE_MAX];
    int column = 1;
    for (int i = 0; i < N_LINES; i++) {
        figures(text, &lines[i], curve, area.columns < WIDE);
        column = pen_text(&pen, 0, column, STYLE_LABEL, 0, lines[i].brief) + 1;
        column = pen_whole(&pen, 0, column, lines[i].style, 0, text) + 3;
    }
}
