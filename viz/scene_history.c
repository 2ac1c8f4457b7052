/* scene_history.c: the free list in its own order, how brk and the live bytes went, and what is lost to fragmentation. */
#include "fragmentation.h"
#include "label.h"
#include "pen.h"

#include <stdio.h>
#include <string.h>

static int draw_link(const struct pen *pen, int row, int at, const struct snapshot *s, size_t position)
{
    char id[FIGURE_MAX], size[FIGURE_MAX], text[3 * FIGURE_MAX];
    size_t block = snapshot_free_at(s, position);
    struct snapshot_block b = snapshot_block(s, block);
    snprintf(text, sizeof text, "%s%s(%s)", position ? " → " : "", label_block(id, s, block),
             figure_fit(size, b.size - b.header, 6));
    if (at + pen_width(pen, text) > pen->area.columns - 4) return -1;
    return pen_text(pen, row, at, STYLE_FREE, 0, text);
}

static void draw_free_list(const struct pen *pen, int row, const struct snapshot *s)
{
    char count[FIGURE_MAX], text[3 * FIGURE_MAX];
    uint64_t bad;
    size_t n = snapshot_n_free(s), i = 0;
    struct pen own = *pen;
    int at = pen_text(pen, row, 1, STYLE_LABEL, 0, "FREE LIST ");
    if (snapshot_list_damaged(s, &bad)) {
        snprintf(text, sizeof text, "broken at %s", figure_address(count, bad));
        own.area.columns = pen_right(pen, row, at, pen->area.columns - 1, STYLE_BAD, 0, text);
    } else if (n > 1) {
        snprintf(text, sizeof text, " %s in search order", figure_count(count, n));
        own.area.columns = pen_right(pen, row, at + 30, pen->area.columns - 1, STYLE_DIM, 0, text);
    }
    if (n == 0) {
        pen_text(&own, row, at, STYLE_DIM, 0,
                 snapshot_head(s)->remembered ? "none: this heap keeps no record of what is free" : "empty");
        return;
    }
    for (; i < n; i++) {
        int next = draw_link(&own, row, at, s, i);
        if (next < 0) break;
        at = next;
    }
    if (i < n) pen_text(&own, row, at, STYLE_FREE, 0, i ? " → …" : "…");
}

static char32_t spark(uint64_t value, uint64_t most, bool ascii)
{
    static const char32_t levels[] = U"▁▂▃▄▅▆▇█", ascii_levels[] = U"_.-:=+*#";
    unsigned level = most ? (unsigned)((double)value / (double)most * 7.0 + 0.5) : 0;
    if (level > 7) level = 7;
    if (value == 0) return ascii ? U'_' : U'▁';
    return ascii ? ascii_levels[level] : levels[level];
}

/* The last values that fit into width columns, then the latest in figures. */
static int draw_spark(const struct pen *pen, int row, int at, int width, const char *label, const uint64_t *values, size_t n,
                      enum style style)
{
    char text[FIGURE_MAX];
    uint64_t most = 0;
    size_t shown = width > 0 && n > (size_t)width ? (size_t)width : n;
    at = pen_text(pen, row, at, STYLE_DIM, 0, label) + 1;
    for (size_t i = n - shown; i < n; i++)
        if (values[i] > most) most = values[i];
    for (size_t i = n - shown; i < n; i++)
        pen_put(pen, row, at++, spark(values[i], most, pen->canvas->ascii), style, 0);
    if (n == 0) return pen_text(pen, row, at, STYLE_DIM, 0, "–");
    at = pen_text(pen, row, at + 1, style, 0, figure_bytes(text, values[n - 1]));
    if (most == values[n - 1]) return at;
    at = pen_text(pen, row, at, STYLE_DIM, 0, ", most ");
    return pen_text(pen, row, at, STYLE_DIM, 0, figure_bytes(text, most));
}

static void draw_history(const struct pen *pen, int row, const struct picture *p)
{
    static const struct picture_history none = {0};
    const struct picture_history *h = p->history ? p->history : &none;
    int half = pen->area.columns / 2, label = pen_text(pen, row, 1, STYLE_LABEL, 0, "HISTORY ") + 2;
    if (pen->area.rows - row >= 2) {
        int width = pen->area.columns - label - 34;
        draw_spark(pen, row, label, width, "brk ", h->heap_bytes, h->n, STYLE_BRK);
        draw_spark(pen, row + 1, label, width, "live", h->live_bytes, h->n, STYLE_PAYLOAD);
        return;
    }
    int wide = half - label - 26, at = draw_spark(pen, row, label, wide, "brk", h->heap_bytes, h->n, STYLE_BRK);
    draw_spark(pen, row, at + 3 > half ? at + 3 : half, half - 32, "live", h->live_bytes, h->n, STYLE_PAYLOAD);
}

/* Header bytes of a free block; with none free it does not matter. */
static uint32_t free_header(const struct snapshot *s)
{
    return snapshot_n_free(s) ? snapshot_block(s, snapshot_free_at(s, 0)).header : 0;
}

static void draw_lost(const struct pen *pen, int row, const struct snapshot *s)
{
    struct fragmentation f;
    char a[FIGURE_MAX], b[FIGURE_MAX], c[FIGURE_MAX], d[FIGURE_MAX], e[FIGURE_MAX], g[FIGURE_MAX], h[FIGURE_MAX];
    fragmentation_find(&f, s, free_header(s));
    int at = pen_text(pen, row, 1, STYLE_LABEL, 0, "LOST ") + 5;
    at = pen_printf(pen, row, at, STYLE_PLAIN, 0, "%s headers, %s padding, %s in %s hole%s, %s at the top",
                    figure_count(a, f.header_bytes), figure_count(b, f.padding_bytes), figure_count(c, f.hole_bytes),
                    figure_count(d, f.n_holes), f.n_holes == 1 ? "" : "s", figure_count(e, f.top_bytes));
    char fits[6 * FIGURE_MAX];
    snprintf(fits, sizeof fits, "fits: %s now, %s merged, %s moved together", figure_count(a, f.fits_now),
             figure_count(g, f.fits_coalesced), figure_count(h, f.fits_compacted));
    if (at + 3 + pen_width(pen, fits) < pen->area.columns) pen_text(pen, row, at + 3, STYLE_DIM, 0, fits);
}

void scene_history(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area}, above = pen;
    if (area.rows < 1) return;
    bool lost = area.rows > 2 && !snapshot_head(p->snapshot)->remembered;
    if (lost) above.area.rows--;
    draw_free_list(&pen, 0, p->snapshot);
    if (above.area.rows > 1) draw_history(&above, 1, p);
    if (lost) draw_lost(&pen, area.rows - 1, p->snapshot);
}
