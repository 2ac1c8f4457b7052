/* shot.c: the map as shown, by each face. */
#include "cli/export/shot.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command/page.h"
#include "viz/face_cairo.h"
#include "viz/face_svg.h"
#include "viz/face_text.h"
#include "viz/scene.h"

/* ── The map as shown ── */

struct shot {
    struct canvas canvas;
    char title[160], text[512];
};

void export_follow(struct lab *lab, const struct canvas *c, const struct picture *p,
                   int prompt_rows)
{
    uint64_t bytes_per_cell, cells;
    scene_map_scale(c, scene_whole(c), p, prompt_rows, &bytes_per_cell, &cells);
    view_follow(&lab->shown.view, p->snapshot, p->changes, cells,
                scene_table_rows(c, scene_whole(c), p, prompt_rows));
}

/* Commands of the same line may have changed the heap: then that is what is shown, else what the
 * command before told. */
static bool take_shot(struct export *e, struct shot *shot, bool ascii)
{
    struct lab *lab = e->lab;
    struct picture p;
    lab_look(lab);
    if (lab->shown.stale)
        return snprintf(e->error, sizeof e->error, "%.250s", lab->shown.session.error), false;
    bool again = lab->shown.session.before == NULL; /* the present command has changed nothing */
    if (!canvas_init(&shot->canvas, e->rows, e->columns, ascii)) {
        snprintf(e->error, sizeof e->error, "out of memory");
        return false;
    }
    struct view view = lab->shown.view;
    lab->shown.view.ascii = ascii;
    lab_picture_told(lab, &p);
    if (!lab->screen.there) export_follow(lab, &shot->canvas, &p, 0);
    scene_screen(&shot->canvas, &p, 0);
    lab->shown.view = view;
    const struct outcome *last = again ? lab->told : lab->last;
    snprintf(shot->title, sizeof shot->title, "brkview: the heap%s%.120s",
             again && last ? " after " : "", again && last ? last->command : "");
    snprintf(shot->text, sizeof shot->text, "%s%s%s", p.c_line, *p.c_line && *p.sentence ? " " : "",
             p.sentence);
    return true;
}

bool shot_svg(struct export *e, FILE *to)
{
    struct shot shot;
    if (!take_shot(e, &shot, false)) return false;
    bool ok = face_svg_write(&shot.canvas, e->lab->shown.view.theme,
                             &(struct caption){shot.title, shot.text}, to);
    canvas_release(&shot.canvas);
    return ok;
}

static bool write_cairo(struct export *e, FILE *to, bool page)
{
    struct shot shot;
    const char *why = "";
    if (!take_shot(e, &shot, false)) return false;
    enum theme_name theme = e->lab->shown.view.theme;
    bool ok = page ? face_pdf_write(&shot.canvas, theme, &(struct caption){shot.title, shot.text},
                                    to, &why)
                   : face_png_write(&shot.canvas, theme, to, &why);
    canvas_release(&shot.canvas);
    if (!ok && !ferror(to)) snprintf(e->error, sizeof e->error, "%s", why);
    return ok;
}

bool shot_png(struct export *e, FILE *to) { return write_cairo(e, to, false); }
bool shot_pdf(struct export *e, FILE *to) { return write_cairo(e, to, true); }

bool shot_txt(struct export *e, FILE *to)
{
    struct shot shot;
    if (!take_shot(e, &shot, e->lab->shown.view.ascii)) return false;
    bool ok = face_text_write(&shot.canvas, to);
    canvas_release(&shot.canvas);
    return ok;
}
