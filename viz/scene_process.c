/* scene_process.c: the process from low addresses to high ones, every segment as a box that is wide
 * enough to be read: not to scale.
 *
 * Columns are given out in address order. What is over after every box has its least is divided by
 * brk: the heap's part grows as the heap does, each doubling by as much, up to the page's edge,
 * which is marked; the rest is the unmapped gap that brk and the stack grow into. Long addresses
 * lose their leading digits before a segment of the textbook is left out. */
#include "label.h"
#include "pen.h"

#include <stdio.h>
#include <string.h>

#define BOXES_MAX 8
#define GAP_LEAST 4 /* spare columns of the gap that brk leaves alone */

struct box {
    enum segment_kind kind;
    const char *name;
    uint64_t start, end;
    int column, width;
};

struct strip {
    struct box box[BOXES_MAX];
    int n, heap; /* heap: which of them it is */
    int gap, gap_width; /* the gap behind the heap, where brk stands: first column and width */
    int page; /* the first page's edge, columns from brk; -1: brk is beyond it */
    int digits; /* of an address that are shown, 0 for all */
};

static enum style box_style(enum segment_kind kind)
{
    switch (kind) {
    case SEGMENT_TEXT:
        return STYLE_TEXT;
    case SEGMENT_DATA:
        return STYLE_DATA;
    case SEGMENT_BSS:
        return STYLE_BSS;
    case SEGMENT_HEAP:
        return STYLE_PAYLOAD;
    case SEGMENT_STACK:
        return STYLE_STACK;
    default:
        return STYLE_LIBRARY;
    }
}

static void add_box(struct strip *strip, enum segment_kind kind, const char *name, uint64_t start,
                    uint64_t end)
{
    if (strip->n == BOXES_MAX) return;
    int at = strip->n++;
    while (at > 0 && strip->box[at - 1].start > start) {
        strip->box[at] = strip->box[at - 1];
        at--;
    }
    strip->box[at] = (struct box){.kind = kind, .name = name, .start = start, .end = end};
}

/* The five of the textbook, the heap as it is now; with more also read-only data, and the libraries
 * as one. */
static void collect(struct strip *strip, const struct snapshot *s, bool more)
{
    uint64_t low = UINT64_MAX, high = 0;
    const struct snapshot_head *head = snapshot_head(s);
    *strip = (struct strip){.heap = -1};
    add_box(strip, SEGMENT_HEAP, "heap", head->heap_start, head->brk);
    for (size_t i = 0; i < snapshot_n_segments(s); i++) {
        const struct snapshot_segment *segment = snapshot_segment(s, i);
        bool textbook = segment->kind <= SEGMENT_STACK && segment->kind != SEGMENT_HEAP;
        if (textbook || (more && segment->kind == SEGMENT_RODATA))
            add_box(strip, segment->kind, segment->name, segment->start, segment->end);
        if (segment->kind != SEGMENT_LIBRARY) continue;
        if (segment->start < low) low = segment->start;
        if (segment->end > high) high = segment->end;
    }
    if (more && high > low) add_box(strip, SEGMENT_LIBRARY, "libraries", low, high);
    for (int i = 0; i < strip->n; i++)
        if (strip->box[i].kind == SEGMENT_HEAP) strip->heap = i;
}

/* 0x4110d0, or its last digits behind "…". */
static const char *address_text(char to[FIGURE_MAX], uint64_t address, int digits)
{
    figure_address(to, address);
    int length = (int)strlen(to) - 2;
    if (digits == 0 || length <= digits) return to;
    char all[FIGURE_MAX];
    strcpy(all, to);
    snprintf(to, FIGURE_MAX, "…%s", all + 2 + length - digits);
    return to;
}

static int address_width(uint64_t address, int digits)
{
    char text[FIGURE_MAX];
    const char *shown = address_text(text, address, digits);
    return (int)strlen(shown) - (strncmp(shown, "…", 3) ? 0 : 2);
}

static int least_width(const struct box *box, int digits)
{
    char bytes[FIGURE_MAX];
    int width = address_width(box->start, digits), name = (int)strlen(box->name),
        size = (int)strlen(figure_bytes(bytes, box->end - box->start));
    if (box->kind == SEGMENT_HEAP || box->kind == SEGMENT_STACK) name += 2; /* its arrow */
    if (name > 14) name = 14;
    if (name > width) width = name;
    return size > width ? size : width;
}

#define PAGE_SHARE 85u /* percent of the way of brk that the first page has */
#define OCTAVE 256u
#define DOUBLINGS_FROM 16u /* bytes: less is no block */

/* How often n bytes have doubled since that, in parts of an OCTAVE: between two doublings a
 * straight line. */
static uint64_t doublings(uint64_t n)
{
    uint64_t unit = DOUBLINGS_FROM, octaves = 0;
    for (n += unit; n / 2 >= unit && octaves < 60; unit *= 2)
        octaves++;
    return octaves * OCTAVE + (n - unit) * OCTAVE / unit;
}

/* How far of so many columns brk has come with that many bytes of heap: so that a small block is
 * seen to move it, each doubling has the same way, in the first page most of it. Never down when
 * the heap grows. */
static int brk_column(uint64_t heap_bytes, uint64_t page_bytes, int columns)
{
    uint64_t all = (uint64_t)(columns > 0 ? columns : 0), way = all * PAGE_SHARE / 100;
    uint64_t page = doublings(page_bytes ? page_bytes : 4096),
             come = doublings(heap_bytes < UINT64_C(1) << 48 ? heap_bytes : UINT64_C(1) << 48);
    if (come <= page) return (int)(come * way / page);
    return (int)(way + (all - way) * (come - page) / (doublings(UINT64_C(1) << 48) - page));
}

/* Give out the columns; false if there are too few. */
static bool place(struct strip *strip, const struct snapshot *s, int columns, int digits)
{
    int needed = 2, gap = address_width(snapshot_head(s)->brk, digits) +
                          1; /* 2: one between the heap's address and that of brk */
    strip->digits = digits;
    for (int i = 0; i < strip->n; i++)
        needed += (strip->box[i].width = least_width(&strip->box[i], digits)) + 1;
    int spare = columns - needed - gap;
    if (spare < 0) return false;
    const struct snapshot_head *head = snapshot_head(s);
    int way = spare - GAP_LEAST,
        come = brk_column(head->brk - head->heap_start, head->page_bytes, way);
    strip->box[strip->heap].width += come + 1;
    strip->gap_width = gap + spare - come;
    strip->page = head->brk - head->heap_start < head->page_bytes
                      ? brk_column(head->page_bytes, head->page_bytes, way) - come
                      : -1;
    int at = 1;
    for (int i = 0; i < strip->n; i++) {
        strip->box[i].column = at;
        at += strip->box[i].width + 1;
        if (i != strip->heap) continue;
        strip->gap = --at; /* brk stands right behind the heap */
        at += strip->gap_width + 1;
    }
    return true;
}

static bool arrange(struct strip *strip, const struct snapshot *s, int columns)
{
    static const int digits[] = {0, 8, 6, 5, 4};
    for (int more = 1; more >= 0; more--) {
        collect(strip, s, more);
        if (place(strip, s, columns, 0)) return true;
    }
    for (size_t i = 1; i < sizeof digits / sizeof *digits; i++)
        if (place(strip, s, columns, digits[i])) return true;
    return false;
}

static void draw_box(const struct pen *pen, const struct strip *strip, const struct box *box,
                     int row)
{
    char text[FIGURE_MAX];
    enum style style = box_style(box->kind);
    struct pen own = {pen->canvas,
                      {pen->area.row, pen->area.column + box->column, pen->area.rows, box->width}};
    if (box->column + box->width > pen->area.columns)
        own.area.columns = pen->area.columns - box->column;
    if (box->kind == SEGMENT_STACK) {
        pen_printf(&own, row, 0, style, MARK_BOLD, "◄ %s", box->name);
    } else {
        int at = pen_cut(&own, row, 0, own.area.columns, style, MARK_BOLD, box->name);
        if (box->kind == SEGMENT_HEAP) pen_text(&own, row, at, style, MARK_BOLD, " ►");
    }
    bool empty = box->end <= box->start;
    if (!empty)
        pen_fill(&own, row + 1, 0, own.area.columns, theme_fill(style, pen->canvas->ascii), style,
                 0);
    pen_text(&own, row + 2, 0, STYLE_NUMBER, 0, address_text(text, box->start, strip->digits));
    pen_text(&own, row + 3, 0, STYLE_DIM, 0,
             empty ? "empty" : figure_bytes(text, box->end - box->start));
}

/* brk, the arrow of the heap's growth, the stack's against it, and how much lies between. */
static void draw_gap(const struct pen *pen, const struct strip *strip, const struct picture *p,
                     int row)
{
    char text[FIGURE_MAX], bytes[FIGURE_MAX];
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    bool moved = p->changes && p->changes->brk_before != p->changes->brk_after;
    struct pen own = {
        pen->canvas,
        {pen->area.row, pen->area.column + strip->gap, pen->area.rows, strip->gap_width}};
    enum style style = moved ? STYLE_CHANGED : STYLE_BRK;
    pen_put(&own, row + 1, 0, U'│', style, 0);
    int at = pen_text(&own, row, 0, style, 0, "brk");
    if (moved) pen_put(&own, row, at, head->brk > p->changes->brk_before ? U'▲' : U'▼', style, 0);
    pen_text(&own, row + 2, 0, style, 0, address_text(text, head->brk, strip->digits));
    bool before_stack =
        strip->heap + 1 < strip->n && strip->box[strip->heap + 1].kind == SEGMENT_STACK;
    int width = strip->gap_width;
    if (width >= 8) pen_text(&own, row + 1, 1, STYLE_BRK, 0, "─►");
    if (width >= 8 && before_stack) pen_right(&own, row + 1, 4, width, STYLE_STACK, 0, "◄─");
    if (strip->page > 3 && strip->page < width - 2)
        pen_put(&own, row + 1, strip->page, U'┤', STYLE_PAGE, 0);
    if (strip->heap + 1 >= strip->n) return;
    snprintf(text, sizeof text, "%s unmapped",
             figure_bytes(bytes, strip->box[strip->heap + 1].start - head->brk));
    int length = pen_width(pen, text);
    if (length <= width) pen_text(&own, row + 3, (width - length) / 2, STYLE_DIM, 0, text);
}

void scene_process(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    struct strip strip;
    int row = 0;
    if (area.rows >= 5) {
        int at = pen_text(&pen, 0, 1, STYLE_LABEL, 0, "PROCESS");
        pen_text(&pen, 0, at + 2, STYLE_DIM, 0,
                 "low addresses at the left, high ones at the right; not to scale");
        row = 1;
    }
    if (!arrange(&strip, p->snapshot, area.columns)) {
        pen_text(&pen, row, 1, STYLE_DIM, 0, "(no room for the segments)");
        return;
    }
    for (int i = 0; i < strip.n; i++)
        draw_box(&pen, &strip, &strip.box[i], row);
    draw_gap(&pen, &strip, p, row);
}
