/* scene_blocks.c: the table of blocks, in address order. Changed ones carry ▲, the selected one ►.
 */
#include "label.h"
#include "layout.h"
#include "pen.h"

#include <stdio.h>
#include <string.h>

struct columns { /* where each column ends, or begins for those aligned left; -1: no room for it */
    int id, address, offset, size, payload, requested, state, region, name;
    const char *asked; /* the heading of requested */
};

#define STATE_COLUMNS 8 /* "foreign", and a blank */
#define REGION_COLUMNS 7

/* Of several regions each block's is named, for which the others draw together; what was asked for
 * is told where there is room. */
static struct columns plan_regions(int width, int id_width, int address_width,
                                   const struct picture *p)
{
    struct columns k = {.id = 2, .address = id_width < 3 ? 6 : 3 + id_width, .asked = "asked"};
    k.offset = k.payload = k.requested = k.name = -1;
    int at = k.size = k.address + address_width + 7,
        spare = width - at - 1 - STATE_COLUMNS - REGION_COLUMNS;
    bool asked = spare >= 6, payload = spare >= 7 + 8, name = spare >= 7 + 8 + 9 && p->n_names > 0;
    if (payload) k.payload = at += 8;
    if (asked) k.requested = at += spare >= 7 ? 7 : 6;
    k.state = at + 1;
    k.region = k.state + STATE_COLUMNS;
    if (name) k.name = k.region + REGION_COLUMNS;
    return k;
}

static int longest_address(const struct snapshot *s)
{
    char address[FIGURE_MAX];
    return (int)strlen(figure_address(address, snapshot_region(s, snapshot_n_regions(s) - 1)->end));
}

/* id_width: digits of the longest id that is listed. */
static struct columns plan(int width, int id_width, const struct picture *p)
{
    char address[FIGURE_MAX];
    int address_width = (int)strlen(figure_address(address, snapshot_head(p->snapshot)->brk));
    if (snapshot_n_regions(p->snapshot) > 1)
        return plan_regions(width, id_width, longest_address(p->snapshot), p);
    struct columns k = {.id = 2,
                        .address = id_width > 5 ? 3 + id_width : 8,
                        .offset = -1,
                        .payload = -1,
                        .region = -1,
                        .name = -1,
                        .asked = "requested"};
    int at = k.address + address_width, spare = width - at - 25; /* size, requested and state */
    bool payload = spare >= 8, name = spare >= (payload ? 18 : 9) && p->n_names > 0,
         offset = spare >= (payload ? 8 : 0) + (name ? 9 : 0) + 10;
    if (offset) k.offset = at += 10;
    k.size = at += 7;
    if (payload) k.payload = at += 8;
    k.requested = at += 10;
    k.state = at + 1;
    if (name) k.name = k.state + 8;
    return k;
}

static void draw_heading(const struct pen *pen, int row, const struct columns *k)
{
    pen_text(pen, row, k->id, STYLE_LABEL, 0, "#");
    pen_text(pen, row, k->address, STYLE_LABEL, 0, "address");
    if (k->offset > 0) pen_right(pen, row, 0, k->offset, STYLE_LABEL, 0, "offset");
    pen_right(pen, row, 0, k->size, STYLE_LABEL, 0, "size");
    if (k->payload > 0) pen_right(pen, row, 0, k->payload, STYLE_LABEL, 0, "payload");
    if (k->requested > 0) pen_right(pen, row, 0, k->requested, STYLE_LABEL, 0, k->asked);
    pen_text(pen, row, k->state, STYLE_LABEL, 0, "state");
    if (k->region > 0) pen_text(pen, row, k->region, STYLE_LABEL, 0, "region");
    if (k->name > 0) pen_text(pen, row, k->name, STYLE_LABEL, 0, "name");
}

static void draw_number(const struct pen *pen, int row, int end, int width, uint64_t n,
                        unsigned marks)
{
    char text[FIGURE_MAX];
    if (end > 0) pen_right(pen, row, 0, end, STYLE_NUMBER, marks, figure_fit(text, n, width));
}

static void draw_block(const struct pen *pen, int row, const struct columns *k,
                       const struct picture *p, size_t index)
{
    char text[FIGURE_MAX];
    struct snapshot_block b = snapshot_block(p->snapshot, index);
    const struct snapshot_region *region =
        snapshot_region(p->snapshot, snapshot_block_region(p->snapshot, index));
    bool selected = p->detail && p->detail->block == index;
    bool changed = p->changes && changes_touch(p->changes, b.address, b.address + b.size, NULL);
    unsigned marks = selected ? MARK_BOLD | MARK_UNDERLINE : 0;
    enum style style = label_state_style(b.state);
    if (changed) pen_put(pen, row, 0, U'▲', STYLE_CHANGED, 0);
    if (selected) pen_put(pen, row, 1, U'►', STYLE_SELECTED, 0);
    snprintf(text, sizeof text, "%u", b.id);
    pen_text(pen, row, k->id, block_is_taken(b.state) ? STYLE_NUMBER : STYLE_DIM, marks,
             b.id ? text : "–");
    pen_text(pen, row, k->address, STYLE_NUMBER, marks, figure_place(text, p, b.address));
    snprintf(text, sizeof text, "+0x%llx",
             (unsigned long long)snapshot_offset_of(p->snapshot, b.address));
    if (k->offset > 0) pen_right(pen, row, 0, k->offset, STYLE_DIM, marks, text);
    draw_number(pen, row, k->size, 6, b.size, marks);
    draw_number(pen, row, k->payload, 7, b.size - b.header, marks);
    if (block_is_taken(b.state) && b.state != BLOCK_CACHED && !snapshot_head(p->snapshot)->unasked)
        draw_number(pen, row, k->requested, k->region > 0 ? 6 : 9, b.requested, marks);
    else if (k->requested > 0)
        pen_right(pen, row, 0, k->requested, STYLE_DIM, marks, "–");
    pen_text(
        pen, row, k->state, changed ? STYLE_CHANGED : style, marks,
        label_state_in(b.state, (k->region > 0 ? k->region : pen->area.columns) - k->state - 1));
    if (k->region > 0)
        pen_text(pen, row, k->region, STYLE_DIM, marks, region_kind_name(region->kind));
    if (k->name > 0 && b.state == BLOCK_USED)
        pen_cut(pen, row, k->name, pen->area.columns, STYLE_CODE, 0, label_name(p, b.id));
}

/* On the heading's right, where there is room: which of how many are shown. */
static void draw_position(const struct pen *pen, int row, size_t from, size_t shown, size_t n,
                          int start)
{
    char text[4 * FIGURE_MAX], a[FIGURE_MAX], b[FIGURE_MAX], c[FIGURE_MAX];
    snprintf(text, sizeof text, "%s–%s of %s", figure_count(a, from + 1),
             figure_count(b, from + shown), figure_count(c, n));
    pen_right(pen, row, start, pen->area.columns, STYLE_DIM, 0, text);
}

/* Below the last row, where there is one: how many are out of sight, and where. */
static void draw_more(const struct pen *pen, int row, size_t above, size_t below)
{
    char text[4 * FIGURE_MAX], a[FIGURE_MAX], b[FIGURE_MAX];
    if (above && below)
        snprintf(text, sizeof text, "%s more above, %s more below", figure_count(a, above),
                 figure_count(b, below));
    else
        snprintf(text, sizeof text, "%s more %s", figure_count(a, above + below),
                 above ? "above" : "below");
    int at = pen_cut(pen, row, 2, pen->area.columns, STYLE_DIM, 0, text);
    if (at + 14 < pen->area.columns) pen_text(pen, row, at, STYLE_DIM, 0, "  (PgUp PgDn)");
}

static int longest_id(const struct snapshot *s, size_t from, size_t rows)
{
    uint32_t most = 0;
    int digits = 1;
    for (size_t i = from; i < snapshot_n_blocks(s) && i - from < rows; i++)
        if (snapshot_block(s, i).id > most) most = snapshot_block(s, i).id;
    for (; most >= 10; most /= 10)
        digits++;
    return digits;
}

void scene_blocks(struct canvas *c, struct area area, const struct picture *p)
{
    if (area.rows < 1) return;
    struct pen pen = {c, area};
    struct area rows = layout_table_rows(area, p);
    size_t n = snapshot_n_blocks(p->snapshot), from = layout_table_from(rows, p), shown = 0;
    struct columns k = plan(area.columns, longest_id(p->snapshot, from, (size_t)rows.rows), p);
    int heading = rows.row - area.row - 1;
    if (heading > 0)
        pen_text(&pen, 0, 1, snapshot_head(p->snapshot)->remembered ? STYLE_BAD : STYLE_CHANGED, 0,
                 layout_caption(p));
    draw_heading(&pen, heading, &k);
    while (shown < (size_t)rows.rows && from + shown < n) {
        draw_block(&pen, heading + 1 + (int)shown, &k, p, from + shown);
        shown++;
    }
    bool spare = heading + 1 + (int)shown < area.rows;
    if (n > shown && spare) draw_more(&pen, heading + 1 + (int)shown, from, n - from - shown);
    if (n > shown && !spare)
        draw_position(&pen, heading, from, shown, n,
                      (k.name > 0     ? k.name
                       : k.region > 0 ? k.region
                                      : k.state) +
                          6);
    if (n == 0 && rows.rows > 0) pen_text(&pen, heading + 1, k.id, STYLE_DIM, 0, "no blocks");
}
