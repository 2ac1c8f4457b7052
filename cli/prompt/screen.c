/* screen.c: while only the prompt changes, only its row is drawn again: a key costs the same
 * however large the heap is. */
#include "cli/prompt/screen.h"

#include <string.h>

#include "cli/command/page.h"
#include "cli/prompt/beside.h"
#include "cli/prompt/line.h"
#include "cli/prompt/popup.h"
#include "cli/prompt/row.h"
#include "viz/face_curses.h"
#include "viz/scene.h"

bool screen_init(struct screen *s, struct lab *lab, struct pager *pager)
{
    int rows, columns;
    *s = (struct screen){.lab = lab, .pager = pager, .stale = true, .notice = ""};
    face_curses_size(&rows, &columns);
    line_set_size(rows, columns);
    return canvas_init(&s->canvas, rows, columns, lab->shown.view.ascii);
}

void screen_release(struct screen *s) { canvas_release(&s->canvas); }

bool screen_resize(struct screen *s)
{
    int rows, columns;
    face_curses_size(&rows, &columns);
    s->stale = true;
    line_set_size(rows, columns);
    return canvas_resize(&s->canvas, rows, columns);
}

void screen_warn(struct screen *s, const char *notice)
{
    s->notice = notice;
    s->notice_hints = false;
    s->stale = true;
}

void screen_hint(struct screen *s, const char *notice)
{
    screen_warn(s, notice);
    s->notice_hints = true;
}

static void add_words(const struct screen *s, struct picture *p)
{
    if ((!p->notice || !p->notice[0]) && s->notice[0]) {
        p->notice = s->notice;
        p->notice_hints = s->notice_hints;
    }
    if (s->story && (!p->answer || !p->answer[0])) p->answer = "Enter tells it line by line";
}

static void measure(struct screen *s, const struct picture *p)
{
    struct lab_screen *there = &s->lab->screen;
    there->there = true;
    there->rows = s->canvas.rows - SCREEN_PROMPT_ROWS;
    there->columns = s->canvas.columns;
    scene_map_scale(&s->canvas, scene_whole(&s->canvas), p, SCREEN_PROMPT_ROWS,
                    &there->bytes_per_cell, &there->map_cells);
    there->output = scene_shows_output(&s->canvas, scene_whole(&s->canvas), p, SCREEN_PROMPT_ROWS);
    there->table_rows =
        scene_table_rows(&s->canvas, scene_whole(&s->canvas), p, SCREEN_PROMPT_ROWS);
}

static void draw_scenes(struct screen *s)
{
    struct picture p;
    if (s->sides) {
        beside_draw(&s->canvas, s->sides, s->notice, SCREEN_PROMPT_ROWS);
        return;
    }
    lab_picture(s->lab, &p);
    add_words(s, &p);
    canvas_clear(&s->canvas);
    scene_screen(&s->canvas, &p, SCREEN_PROMPT_ROWS);
    measure(s, &p);
}

void screen_paint(struct screen *s)
{
    struct canvas *c = &s->canvas;
    const struct line_matches *matches = line_matches();
    int above = c->rows - SCREEN_PROMPT_ROWS;
    c->ascii = s->lab->shown.view.ascii;
    if ((s->stale || matches->n) && !s->pager->text) draw_scenes(s);
    s->stale = matches->n || s->pager->text; /* what lies over the scenes spoils them */

    size_t point;
    const char *text = line_text(&point);
    if (s->pager->text) pager_draw(s->pager, c, above);
    row_draw(c, c->rows - 1, line_prompt(), text, point);
    if (matches->n) popup_draw(c, above, matches);
    face_curses_show(c);
}

void screen_paint_status(struct screen *s, const char *status)
{
    struct canvas *c = &s->canvas;
    if (s->stale) canvas_clear(c);
    canvas_fill(c, c->rows - 1, 0, 1, c->columns, ' ', STYLE_PLAIN, 0);
    canvas_text(c, c->rows - 1, 0, c->columns, status, STYLE_BRK, 0);
    c->cursor_row = c->cursor_column = -1;
    face_curses_show(c);
}

struct lab *screen_lab(const struct screen *s, size_t i)
{
    if (s->sides) return i < s->sides->n ? s->sides->side[i].lab : NULL;
    return i == 0 ? s->lab : NULL;
}

size_t screen_hit(struct screen *s, int row, int column, struct lab **lab)
{
    struct picture p;
    *lab = s->lab;
    if (s->sides) return beside_hit(&s->canvas, s->sides, SCREEN_PROMPT_ROWS, row, column, lab);
    lab_picture(s->lab, &p);
    add_words(s, &p);
    return scene_hit(&s->canvas, scene_whole(&s->canvas), &p, SCREEN_PROMPT_ROWS, row, column);
}
