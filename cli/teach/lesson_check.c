/* lesson_check.c: the lesson is played from end to end, with nobody answering. */
#include "cli/teach/lesson_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/run.h"
#include "cli/source/timeout.h"
#include "cli/teach/lesson_allocators.h"
#include "cli/teach/lesson_player.h"
#include "cli/teach/lesson_program.h"
#include "cli/text/text.h"
#include "viz/scene.h"

#define NO_MEMORY "%s can't be tried: out of memory"

struct checker {
    struct lab_witness witness; /* of the lab that tries it */
    struct effect effect; /* what its last command came to */
    const struct lesson *lesson;
    lesson_mistake *mistake;
    void *user;
    size_t n;
    size_t n_claims; /* that were checked */
    struct lab *lab;
};

static void complain(struct checker *c, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void complain(struct checker *c, unsigned line, const char *format, ...)
{
    char words[512];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    c->mistake(c->user, line, words);
    c->n++;
}

static bool keeps_inside(void *user, const struct command *command, const struct arguments *args)
{
    (void)args;
    if (command->flags & COMMAND_OUTSIDE) *(const struct command **)user = command;
    return !(command->flags & COMMAND_OUTSIDE);
}

/* Is it a command that a lesson may run? One only: what several would do can't be told apart. */
static bool allowed(struct checker *c, const struct item *item)
{
    char error[256];
    struct arguments args;
    size_t at = 0;
    char *first = command_split(item->text, &at),
         *second = first ? command_split(item->text, &at) : NULL;
    bool lost = item->text[at] && (!first || !second);
    bool is_c =
        first && !second && c_line_is(first); /* whether it can be done is seen when it runs */
    bool single = is_c || (first && !second && strcmp(first, item->text) == 0);
    free(first);
    free(second);
    if (lost) return complain(c, item->line, NO_MEMORY, text_printable(item->text)), false;
    if (!single)
        return complain(c, item->line,
                        "%s is not one command; expected one, each in a line of its own",
                        text_printable(item->text)),
               false;
    if (is_c) return true;
    bool ok = arguments_parse(&args, item->text, error, sizeof error);
    const struct command *command = ok ? command_find(args.name, error, sizeof error) : NULL,
                         *outside = NULL;
    arguments_release(&args);
    if (!command) return complain(c, item->line, "%s", error), false;
    command_each(item->text, 0, keeps_inside, (void *)&outside);
    if (outside)
        complain(c, item->line, "%s is not for lessons; expected a command of the lab",
                 outside->name);
    return !outside;
}

/* The answers to the question before the command, against what it did; effect is of the heap as it
 * is if no command follows. */
static void check_answers(struct checker *c, const struct item *q, const struct effect *e)
{
    char right[ANSWER_GIVEN_MAX];
    for (size_t i = 0; i < q->n_answers; i++) {
        const struct answer *a = &q->answer[i];
        answer_right(a, e, right, sizeof right);
        if (!e->ran && answer_needs_command(a))
            complain(c, q->answer_line[i],
                     "this answer is about a command; expected @run behind the question, and "
                     "@because behind that");
        else if (!answer_agrees(a, e))
            complain(c, q->answer_line[i], "the heap contradicts this answer: it is %s", right);
        else if (answer_judge(a, right, e) != ANSWER_RIGHT)
            complain(c, q->answer_line[i],
                     "%s, which is right, can't be given; expected a shorter answer, or one of "
                     "another form",
                     text_printable(right));
    }
}

static void check_rows(struct checker *c, unsigned line, const char *text, bool judged, size_t more)
{
    int rows = scene_lesson_rows(text, judged ? STYLE_BAD : STYLE_PLAIN, 80, true) +
               (int)more; /* the longer mark */
    if (rows > SCENE_LESSON_ROWS)
        complain(c, line,
                 "the page that ends here has %d rows of 80 columns; expected at most %d: put "
                 "@wait between its paragraphs",
                 rows, SCENE_LESSON_ROWS);
}

/* The page that asks once more has a row or two besides the question. */
static void check_second_try(struct checker *c, const struct item *q)
{
    bool number = q->answer[0].form != ANSWER_CHOICE && q->answer[0].form != ANSWER_WORD;
    char *text =
        player_second_try(q, number ? "0123456" : "heap", number ? "it moves the other way" : "");
    if (text) check_rows(c, q->line, text, true, 0);
    free(text);
}

static void run_one(struct checker *c, const struct item *item, struct effect *e)
{
    bool fails = item->kind == ITEM_FAILS;
    bool may = allowed(c, item);
    const struct outcome *out = may ? lab_run(c->lab, item->text) : NULL;
    effect_gather(e, c->lab, NULL);
    if (out && out->lost) complain(c, item->line, NO_MEMORY, text_printable(item->text));
    if (!out || out->lost) return;
    if (!out->ok && !fails)
        complain(c, item->line, "%s fails: %s", text_printable(item->text), out->error);
    if (out->ok && fails)
        complain(c, item->line, "%s does not fail; expected @run for what succeeds",
                 text_printable(item->text));
    if (!c->lab->shown.session.target.alive)
        complain(c, item->line, "%s kills the target; expected one that leaves it alive",
                 text_printable(item->text));
    *e = c->effect;
}

/* The claims up to item at, which has not had its turn. */
static void check_claims(struct checker *c, size_t at)
{
    char error[400];
    const struct lesson *l = c->lesson;
    for (; c->n_claims < l->n_claims && l->claim[c->n_claims].before <= at; c->n_claims++)
        if (!claim_holds(&l->claim[c->n_claims], c->lab, error, sizeof error))
            complain(c, l->claim[c->n_claims].line, "%s", error);
}

/* Where the page that stands there was begun or ended: for the author to look at. */
static unsigned line_at(const struct player *p)
{
    const struct lesson *l = p->lesson;
    if (l->n_items == 0) return 1;
    return l->item[p->at < l->n_items ? p->at : l->n_items - 1].line;
}

static void play(struct checker *c, struct player *p)
{
    char error[256];
    struct effect e;
    const struct item *open = NULL;
    while (p->state != PLAYER_OVER) {
        check_claims(c, p->at);
        const struct item *item = &c->lesson->item[p->at < c->lesson->n_items ? p->at : 0];
        switch (p->state) {
        case PLAYER_READING:
            check_rows(c, line_at(p), p->text, p->judged,
                       p->judged && p->verdict != ANSWER_RIGHT && !p->skipped);
            player_next(p);
            break;
        case PLAYER_ASKING:
            check_rows(c, item->line, p->text, false, 0);
            check_second_try(c, item);
            open = item;
            effect_gather(&e, c->lab, NULL);
            player_answer(p, NULL, &e, error, sizeof error);
            if (p->state != PLAYER_RUNNING) check_answers(c, open, &e), open = NULL;
            break;
        case PLAYER_RUNNING:
            run_one(c, item, &e);
            if (open) check_answers(c, open, &e);
            open = NULL;
            player_heard(p, &e);
            break;
        case PLAYER_OVER:
            break;
        }
    }
    check_claims(c, c->lesson->n_items);
    check_rows(c, line_at(p), p->text, false, 0);
}

static void saw(struct lab_witness *self, struct lab *lab, const struct outcome *out)
{
    effect_gather(&((struct checker *)self)->effect, lab, out);
}

/* A lab to try it in. False with one line in error. */
static bool open_lab(struct lab *lab, const struct lesson *lesson, struct lesson_allocators *a,
                     char *error, size_t bytes)
{
    struct session_setup setup;
    struct watch_setup watched;
    session_setup_defaults(&setup, lesson->policy);
    if (!lesson_allocators_open(a, lesson, &setup, error, bytes)) return false;
    if (!lesson->program) {
        if (!lab_init(lab, &setup, false, error, bytes)) return false;
        lab->shown.session.owns = &a->list;
        return true;
    }
    return lesson_program_start(&watched, error, bytes) && lab_attach(lab, &watched, error, bytes);
}

size_t lesson_check(const struct lesson *lesson, lesson_mistake *mistake, void *user)
{
    struct timeout timeout;
    struct checker c = {.witness = {saw},
                        .lesson = lesson,
                        .mistake = mistake,
                        .user = user,
                        .lab = calloc(1, sizeof *c.lab)};
    struct player player;
    struct lesson_allocators allocators = {.open = NULL};
    char error[512] = "out of memory";
    if (!c.lab || !open_lab(c.lab, lesson, &allocators, error, sizeof error)) {
        complain(&c, 1, "the lesson can't be tried: %s", error);
        lesson_allocators_release(&allocators);
        free(c.lab);
        return c.n;
    }
    timeout = timeout_of(TIMEOUT_SECONDS, &c.lab->shown.session.stop);
    c.lab->shown.session.timeout = &timeout.base;
    c.lab->witness = &c.witness;
    c.lab->confined = true;
    c.lab->screen = (struct lab_screen){.map_cells = 78,
                                        .bytes_per_cell = 1,
                                        .table_rows = 4,
                                        .there = true}; /* as if there were one */
    if (player_begin(&player, lesson, true)) {
        play(&c, &player);
        player_release(&player);
    } else {
        complain(&c, 1, "the lesson can't be tried: out of memory");
    }
    lab_release(c.lab);
    lesson_allocators_release(&allocators);
    free(c.lab);
    return c.n;
}
