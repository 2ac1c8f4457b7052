/* scene_command.c: the last command that changed something as C, and beside it what it did; below
 * it, what was asked since. */
#include "pen.h"

/* Returns the rows used, those beyond the area with them. */
static int draw_reason(struct pen pen, const struct picture *p)
{
    struct area area = pen.area;
    const char *code = p->c_line ? p->c_line : "", *sentence = p->sentence ? p->sentence : "";
    enum style style = p->failed ? STYLE_BAD : STYLE_PLAIN;
    int at = 1, half = area.columns / 2, length = pen_width(&pen, code);
    bool beside = length <= half - 1 || length + 3 + pen_width(&pen, sentence) <= area.columns;
    if (*code && *sentence && !beside && area.rows > 1) { /* half a line of C is no C */
        pen_cut(&pen, 0, 1, area.columns, STYLE_CODE, 0, code);
        return 1 + pen_wrap(&pen, 1, 3, 3, style, sentence);
    }
    if (*code)
        at = pen_cut(&pen, 0, 1, beside || !*sentence ? area.columns : half, STYLE_CODE, 0, code) +
             2;
    int indent = at < area.columns / 2 ? at : 3;
    return pen_wrap(&pen, 0, at, area.rows > 1 && indent > 14 ? 3 : indent, style, sentence);
}

/* How many rows the answer takes in so many columns: of a canvas that lies elsewhere, what is drawn
 * is only measured. */
static int answer_rows(struct canvas *c, int columns, const struct picture *p)
{
    struct pen nowhere = {c, {c->rows, 0, 1000, columns}};
    return p->answer && *p->answer ? pen_wrap(&nowhere, 0, 1, 3, STYLE_PLAIN, p->answer) : 0;
}

void scene_command(struct canvas *c, struct area area, const struct picture *p)
{
    int rows = answer_rows(c, area.columns, p), most = area.rows > 1 ? area.rows - 1 : area.rows;
    if (rows > most) rows = most;
    area.rows -= rows;
    struct pen below = {c, {area.row + area.rows, area.column, rows, area.columns}};
    if (rows > 0) pen_wrap(&below, 0, 1, 3, p->refused ? STYLE_BAD : STYLE_PLAIN, p->answer);
    if (area.rows > 0) draw_reason((struct pen){c, area}, p);
}

int scene_command_rows(const struct picture *p, int columns, bool ascii)
{
    struct canvas c;
    if (!canvas_init(&c, 1, columns, ascii)) return 0;
    int rows = draw_reason((struct pen){&c, {0, 0, 1000, columns}},
                           p); /* taller than the canvas: what lies outside is only measured */
    rows += answer_rows(&c, columns, p);
    canvas_release(&c);
    return rows;
}
