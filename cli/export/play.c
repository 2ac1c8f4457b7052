/* play.c: what is made of each state of a session: a step of the page, frames of the screen, a line
 * of the log. */
#include "cli/export/play.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command/page.h"
#include "cli/export/looks.h"
#include "cli/export/record.h"
#include "cli/export/shot.h"
#include "cli/report/report.h"
#include "viz/face_cast.h"
#include "viz/face_html.h"
#include "viz/scene.h"

#define TITLE "a session of brkview"
#define PROMPT "heap> "

static bool no_memory(struct export *e)
{
    snprintf(e->error, sizeof e->error, "out of memory");
    return false;
}

static bool play(struct export *e, struct record_taker *taker)
{
    if (e->lab->shown.session.watch) return looks_play(e->lab, taker);
    return record_play(e->lab, taker, &e->n_left_out, e->error, sizeof e->error);
}

/* The state as it would be on a screen whose person lets it follow what changes. */
static void draw(struct lab *lab, struct canvas *c, int prompt_rows, struct picture *p)
{
    lab_picture(lab, p);
    export_follow(lab, c, p, prompt_rows);
    scene_screen(c, p, prompt_rows);
}

/* ── The page ── */

struct html_taker {
    struct record_taker base;
    struct export *export;
    struct face_html *page;
    struct canvas canvas;
};

static bool take_html(struct record_taker *self, const struct record_step *step)
{
    struct html_taker *t = (struct html_taker *)self;
    struct picture p;
    draw(step->lab, &t->canvas, 0, &p);
    struct face_html_words words = {step->command, p.c_line, step->words, step->failed};
    t->export->n_steps++;
    return face_html_step(t->page, &t->canvas, &words);
}

bool play_html(struct export *e, FILE *to)
{
    struct html_taker t = {.base = {take_html}, .export = e};
    if (!canvas_init(&t.canvas, e->rows, e->columns, false)) return no_memory(e);
    t.page = face_html_new(to, TITLE, e->lab->shown.view.theme, e->rows, e->columns);
    bool ok = t.page ? play(e, &t.base) && face_html_end(t.page) : no_memory(e);
    face_html_free(t.page);
    canvas_release(&t.canvas);
    return ok;
}

/* ── The recording: the command is typed, then the screen shows what it did ── */

#define KEY_SECONDS 0.06
#define TYPING_SECONDS 1.5 /* the most, however long the command */
#define LOOKING_SECONDS 1.2
#define READING_SECONDS 0.03 /* a character of the sentence */

struct cast_taker {
    struct record_taker base;
    struct export *export;
    struct face_cast cast;
    struct canvas canvas; /* the scenes, and the prompt's row below them */
    double now;
};

static void draw_prompt(struct canvas *c, const char *typed, int columns)
{
    int row = c->rows - 1, at = canvas_text(c, row, 0, c->columns, PROMPT, STYLE_PROMPT, 0);
    canvas_fill(c, row, at, 1, c->columns - at, U' ', STYLE_PLAIN, 0);
    c->cursor_row = row;
    c->cursor_column =
        at + canvas_text(c, row, at, columns < c->columns - at ? columns : c->columns - at, typed,
                         STYLE_PLAIN, 0);
    if (c->cursor_column >= c->columns) c->cursor_column = c->columns - 1;
}

static bool type_command(struct cast_taker *t, const char *command)
{
    int width = canvas_width(&t->canvas, command);
    double key = width * KEY_SECONDS > TYPING_SECONDS ? TYPING_SECONDS / width : KEY_SECONDS;
    if (width > t->canvas.columns) width = t->canvas.columns;
    for (int columns = 1; columns <= width; columns++) {
        t->now += key;
        draw_prompt(&t->canvas, command, columns);
        if (!face_cast_frame(&t->cast, t->now, &t->canvas)) return false;
    }
    t->now += 3 * KEY_SECONDS;
    return true;
}

static bool take_cast(struct record_taker *self, const struct record_step *step)
{
    struct cast_taker *t = (struct cast_taker *)self;
    struct picture p;
    bool typed = step->out && *step->command && step->out->changed;
    if (typed && !type_command(t, step->command)) return false;
    draw(step->lab, &t->canvas, 1, &p);
    draw_prompt(&t->canvas, "", 0);
    t->export->n_steps++;
    bool ok = face_cast_frame(&t->cast, t->now, &t->canvas);
    t->now += LOOKING_SECONDS + (double)strlen(step->words) * READING_SECONDS;
    return ok;
}

bool play_cast(struct export *e, FILE *to)
{
    struct cast_taker t = {.base = {take_cast}, .export = e};
    int rows =
        e->rows + (e->lab->screen.there ? 1 : 0); /* with the prompt it is the whole screen */
    if (!canvas_init(&t.canvas, rows, e->columns, false)) return no_memory(e);
    bool ok = face_cast_begin(&t.cast, to, TITLE, e->lab->shown.view.theme, rows, e->columns) &&
              play(e, &t.base) && face_cast_end(&t.cast, t.now);
    face_cast_release(&t.cast);
    canvas_release(&t.canvas);
    return ok;
}

/* ── The log ── */

struct json_taker {
    struct record_taker base;
    struct export *export;
    FILE *to;
};

static bool take_json(struct record_taker *self, const struct record_step *step)
{
    struct json_taker *t = (struct json_taker *)self;
    if (!step->out) return true;
    struct session *s = &step->lab->shown.session; /* the person's ear is its own, too */
    bool begun;
    fputs(t->export->n_steps++ ? ",\n" : "[\n", t->to);
    bool ok = report_put_outcome(step->lab, step->out, s, t->to, &begun);
    if (!begun) return no_memory(t->export);
    if (!ok && s->stop) snprintf(t->export->error, sizeof t->export->error, "it was stopped");
    return ok && !ferror(t->to);
}

bool play_json(struct export *e, FILE *to)
{
    struct json_taker t = {{take_json}, e, to};
    if (e->lab->shown.session.watch) return looks_json(e, to);
    if (!play(e, &t.base)) return false;
    fputs(e->n_steps ? "\n]\n" : "[]\n", to);
    return !ferror(to);
}
