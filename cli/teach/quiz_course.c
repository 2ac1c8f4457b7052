/* quiz_course.c: the glue between a lab and the quiz that goes on in it. */
#include "cli/teach/quiz_course.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tell/lost.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

struct quiz_course {
    struct course base;
    struct quiz quiz;
};

static const struct course_kind kind;

const struct quiz *course_quiz(const struct lab *lab)
{
    return lab->course && lab->course->kind == &kind
               ? &((const struct quiz_course *)lab->course)->quiz
               : NULL;
}

/* A quiz's heap takes over how the session's heap places and frees. Guards and growth would make
 * its answers false or all the same: a block in quarantine is neither marked free nor merged, and a
 * page is more than the quiz's limit. */
static void quiz_setup(struct session_setup *setup, const struct session_setup *session)
{
    static const enum heap_switch kept[] = {HEAP_SPLIT, HEAP_COALESCE, HEAP_TRIM, HEAP_ORDER};
    session_setup_defaults(setup, session->policy);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        setup->value[kept[i]] = session->value[kept[i]];
}

static void free_course(struct course *c) { free(c); }

bool course_begin_quiz(struct lab *lab, const struct quiz_options *options, char *error,
                       size_t error_bytes)
{
    struct session_setup setup;
    quiz_setup(&setup, &lab->shown.session.setup);
    struct quiz_course *c = calloc(1, sizeof *c);
    if (!c) return text_complain(error, error_bytes, "out of memory");
    c->base.kind = &kind;
    quiz_begin(&c->quiz, options);
    return course_begin(lab, &c->base, &setup, NULL, error, error_bytes);
}

static const char *locks(const struct course *base)
{
    const struct quiz *q = &((const struct quiz_course *)base)->quiz;
    return q->state == QUIZ_OVER ? NULL
                                 : "a quiz is under way, and its heap is not to be changed; "
                                   "expected an answer, or `quiz quit`";
}

static bool next(struct course *base, const struct lab *lab, char **command)
{
    (void)lab;
    const char *wanted = quiz_command(&((struct quiz_course *)base)->quiz);
    if (wanted) *command = strdup(wanted);
    return wanted != NULL;
}

/* The course's member of the command's JSON line; text is valid UTF-8. */
static json_t *course_json(const struct quiz *q, const char *text)
{
    static const char *const states[] = {
        [QUIZ_RUNNING] = "running", [QUIZ_ASKING] = "asking", [QUIZ_OVER] = "over"};
    json_t *j = json_pack("{s:s, s:s, s:o, s:o}", "state", states[q->state], "text", text, "asked",
                          value_number(q->asked), "right", value_number(q->right));
    if (!j || !q->judged) return j;
    const char *verdict = q->skipped ? "skipped" : q->verdict == ANSWER_RIGHT ? "right" : "wrong";
    json_object_set_new(j, "verdict", json_string(verdict));
    json_object_set_new(j, "given", q->skipped ? json_null() : value_text(q->given));
    json_object_set_new(j, "expected", json_string(q->expected));
    return j;
}

static void heard(struct course *base, struct lab *lab, struct outcome *out)
{
    struct quiz *q = &((struct quiz_course *)base)->quiz;
    struct effect effect;
    enum heap_policy policy = lab->shown.session.setup.policy;
    struct quiz_heap heap = {lab->shown.session.snapshot, heap_policy_name(policy),
                             block_is_recorded(policy)};
    effect_gather(&effect, lab, out);
    out->expected = !out->ok;
    quiz_heard(q, &effect, &heap);
    if (!*q->told) return;
    outcome_taught(out, q->told);
    json_t *j = out->taught ? course_json(q, out->taught) : NULL;
    if (j)
        outcome_extra(out, "course", j);
    else
        lost_note();
}

static bool answer(struct course *base, struct lab *lab, const char *given, struct outcome *out)
{
    struct effect now;
    char error[256];
    effect_gather(&now, lab, NULL);
    if (!quiz_answer(&((struct quiz_course *)base)->quiz, given, &now, error, sizeof error))
        return outcome_fail(out, "%s", error);
    course_turn_page(lab);
    return true;
}

static bool asks(const struct course *base)
{
    return ((const struct quiz_course *)base)->quiz.state == QUIZ_ASKING;
}

/* Over, or still at a command when it is the person's turn: it can't go on. */
static const char *empty(const struct course *base) { return asks(base) ? NULL : "quiz quit"; }

static void page(const struct course *base, const struct lab *lab, struct course_page *page)
{
    const struct quiz *q = &((const struct quiz_course *)base)->quiz;
    (void)lab;
    snprintf(page->title, sizeof page->title, "quiz: %zu right", q->right);
    page->text = q->told;
    snprintf(page->hint, sizeof page->hint, "%s",
             asks(base) ? "type the answer" : "Enter: back to your heap");
    if (q->judged && !q->skipped)
        page->mark = q->verdict == ANSWER_RIGHT ? COURSE_GOOD : COURSE_BAD;
}

static const struct course_kind kind = {
    .name = "quiz",
    .free = free_course,
    .locks = locks,
    .next = next,
    .heard = heard,
    .answer = answer,
    .asks = asks,
    .empty = empty,
    .unseen = "The quiz's command was not done, or what it did can't be seen: it would be no fair "
              "question. This quiz can't go on.",
    .page = page,
};
