/* scene_command.c: the last command as C, and beside it what it did. */
#include "pen.h"

void scene_command(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    const char *code = p->c_line ? p->c_line : "", *sentence = p->sentence ? p->sentence : "";
    int at = 1;
    if (*code) {
        struct pen narrow = {c,
                             {area.row, area.column, area.rows, area.columns / 2}}; /* a long line leaves room for its sentence */
        at = pen_text(&narrow, 0, 1, STYLE_CODE, 0, code) + 2;
    }
    int indent = at < area.columns / 2 ? at : 3;
    pen_wrap(&pen, 0, at, area.rows > 1 && indent > 14 ? 3 : indent, p->failed ? STYLE_BAD : STYLE_PLAIN, sentence);
}
