/* scene_command.c: the last command as C, and beside it what it did. */
#include "pen.h"

void scene_command(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    const char *code = p->c_line ? p->c_line : "", *sentence = p->sentence ? p->sentence : "";
    enum style style = p->failed ? STYLE_BAD : STYLE_PLAIN;
    int at = 1, half = area.columns / 2, length = pen_width(&pen, code);
    bool beside = length <= half - 1 || length + 3 + pen_width(&pen, sentence) <= area.columns;
    if (*code && *sentence && !beside && area.rows > 1) { /* half a line of C is no C */
        pen_cut(&pen, 0, 1, area.columns, STYLE_CODE, 0, code);
        pen_wrap(&pen, 1, 3, 3, style, sentence);
        return;
    }
    if (*code) at = pen_cut(&pen, 0, 1, beside || !*sentence ? area.columns : half, STYLE_CODE, 0, code) + 2;
    int indent = at < area.columns / 2 ? at : 3;
    pen_wrap(&pen, 0, at, area.rows > 1 && indent > 14 ? 3 : indent, style, sentence);
}
