/* export.c: the table of kinds, and those that show the present state. */
#include "cli/export/export.h"

#include <stdlib.h>
#include <string.h>

#include "cli/export/play.h"
#include "cli/text/ascii.h"
#include "viz/face_cairo.h"
#include "viz/face_svg.h"
#include "viz/face_text.h"
#include "viz/scene.h"

/* ── The map as shown ── */

struct shot {
    struct canvas canvas;
    char title[160], text[512];
};

void export_follow(struct lab *lab, const struct canvas *c, const struct picture *p, int prompt_rows)
{
    uint64_t bytes_per_cell, cells;
    scene_map_scale(c, p, prompt_rows, &bytes_per_cell, &cells);
    view_follow(&lab->view, p->snapshot, p->changes, cells, scene_table_rows(c, p, prompt_rows));
}

/* Commands of the same line may have changed the heap: then that is what is shown, else what the command before told. */
static bool take_shot(struct export *e, struct shot *shot, bool ascii)
{
    struct lab *lab = e->lab;
    struct picture p;
    lab_look(lab);
    if (lab->stale) return snprintf(e->error, sizeof e->error, "%.250s", lab->session.error), false;
    bool again = lab->session.before == NULL; /* the present command has changed nothing */
    if (!canvas_init(&shot->canvas, e->rows, e->columns, ascii)) {
        snprintf(e->error, sizeof e->error, "out of memory");
        return false;
    }
    struct view view = lab->view;
    lab->view.ascii = ascii;
    lab_picture_told(lab, &p);
    if (!lab->screen.there) export_follow(lab, &shot->canvas, &p, 0);
    scene_screen(&shot->canvas, &p, 0);
    lab->view = view;
    const struct outcome *last = again ? lab->told : lab->last;
    snprintf(shot->title, sizeof shot->title, "brkview: the heap%s%.120s", again && last ? " after " : "",
             again && last ? last->command : "");
    snprintf(shot->text, sizeof shot->text, "%s%s%s", p.c_line, *p.c_line && *p.sentence ? " " : "", p.sentence);
    return true;
}

static bool write_svg(struct export *e, FILE *to)
{
    struct shot shot;
    if (!take_shot(e, &shot, false)) return false;
    bool ok = face_svg_write(&shot.canvas, e->lab->view.theme, &(struct caption){shot.title, shot.text}, to);
    canvas_release(&shot.canvas);
    return ok;
}

static bool write_cairo(struct export *e, FILE *to, bool page)
{
    struct shot shot;
    const char *why = "";
    if (!take_shot(e, &shot, false)) return false;
    enum theme_name theme = e->lab->view.theme;
    bool ok = page ? face_pdf_write(&shot.canvas, theme, &(struct caption){shot.title, shot.text}, to, &why)
                   : face_png_write(&shot.canvas, theme, to, &why);
    canvas_release(&shot.canvas);
    if (!ok && !ferror(to)) snprintf(e->error, sizeof e->error, "%s", why);
    return ok;
}

static bool write_png(struct export *e, FILE *to) { return write_cairo(e, to, false); }
static bool write_pdf(struct export *e, FILE *to) { return write_cairo(e, to, true); }

static bool write_txt(struct export *e, FILE *to)
{
    struct shot shot;
    if (!take_shot(e, &shot, e->lab->view.ascii)) return false;
    bool ok = face_text_write(&shot.canvas, to);
    canvas_release(&shot.canvas);
    return ok;
}

/* ── The table ── */

static const struct export_kind kinds[] = {
    {".svg", "a picture", false, write_svg},
    {".png", "a picture", false, write_png},
    {".pdf", "a page", false, write_pdf},
    {".txt", "the screen as text", false, write_txt},
    {".html", "a page that plays the session back", true, play_html},
    {".cast", "a recording for asciinema", true, play_cast},
    {".json", "the log with its steps", true, play_json},
};

const struct export_kind *export_kind_of(const char *path)
{
    const char *name = strrchr(path, '/'), *dot = strrchr(name ? name : path, '.');
    for (size_t i = 0; dot && i < sizeof kinds / sizeof *kinds; i++)
        if (ascii_same(dot, kinds[i].ending)) return &kinds[i];
    return NULL;
}

const struct export_kind *export_kind_at(size_t index) { return index < sizeof kinds / sizeof *kinds ? &kinds[index] : NULL; }

const char *export_endings(void) { return ".svg, .png, .pdf, .txt, .html, .cast or .json"; }

bool export_write(struct export *e, FILE *to)
{
    e->error[0] = '\0';
    e->n_steps = e->n_left_out = 0;
    return e->kind->write(e, to);
}
