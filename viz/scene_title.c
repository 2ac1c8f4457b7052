/* scene_title.c: one row: what is watched, what is switched in its allocator, and where its brk is.
 */
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
    int end = pen->area.columns,
        at = pen_right(pen, 0, 0, end, moved ? STYLE_CHANGED : STYLE_DIM, 0, text);
    snprintf(text, sizeof text, "brk %s ", figure_place(address, p, head->brk));
    return pen_right(pen, 0, 0, at, STYLE_BRK, 0, text);
}

/* " · policy header": with its word if that fits, else without, else not at all; a half of it could
 * be read as something else. */
static int draw_part(const struct pen *pen, int at, const char *word, enum style style,
                     const char *what)
{
    for (int brief = 0; brief < 2; brief++) {
        const char *shown = brief ? "" : word;
        if (at + 3 + pen_width(pen, shown) + pen_width(pen, what) > pen->area.columns) continue;
        at = pen_text(pen, 0, at, STYLE_PLAIN, 0, " · ");
        at = pen_text(pen, 0, at, STYLE_PLAIN, 0, shown);
        return pen_text(pen, 0, at, style, 0, what);
    }
    return at;
}

/* What the title begins with, in the most words that leave the switches whole: they say why this
 * heap is not like another. */
static int draw_what(const struct pen *pen, const struct picture *p)
{
    static const char *const forms[] = {"brkview · %s · policy %s · %s",
                                        "%.0sbrkview · policy %s · %s", "%.0s%s · %s"};
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    char text[160];
    size_t i = 0, n = sizeof forms / sizeof forms[0];
    do
        snprintf(text, sizeof text, forms[i], head->title, head->policy, p->switches);
    while (1 + pen_width(pen, text) > pen->area.columns && ++i < n);
    static const char *const leads[] = {"brkview · %s · policy ", "%.0sbrkview · policy ", "%.0s"};
    snprintf(text, sizeof text, leads[i < n ? i : n - 1], head->title);
    int at = pen_text(pen, 0, 1, STYLE_TITLE, 0, text);
    at = pen_text(pen, 0, at, STYLE_TITLE, 0, head->policy);
    at = pen_text(pen, 0, at, STYLE_PLAIN, 0, " · ");
    return pen_cut(pen, 0, at, pen->area.columns, STYLE_BAD, 0, p->switches);
}

/* The same where all switches are as they are by default. */
static int draw_usual(const struct pen *pen, const struct snapshot_head *head)
{
    int at = pen_text(pen, 0, 1, STYLE_TITLE, 0, "brkview");
    at = draw_part(pen, at, "", STYLE_PLAIN, head->title);
    if (!head->alive) {
        const char *ended = *head->ended ? head->ended : "ended";
        at = pen_text(pen, 0, at, STYLE_PLAIN, 0, " · ");
        at = pen_cut(pen, 0, at, pen->area.columns, STYLE_BAD, 0, ended);
    }
    const char *word = head->unasked ? "" : "policy ";
    return *head->policy ? draw_part(pen, at, word, STYLE_TITLE, head->policy) : at;
}

void scene_title(struct canvas *c, struct area area, const struct picture *p)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    struct pen whole = {c, area};
    int end = draw_brk(&whole, p);
    struct pen pen = {c, {area.row, area.column, area.rows, end - 1}};
    char text[FIGURE_MAX], bytes[FIGURE_MAX];
    bool switched = head->alive && *head->policy && p->switches && *p->switches;
    int at = switched ? draw_what(&pen, p) : draw_usual(&pen, head);
    snprintf(text, sizeof text, "limit %s", figure_bytes(bytes, head->limit));
    if (head->limit != UINT64_MAX) at = draw_part(&pen, at, "", STYLE_PLAIN, text);
    if (p->trace && *p->trace) at = draw_part(&pen, at, "operation ", STYLE_TITLE, p->trace);
    snprintf(text, sizeof text, "pid %lld", (long long)head->pid);
    if (head->alive && head->pid) at = draw_part(&pen, at, "", STYLE_PLAIN, text);
    if (p->pulse && *p->pulse) at = draw_part(&pen, at, "", STYLE_TITLE, p->pulse);
    if (head->randomised) draw_part(&pen, at, "addresses ", STYLE_DIM, "randomised");
}
