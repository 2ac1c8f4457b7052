/* scene_history.c: the free list in its own order, how brk and the live bytes went, and what is
 * lost to fragmentation. */
#include "fragmentation.h"
#include "label.h"
#include "pen.h"
#include "spark.h"

#include <stdio.h>
#include <string.h>

static int draw_link(const struct pen *pen, int row, int at, const struct picture *p,
                     size_t position)
{
    const struct snapshot *s = p->snapshot;
    char id[FIGURE_MAX], size[FIGURE_MAX], text[3 * FIGURE_MAX];
    size_t block = snapshot_free_at(s, position);
    struct snapshot_block b = snapshot_block(s, block);
    snprintf(text, sizeof text, "%s%s(%s)", position ? " → " : "", label_block(id, p, block),
             b.state == BLOCK_FREE ? figure_fit(size, b.size - b.header, 6) : label_state(b.state));
    if (at + pen_width(pen, text) > pen->area.columns - 4) return -1;
    return pen_text(pen, row, at, label_state_style(b.state), 0, text);
}

static void draw_free_list(const struct pen *pen, int row, const struct picture *p)
{
    const struct snapshot *s = p->snapshot;
    char count[FIGURE_MAX], text[3 * FIGURE_MAX];
    uint64_t bad;
    size_t n = snapshot_n_free(s), i = 0;
    struct pen own = *pen;
    int at = pen_text(pen, row, 1, STYLE_LABEL, 0, "FREE LIST ");
    if (snapshot_list_damaged(s, &bad)) {
        snprintf(text, sizeof text, "broken at %s", figure_place(count, p, bad));
        own.area.columns = pen_right(pen, row, at, pen->area.columns - 1, STYLE_BAD, 0, text);
    } else if (n > 1) {
        snprintf(text, sizeof text, " %s in search order", figure_count(count, n));
        own.area.columns = pen_right(pen, row, at + 30, pen->area.columns - 1, STYLE_DIM, 0, text);
    }
    if (n == 0) {
        pen_text(&own, row, at, STYLE_DIM, 0,
                 snapshot_head(s)->source       ? "not known: the allocator's own"
                 : snapshot_head(s)->remembered ? "none: this heap keeps no record of what is free"
                                                : "empty");
        return;
    }
    for (; i < n; i++) {
        int next = draw_link(&own, row, at, p, i);
        if (next < 0) break;
        at = next;
    }
    if (i < n) pen_text(&own, row, at, STYLE_FREE, 0, i ? " → …" : "…");
}

/* One quantity: its label, a bar a command, the latest in figures, the most if that was more. */
struct line {
    const char *label;
    const uint64_t *values;
    enum style style;
};

static uint64_t most_of(const struct line *l, size_t from, size_t n)
{
    uint64_t most = 0;
    for (size_t i = from; i < n; i++)
        if (l->values[i] > most) most = l->values[i];
    return most;
}

/* What stands behind the bars. */
static void figures(char to[3 * FIGURE_MAX], const struct line *l, size_t from, size_t n,
                    bool brief)
{
    char now[FIGURE_MAX], before[FIGURE_MAX];
    uint64_t last = l->values[n - 1], most = most_of(l, from, n);
    bool more = most > last && !brief;
    snprintf(to, (size_t)3 * FIGURE_MAX, " %s%s%s", figure_bytes(now, last), more ? ", most " : "",
             more ? figure_bytes(before, most) : "");
}

/* The values of [from, n), at most as many as there is room for; returns the column behind them. */
static int draw_line(const struct pen *pen, int row, int at, const struct line *l, size_t from,
                     size_t n, bool brief)
{
    char text[3 * FIGURE_MAX];
    uint64_t most = most_of(l, from, n);
    at = pen_text(pen, row, at, STYLE_DIM, 0, l->label) + 1;
    for (size_t i = from; i < n; i++)
        pen_put(pen, row, at++, spark(l->values[i], most, 1, 0, pen->canvas->ascii), l->style, 0);
    figures(text, l, from, n, brief);
    return pen_whole(pen, row, at, l->style, 0, text);
}

#define BARS_LEAST 8 /* so many bars are worth more than the word for the most */
#define BETWEEN 3

/* Columns of both lines on one row, without their bars. */
static int both_width(const struct pen *pen, const struct line line[2], size_t from, size_t n,
                      bool brief)
{
    char text[3 * FIGURE_MAX];
    int width = BETWEEN;
    for (int i = 0; i < 2; i++) {
        figures(text, &line[i], from, n, brief);
        width += pen_width(pen, line[i].label) + 1 + pen_width(pen, text);
    }
    return width;
}

/* The same commands twice: of those that fit, as many as there are. */
static void draw_beside(const struct pen *pen, int row, int label, const struct line line[2],
                        size_t n)
{
    int room = pen->area.columns - label;
    size_t wanted = n < BARS_LEAST ? n : BARS_LEAST;
    bool brief = room - both_width(pen, line, 0, n, false) < 2 * (int)wanted;
    int bars = (room - both_width(pen, line, 0, n, brief)) / 2;
    size_t from = bars < 1 ? n - 1 : n > (size_t)bars ? n - (size_t)bars : 0;
    int width = both_width(pen, line, from, n, brief) + 2 * (int)(n - from),
        half = pen->area.columns / 2;
    int at = draw_line(pen, row, label, &line[0], from, n, brief) + BETWEEN;
    if (at < half && half + width - (at - label) <= pen->area.columns) at = half;
    draw_line(pen, row, at, &line[1], from, n, brief);
}

static void draw_history(const struct pen *pen, int row, const struct picture *p)
{
    static const struct picture_history none = {0};
    const struct picture_history *h = p->history ? p->history : &none;
    int label = pen_text(pen, row, 1, STYLE_LABEL, 0, "HISTORY ") + 2;
    bool apart = h->free_bytes || h->apart; /* it may have regions that brk knows nothing of */
    struct line line[2] = {{apart ? "heap" : "brk ", h->heap_bytes, STYLE_BRK},
                           {"live", h->live_bytes, STYLE_PAYLOAD}};
    if (h->n == 0) {
        pen_text(pen, row, label, STYLE_DIM, 0, "brk –, live –");
        return;
    }
    if (pen->area.rows - row < 2) {
        if (!apart) line[0].label = "brk";
        draw_beside(pen, row, label, line, h->n);
        return;
    }
    if (h->free_bytes) {
        struct line above[2] = {line[0], {"free  ", h->free_bytes, STYLE_FREE}},
                    below[2] = {line[1], {"cached", h->cached_bytes, STYLE_CACHED}};
        draw_beside(pen, row, label, above, h->n);
        draw_beside(pen, row + 1, label, below, h->n);
        return;
    }
    int width = pen->area.columns - label - 34;
    size_t from = width > 0 && h->n > (size_t)width ? h->n - (size_t)width : 0;
    for (int i = 0; i < 2; i++)
        draw_line(pen, row + i, label, &line[i], from, h->n, false);
}

static void draw_lost(const struct pen *pen, int row, const struct snapshot *s)
{
    struct fragmentation f;
    char a[FIGURE_MAX], b[2 * FIGURE_MAX], c[FIGURE_MAX], d[FIGURE_MAX], e[FIGURE_MAX],
        g[FIGURE_MAX], h[FIGURE_MAX];
    fragmentation_find(&f, s);
    char fits[6 * FIGURE_MAX];
    snprintf(b, sizeof b, "%s padding, ", figure_count(g, f.padding_bytes));
    snprintf(fits, sizeof fits, "%s headers in use, %s%s in %s hole%s, %s at the top",
             figure_count(a, f.header_bytes), snapshot_head(s)->unasked ? "" : b,
             figure_count(c, f.hole_bytes), figure_count(d, f.n_holes), f.n_holes == 1 ? "" : "s",
             figure_count(e, f.top_bytes));
    int at = pen_text(pen, row, 1, STYLE_LABEL, 0, "LOST ") + 5;
    at = pen_cut(pen, row, at, pen->area.columns, STYLE_PLAIN, 0, fits);
    snprintf(fits, sizeof fits, "fits: %s now, %s merged, %s moved together",
             figure_count(a, f.fits_now), figure_count(g, f.fits_coalesced),
             figure_count(h, f.fits_compacted));
    if (at + 3 + pen_width(pen, fits) < pen->area.columns)
        pen_text(pen, row, at + 3, STYLE_DIM, 0, fits);
}

void scene_history(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area}, above = pen;
    if (area.rows < 1) return;
    bool lost = area.rows > 2 && !snapshot_head(p->snapshot)->remembered &&
                !snapshot_head(p->snapshot)->source;
    if (lost) above.area.rows--;
    draw_free_list(&pen, 0, p);
    if (above.area.rows > 1) draw_history(&above, 1, p);
    if (lost) draw_lost(&pen, area.rows - 1, p->snapshot);
}
