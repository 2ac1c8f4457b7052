/* lesson_course.c: the glue between a lab and the lesson that is played in it. */
#include "cli/teach/lesson_course.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/watch.h"
#include "cli/teach/lesson_allocators.h"
#include "cli/teach/lesson_program.h"
#include "cli/teach/lesson_restore.h"
#include "cli/tell/lost.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define NAME_BYTES 160

struct lesson_course {
    struct course base;
    struct lesson lesson; /* owned */
    struct player player;
    struct lesson_restore restore;
    struct lesson_allocators allocators;
    char name[NAME_BYTES];
};

static const struct course_kind kind;

static struct lesson_course *of(const struct lab *lab)
{
    return lab->course && lab->course->kind == &kind ? (struct lesson_course *)lab->course : NULL;
}

const struct player *course_player(const struct lab *lab)
{
    const struct lesson_course *c = of(lab);
    return c ? &c->player : NULL;
}

/* ── Beginning and leaving ── */

static void free_course(struct course *base)
{
    struct lesson_course *c = (struct lesson_course *)base;
    player_release(&c->player);
    lesson_release(&c->lesson);
    lesson_allocators_release(&c->allocators);
    free(c);
}

/* What no format can read is no heap for a lesson about glibc's. */
static bool can_be_read(struct lab *lab, char *error, size_t bytes)
{
    const struct watch *w = lab->shown.session.watch;
    if (!w || w->kind != WATCH_FOREIGN) return true;
    snprintf(error, bytes, "the lesson's program can't be shown: %s", w->words);
    course_end(lab);
    return false;
}

static bool begin(struct lab *lab, struct lesson_course *c, char *error, size_t bytes)
{
    struct session_setup setup;
    struct watch_setup watched;
    bool program = c->lesson.program;
    session_setup_defaults(&setup, c->lesson.policy);
    if (!lesson_allocators_open(&c->allocators, &c->lesson, &setup, error, bytes)) {
        free_course(&c->base);
        return false;
    }
    if (program && !lesson_program_start(&watched, error, bytes)) {
        free_course(&c->base);
        return false;
    }
    if (!course_begin(lab, &c->base, &setup, program ? &watched : NULL, error, bytes)) return false;
    lab->shown.session.owns = &c->allocators.list;
    return can_be_read(lab, error, bytes);
}

bool course_begin_lesson(struct lab *lab, struct lesson *lesson, const char *name, char *error,
                         size_t error_bytes)
{
    struct lesson_course *c = calloc(1, sizeof *c);
    char *clean = c ? text_utf8(text_printable(name)) : NULL;
    if (!clean) {
        snprintf(error, error_bytes, "out of memory");
        lesson_release(lesson);
        free(c);
        return false;
    }
    c->base.kind = &kind;
    snprintf(c->name, sizeof c->name, "%s", clean);
    free(clean);
    c->lesson = *lesson;
    *lesson = (struct lesson){.n_items = 0};
    if (player_begin(&c->player, &c->lesson, lab->screen.there))
        return begin(lab, c, error, error_bytes);
    snprintf(error, error_bytes, "out of memory");
    free_course(&c->base);
    return false;
}

/* ── Its commands ── */

static const char *locks(const struct course *base)
{
    const struct lesson_course *c = (const struct lesson_course *)base;
    return c->lesson.program
               ? "the lesson leads its program itself, for nothing that it did could be taken "
                 "back; expected a command that looks, such as `blocks`"
               : NULL;
}

static bool next(struct course *base, const struct lab *lab, char **command)
{
    struct lesson_course *c = (struct lesson_course *)base;
    const char *wanted = player_command(&c->player);
    if (!wanted) return false;
    if (!c->lesson.program)
        *command = lesson_restore_command(&c->restore, &lab->shown.session.log, &c->player);
    if (!*command && !c->restore.active) *command = strdup(wanted);
    return true;
}

/* ── What it says ── */

static const char *state_name(const struct player *p)
{
    static const char *const names[] = {"reading", "asking", "running", "over"};
    return p->looking ? "back" : names[p->state];
}

/* The course's member of the command's JSON line; text is valid UTF-8, as the name is. */
static json_t *course_json(const struct lesson_course *c, const char *text)
{
    const struct player *p = &c->player;
    json_t *j = json_pack("{s:s, s:s, s:o, s:o}", "state", state_name(p), "text", text, "asked",
                          value_number(p->asked), "right", value_number(p->right));
    if (!j) return NULL;
    json_object_set_new(j, "lesson", json_string(c->name));
    json_object_set_new(j, "page", value_number(p->looking ? p->looking : p->page));
    json_object_set_new(j, "pages", value_number(p->n_pages));
    if (p->again && !p->looking) json_object_set_new(j, "try", value_number(2));
    if (p->looking || (!p->judged && !p->again)) return j;
    const char *verdict = p->skipped ? "skipped" : p->verdict == ANSWER_RIGHT ? "right" : "wrong";
    if (p->judged) json_object_set_new(j, "verdict", json_string(verdict));
    json_object_set_new(j, "given", p->skipped ? json_null() : value_text(p->given));
    if (p->judged) json_object_set_new(j, "expected", json_string(p->expected));
    return j;
}

static void tell(const struct lesson_course *c, struct outcome *out)
{
    outcome_taught(out, player_text(&c->player));
    json_t *j = out->taught ? course_json(c, out->taught) : NULL;
    if (j)
        outcome_extra(out, "course", j);
    else
        lost_note();
}

static void heard(struct course *base, struct lab *lab, struct outcome *out)
{
    struct lesson_course *c = (struct lesson_course *)base;
    struct effect effect;
    if (c->lesson.program && !lab->shown.session.target.alive) {
        base->paused = "The lesson's program has ended. `lesson quit` leaves.";
        return;
    }
    if (c->lesson.program && !out->ok && !player_expects_failure(&c->player)) {
        base->paused =
            "The lesson's command has failed. Enter runs it again; `lesson quit` leaves.";
        return;
    }
    lesson_restore_note(&c->restore, &lab->shown.session.log);
    if (c->restore.active) {
        out->expected = true; /* what failed then fails again */
        return;
    }
    effect_gather(&effect, lab, out);
    out->expected = player_expects_failure(&c->player);
    player_heard(&c->player, &effect);
    lesson_show(lab, out);
}

bool lesson_show(struct lab *lab, struct outcome *out)
{
    const struct lesson_course *c = of(lab);
    if (*player_text(&c->player)) tell(c, out);
    return true;
}

/* The heap stays as the lesson has left it, and the page says so. */
bool lesson_back(struct lab *lab, struct outcome *out)
{
    struct player *p = &of(lab)->player;
    if (!player_back(p)) return outcome_fail(out, "this is the first page; expected `lesson next`");
    outcome_text(out, "page %zu again; the heap is as page %zu has it; `lesson next` comes back\n",
                 p->looking, p->page);
    return lesson_show(lab, out);
}

bool lesson_next(struct lab *lab, struct outcome *out)
{
    struct lesson_course *c = of(lab);
    c->base.paused = NULL;
    if (player_forward(&c->player)) return lesson_show(lab, out);
    switch (c->player.state) {
    case PLAYER_ASKING:
        return outcome_fail(
            out, "a question is open; expected an answer, or `answer` alone to be told it");
    case PLAYER_OVER:
        return outcome_fail(out, "the lesson is over; expected `lesson quit`");
    case PLAYER_RUNNING:
        return true; /* it was stopped, and goes on */
    case PLAYER_READING:
        course_turn_page(lab);
        player_next(&c->player);
    }
    return lesson_show(lab, out);
}

static bool answer(struct course *base, struct lab *lab, const char *given, struct outcome *out)
{
    struct lesson_course *c = (struct lesson_course *)base;
    struct effect now;
    char error[256];
    if (c->player.looking)
        return outcome_fail(
            out, "this is an earlier page; expected `lesson next` until the present one is there");
    effect_gather(&now, lab, NULL);
    if (!player_answer(&c->player, given, &now, error, sizeof error))
        return outcome_fail(out, "%s", error);
    course_turn_page(lab);
    if (c->player.state != PLAYER_RUNNING) tell(c, out);
    return true;
}

static bool asks(const struct course *base)
{
    return ((const struct lesson_course *)base)->player.state == PLAYER_ASKING;
}

static const char *empty(const struct course *base)
{
    (void)base;
    return "lesson next";
}

static void page(const struct course *base, const struct lab *lab, struct course_page *page)
{
    const struct lesson_course *c = (const struct lesson_course *)base;
    const struct player *p = &c->player;
    bool over = p->state == PLAYER_OVER && !p->looking;
    snprintf(page->title, sizeof page->title, "%s: page %zu of %zu", c->lesson.title,
             p->looking ? p->looking : p->page, p->n_pages);
    const char *number = strrchr(page->title, ':');
    page->number = number ? number + 2 : NULL;
    page->text = player_text(p);
    page->mark = player_mark(p);
    page->back = "lesson back";
    if (p->looking) page->on = "lesson next"; /* what is new comes by Enter */
    bool left = !over && p->page > 1 && lab->screen.there; /* where there is that key */
    if (p->looking)
        snprintf(page->hint, sizeof page->hint, "heap of page %zu, Enter: on", p->page);
    else
        snprintf(page->hint, sizeof page->hint, "%s%s",
                 asks(base) ? "type the answer"
                 : over     ? "Enter: back to your heap"
                            : "Enter: go on",
                 left ? ", Left: back" : "");
}

static const struct course_kind kind = {
    .name = "lesson",
    .free = free_course,
    .locks = locks,
    .next = next,
    .heard = heard,
    .answer = answer,
    .asks = asks,
    .empty = empty,
    .stopped = "The lesson's command was stopped. Enter runs it again; `lesson quit` leaves.",
    .unseen =
        "The lesson's command was not done, or what it did can't be seen. Enter runs it again; "
        "`lesson quit` leaves.",
    .page = page,
};
