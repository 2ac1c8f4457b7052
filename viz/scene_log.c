/* scene_log.c: past commands, and what a program has written, the latest at the bottom. */
#include "pen.h"

static void draw_lines(struct canvas *c, struct area area, const char *title,
                       const struct picture_line *line, size_t n)
{
    struct pen pen = {c, area};
    if (area.rows < 1) return;
    pen_text(&pen, 0, 1, STYLE_LABEL, 0, title);
    size_t rows = (size_t)area.rows - 1, from = n > rows ? n - rows : 0;
    for (size_t i = from; i < n; i++) {
        int row = 1 + (int)(i - from);
        pen_text(&pen, row, 1, line[i].style, 0, line[i].text);
        if (pen_width(&pen, line[i].text) > area.columns - 1)
            pen_put(&pen, row, area.columns - 1, U'…', STYLE_DIM, 0);
    }
}

void scene_log(struct canvas *c, struct area area, const struct picture *p)
{
    draw_lines(c, area, "LOG", p->log, p->n_log);
}

void scene_output(struct canvas *c, struct area area, const struct picture *p)
{
    draw_lines(c, area, "OUTPUT", p->output, p->n_output);
}
