/* scene_log.c: past commands, the latest at the bottom. */
#include "pen.h"

void scene_log(struct canvas *c, struct area area, const struct picture *p)
{
    struct pen pen = {c, area};
    if (area.rows < 1) return;
    pen_text(&pen, 0, 1, STYLE_LABEL, 0, p->log_title ? p->log_title : "LOG");
    size_t rows = (size_t)area.rows - 1, end = p->n_log, from = end > rows ? end - rows : 0;
    for (size_t i = from; i < end; i++) {
        int row = 1 + (int)(i - from);
        pen_text(&pen, row, 1, p->log[i].style, 0, p->log[i].text);
        if (pen_width(&pen, p->log[i].text) > area.columns - 1)
            pen_put(&pen, row, area.columns - 1, U'…', STYLE_DIM, 0);
    }
}
