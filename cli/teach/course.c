/* course.c: the glue between a lab and what is taught in it. A lesson may be explored: what the person changed meanwhile is taken back before it
 * goes on, so that what it says is true. A quiz allows no change. */
#include "cli/teach/course.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/teach/lesson_restore.h"
#include "cli/teach/park.h"
#include "cli/tell/outcome.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

#define NAME_BYTES 160

struct course {
    bool is_quiz;
    bool paused; /* the person stopped a command: it is theirs to go on */
    struct lesson lesson; /* owned */
    struct player player;
    struct quiz quiz;
    char name[NAME_BYTES];
    struct parked *parked;
    struct lesson_restore restore;
};

/* ── Beginning and leaving ── */

static struct course *course_new(struct lab *lab, const struct session_setup *setup, char *error, size_t error_bytes)
{
    course_end(lab);
    struct course *c = calloc(1, sizeof *c);
    if (c && (c->parked = park(lab, setup, error, error_bytes)) != NULL) return c;
    if (!c) snprintf(error, error_bytes, "out of memory");
    free(c);
    return NULL;
}

bool course_begin_lesson(struct lab *lab, struct lesson *lesson, const char *name, char *error, size_t error_bytes)
{
    struct session_setup setup;
    session_setup_defaults(&setup, lesson->policy);
    struct course *c = course_new(lab, &setup, error, error_bytes);
    if (!c) {
        lesson_release(lesson);
        return false;
    }
    c->lesson = *lesson;
    *lesson = (struct lesson){.n_items = 0};
    char *clean = text_utf8(text_printable(name));
    snprintf(c->name, sizeof c->name, "%s", clean ? clean : "");
    free(clean);
    lab->course = c;
    if (player_begin(&c->player, &c->lesson, lab->screen.there)) return true;
    course_end(lab);
    snprintf(error, error_bytes, "out of memory");
    return false;
}

/* A quiz's heap takes over how the session's heap places and frees. Guards and growth would make its answers false or all the same: a block in
 * quarantine is neither marked free nor merged, and a page is more than the quiz's limit. */
static void quiz_setup(struct session_setup *setup, const struct session_setup *session)
{
    static const enum heap_switch kept[] = {HEAP_SPLIT, HEAP_COALESCE, HEAP_TRIM, HEAP_ORDER};
    session_setup_defaults(setup, session->policy);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        setup->value[kept[i]] = session->value[kept[i]];
}

bool course_begin_quiz(struct lab *lab, const struct quiz_options *options, char *error, size_t error_bytes)
{
    struct session_setup setup;
    quiz_setup(&setup, &lab->session.setup);
    struct course *c = course_new(lab, &setup, error, error_bytes);
    if (!c) return false;
    c->is_quiz = true;
    lab->course = c;
    quiz_begin(&c->quiz, options);
    return true;
}

void course_end(struct lab *lab)
{
    struct course *c = lab->course;
    if (!c) return;
    lab->course = NULL;
    player_release(&c->player);
    lesson_release(&c->lesson);
    unpark(lab, c->parked);
    free(c);
}

/* ── What it is ── */

bool course_is_lesson(const struct lab *lab) { return lab->course && !lab->course->is_quiz; }
bool course_is_quiz(const struct lab *lab) { return lab->course && lab->course->is_quiz; }
const struct player *course_player(const struct lab *lab) { return course_is_lesson(lab) ? &lab->course->player : NULL; }
const struct quiz *course_quiz(const struct lab *lab) { return course_is_quiz(lab) ? &lab->course->quiz : NULL; }
bool course_allows(const struct lab *lab)
{
    return !course_is_quiz(lab) || lab->confined || lab->course->quiz.state == QUIZ_OVER;
}

/* ── Its commands ── */

char *course_command(struct lab *lab)
{
    struct course *c = lab->course;
    if (!c || c->paused || lab->quit) return NULL;
    const char *command = c->is_quiz ? quiz_command(&c->quiz) : player_command(&c->player);
    if (!command) return NULL;
    char *first = c->is_quiz ? NULL : lesson_restore_command(&c->restore, &lab->session.log, &c->player);
    lab->confined = true;
    return first || (!c->is_quiz && c->restore.active) ? first : strdup(command);
}

void course_pause(struct lab *lab)
{
    if (course_is_lesson(lab)) lab->course->paused = true;
}

/* ── What it says ── */

static const char *told(const struct course *c) { return c->is_quiz ? c->quiz.told : player_text(&c->player); }

static const char *state_name(const struct course *c)
{
    if (!c->is_quiz && c->player.looking) return "back";
    if (c->is_quiz) return c->quiz.state == QUIZ_OVER ? "over" : c->quiz.state == QUIZ_ASKING ? "asking" : "running";
    static const char *const names[] = {"reading", "asking", "running", "over"};
    return names[c->player.state];
}

/* The course's member of the command's JSON line; text is valid UTF-8, as the name is. */
static json_t *course_json(const struct course *c, const char *text)
{
    const struct player *p = &c->player;
    const struct quiz *q = &c->quiz;
    bool judged = c->is_quiz ? q->judged : p->judged, skipped = c->is_quiz ? q->skipped : p->skipped;
    enum answer_verdict verdict = c->is_quiz ? q->verdict : p->verdict;
    json_t *j =
        json_pack("{s:s, s:s, s:o, s:o}", "state", state_name(c), "text", text, "asked",
                  outcome_number(c->is_quiz ? q->asked : p->asked), "right", outcome_number(c->is_quiz ? q->right : p->right));
    if (!j) return NULL;
    if (!c->is_quiz) json_object_set_new(j, "lesson", json_string(c->name));
    if (!c->is_quiz) {
        json_object_set_new(j, "page", outcome_number(p->looking ? p->looking : p->page));
        json_object_set_new(j, "pages", outcome_number(p->n_pages));
        if (p->again && !p->looking) json_object_set_new(j, "try", outcome_number(2));
        if (p->looking) return j;
    }
    if (!judged && (c->is_quiz || !p->again)) return j;
    if (judged) json_object_set_new(j, "verdict", json_string(skipped ? "skipped" : verdict == ANSWER_RIGHT ? "right" : "wrong"));
    char *given = skipped ? NULL : text_utf8(c->is_quiz ? q->given : p->given);
    json_object_set_new(j, "given", given ? json_string(given) : json_null());
    free(given);
    if (judged) json_object_set_new(j, "expected", json_string(c->is_quiz ? q->expected : p->expected));
    return j;
}

static void tell(struct course *c, struct outcome *out)
{
    outcome_taught(out, told(c));
    json_t *j = out->taught ? course_json(c, out->taught) : NULL;
    if (j)
        outcome_extra(out, "course", j);
    else
        outcome_note_lost();
}

void course_heard(struct lab *lab, struct outcome *out)
{
    struct course *c = lab->course;
    struct effect effect;
    if (!c || !lab->confined) return;
    lab->confined = false;
    if (lab->session.stop && !c->is_quiz) {
        c->paused = true;
        return;
    }
    if (out->unseen || out->spare) { /* nobody knows what it did, or nothing was: it is not gone on with before they say so */
        c->paused = true;
        return;
    }
    lesson_restore_note(&c->restore, &lab->session.log);
    if (c->restore.active) {
        out->expected = true; /* what failed then fails again */
        return;
    }
    effect_gather(&effect, lab, out);
    out->expected = c->is_quiz ? !out->ok : player_expects_failure(&c->player);
    if (c->is_quiz) {
        struct quiz_heap heap = {lab->session.snapshot, heap_policy_name(lab->session.setup.policy),
                                 lab->session.setup.policy != HEAP_BUMP};
        quiz_heard(&c->quiz, &effect, &heap);
    } else {
        player_heard(&c->player, &effect);
    }
    if (*told(c)) tell(c, out);
}

bool course_show(struct lab *lab, struct outcome *out)
{
    if (*told(lab->course)) tell(lab->course, out);
    return true;
}

/* The heap stays as the lesson has left it, and the page says so. */
bool course_back(struct lab *lab, struct outcome *out)
{
    struct player *p = &lab->course->player;
    if (!player_back(p)) return outcome_fail(out, "this is the first page; expected `lesson next`");
    outcome_text(out, "page %zu again; the heap is as page %zu has it; `lesson next` comes back\n", p->looking, p->page);
    return course_show(lab, out);
}

/* What its commands do is one change for who reads the next page. */
static void turn_page(struct lab *lab)
{
    if (lab->screen.there && lab->session.snapshot) view_turn(&lab->view, lab->session.snapshot, lab->screen.map_cells);
}

bool course_next(struct lab *lab, struct outcome *out)
{
    struct course *c = lab->course;
    c->paused = false;
    if (player_forward(&c->player)) return course_show(lab, out);
    switch (c->player.state) {
    case PLAYER_ASKING:
        return outcome_fail(out, "a question is open; expected an answer, or `answer` alone to be told it");
    case PLAYER_OVER:
        return outcome_fail(out, "the lesson is over; expected `lesson quit`");
    case PLAYER_RUNNING:
        return true; /* it was stopped, and goes on */
    case PLAYER_READING:
        turn_page(lab);
        player_next(&c->player);
    }
    return course_show(lab, out);
}

bool course_answer(struct lab *lab, const char *given, struct outcome *out)
{
    struct course *c = lab->course;
    struct effect now;
    char error[256];
    if (!lab_sees(lab, out)) return false;
    c->paused = false;
    if (!c->is_quiz && c->player.looking)
        return outcome_fail(out, "this is an earlier page; expected `lesson next` until the present one is there");
    effect_gather(&now, lab, NULL);
    bool ok = c->is_quiz ? quiz_answer(&c->quiz, given, &now, error, sizeof error)
                         : player_answer(&c->player, given, &now, error, sizeof error);
    if (!ok) return outcome_fail(out, "%s", error);
    turn_page(lab);
    if (!c->is_quiz && c->player.state != PLAYER_RUNNING) tell(c, out);
    return true;
}

/* ── At the prompt ── */

/* Commands that may be typed while a question is open: to look, to leave, to ask for help. Anything else answers. */
static bool means_itself(const char *word)
{
    static const char *const groups[] = {"look", "screen"}, *const names[] = {"lesson", "answer", "quiz", "help", "quit", "exit"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(word, names[i]) == 0) return true;
    for (size_t i = 0; i < command_table_size; i++)
        for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
            if (strcmp(command_table[i]->name, word) == 0 && strcmp(command_table[i]->group, groups[g]) == 0) return true;
    return false;
}

char *course_answer_line(const char *text)
{
    char *line = malloc(strlen(text) * 2 + 16), *to = line;
    if (!line) return NULL;
    to += sprintf(to, "answer ");
    if (!strpbrk(text, ";#\"\\")) return strcpy(to, text), line;
    *to++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') *to++ = '\\';
        *to++ = *text;
    }
    strcpy(to, "\"");
    return line;
}

static bool means(char **typed, char *command)
{
    *typed = command;
    return command != NULL;
}

bool course_typed(struct lab *lab, const char *line, char **typed)
{
    const struct course *c = lab->course;
    char word[32];
    *typed = NULL;
    if (!c) return true;
    for (size_t n; (n = text_blank(line) + text_nothing(line)) != 0;)
        line += n;
    size_t length = strlen(line), n = strcspn(line, " \t\r\n;");
    while (length > 0 && ascii_is_blank(line[length - 1]))
        length--;
    bool asking = c->is_quiz ? c->quiz.state == QUIZ_ASKING : c->player.state == PLAYER_ASKING;
    if (length == 0 && c->is_quiz && c->quiz.state != QUIZ_OVER) return true;
    if (length == 0) return means(typed, strdup(c->is_quiz ? "quiz quit" : "lesson next"));
    if (!asking) return true;
    snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), line);
    if (length == 1 && *line == '?') return means(typed, strdup("answer")); /* to be told it */
    if (means_itself(word)) return true;
    char *text = strndup(line, length), *answer = text ? course_answer_line(text) : NULL;
    free(text);
    return means(typed, answer);
}

bool course_page(const struct lab *lab, struct course_page *page)
{
    const struct course *c = lab->course;
    if (!c) return false;
    const char *state = state_name(c);
    bool asking = strcmp(state, "asking") == 0, over = strcmp(state, "over") == 0;
    const struct player *p = &c->player;
    if (c->is_quiz)
        snprintf(page->title, sizeof page->title, "quiz: %zu right", c->quiz.right);
    else
        snprintf(page->title, sizeof page->title, "%s: page %zu of %zu", c->lesson.title, p->looking ? p->looking : p->page,
                 p->n_pages);
    page->text = c->paused ? "The lesson's command was stopped. Enter runs it again; `lesson quit` leaves." : told(c);
    bool back = !c->is_quiz && !over && p->page > 1 && lab->screen.there; /* where there is that key */
    snprintf(page->hint, sizeof page->hint, "%s%s",
             asking ? "type the answer"
             : over ? "Enter: back to your heap"
                    : "Enter: go on",
             back ? ", Left: back" : "");
    if (!c->is_quiz && p->looking) snprintf(page->hint, sizeof page->hint, "heap of page %zu, Enter: on", p->page);
    page->mark = !c->is_quiz                          ? player_mark(p)
                 : !c->quiz.judged || c->quiz.skipped ? PLAYER_NO_MARK
                 : c->quiz.verdict == ANSWER_RIGHT    ? PLAYER_GOOD
                                                      : PLAYER_BAD;
    if (c->paused) page->mark = PLAYER_NO_MARK;
    return true;
}
