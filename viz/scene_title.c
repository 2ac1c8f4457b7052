/* scene_title.c: one row: what is watched, and where its brk is. */
#include "label.h"
#include "pen.h"

#include <stdio.h>

/* Right: brk, and by how much the last command moved it; returns the first column used. */
static int draw_brk(const struct pen *pen, const struct picture *p)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    uint64_t before = p->changes ? p->changes->brk_before : head->brk;
    char delta[FIGURE_MAX], address[FIGURE_MAX], text[3 * FIGURE_MAX];
    bool moved = before != head->brk;
    snprintf(text, sizeof text, " %s %s ",
             head->brk > before   ? "▲"
             : head->brk < before ? "▼"
                                  : "●",
             figure_delta(delta, before, head->brk));
    int end = pen->area.columns, at = pen_right(pen, 0, 0, end, moved ? STYLE_CHANGED : STYLE_DIM, 0, text);
    snprintf(text, sizeof text, "brk %s ", figure_address(address, head->brk));
    return pen_right(pen, 0, 0, at, STYLE_BRK, 0, text);
}

void scene_title(struct canvas *c, struct area area, const struct picture *p)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    struct pen whole = {c, area};
    int end = draw_brk(&whole, p);
    struct pen pen = {c, {area.row, area.column, area.rows, end < area.columns ? end - 1 : area.columns}};
    int at = pen_text(&pen, 0, 1, STYLE_TITLE, 0, "brkview");
    at = pen_printf(&pen, 0, at, STYLE_PLAIN, 0, " · %s", head->title);
    if (!head->alive) {
        at = pen_text(&pen, 0, at, STYLE_PLAIN, 0, " · ");
        at = pen_text(&pen, 0, at, STYLE_BAD, 0, *head->ended ? head->ended : "ended");
    }
    if (*head->policy) {
        at = pen_text(&pen, 0, at, STYLE_PLAIN, 0, " · policy ");
        at = pen_text(&pen, 0, at, STYLE_TITLE, 0, head->policy);
    }
    if (head->alive && head->pid) at = pen_printf(&pen, 0, at, STYLE_PLAIN, 0, " · pid %lld", (long long)head->pid);
    char bytes[FIGURE_MAX];
    if (head->limit != UINT64_MAX) at = pen_printf(&pen, 0, at, STYLE_PLAIN, 0, " · limit %s", figure_bytes(bytes, head->limit));
    if (head->randomised) pen_text(&pen, 0, at, STYLE_DIM, 0, " · addresses randomised");
}
