/* lesson_player.c: a page is what comes after the commands at its head: text up to the next
 * command, question, @wait, or the end. After an answer the page is the verdict and the author's
 * explanation; the command that the question was about is run before it. */
#include "cli/teach/lesson_player.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/teach/hint.h"
#include "cli/tell/lost.h"
#include "cli/text/text.h"

/* ── What is to be read ── */

static void say(struct player *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct player *p, const char *format, ...)
{
    char *line = NULL;
    va_list list;
    va_start(list, format);
    int n = vasprintf(&line, format, list);
    va_end(list);
    if (n < 0) {
        lost_note();
        return;
    }
    char *text = realloc(p->text, p->bytes + (size_t)n + 2);
    if (text) {
        p->text = text;
        if (p->bytes > 0) text[p->bytes++] = '\n';
        memcpy(text + p->bytes, line, (size_t)n + 1);
        p->bytes += (size_t)n;
    } else {
        lost_note();
    }
    free(line);
}

/* The present page is left: it is kept, to be looked at again. */
static void keep_page(struct player *p)
{
    struct player_past *past = p->past;
    if (p->page > p->n_past && (past = realloc(p->past, p->page * sizeof *past)) != NULL) {
        memset(past + p->n_past, 0, (p->page - p->n_past) * sizeof *past);
        p->past = past;
        p->n_past = p->page;
    }
    char *text = !past ? NULL : p->first ? p->first : strdup(p->text);
    if (!text) {
        free(p->first);
        p->first = NULL;
        lost_note();
        return;
    }
    past[p->page - 1] = (struct player_past){text, p->first ? COURSE_NO_MARK : p->mark};
    p->first = NULL;
}

static void fresh_page(struct player *p)
{
    if (p->page > 0) keep_page(p);
    p->bytes = 0;
    p->text[0] = '\0';
    p->read = p->judged = p->again = false;
    p->mark = COURSE_NO_MARK;
    p->page++;
}

#define CHOICES_IN_A_ROW 72 /* bytes */

static void say_question(struct player *p, const struct item *q)
{
    char row[CHOICES_IN_A_ROW + 80] = "";
    size_t n = 0;
    say(p, "? %s", q->text ? q->text : "");
    for (size_t i = 0; i < q->n_choices && n <= CHOICES_IN_A_ROW; i++)
        n +=
            (size_t)snprintf(row + n, sizeof row - n, "  %c) %.70s", (char)('a' + i), q->choice[i]);
    if (n > 0 && n <= CHOICES_IN_A_ROW) {
        say(p, "%s", row);
        return;
    }
    for (size_t i = 0; i < q->n_choices; i++)
        say(p, "  %c) %s", (char)('a' + i), q->choice[i]);
}

static void say_end(struct player *p)
{
    size_t n = lesson_questions(p->lesson);
    if (n == 0)
        say(p, "This is the end of the lesson.");
    else if (p->right == n)
        say(p, "This is the end of the lesson: all %zu questions answered right.", n);
    else if (p->second == 0)
        say(p, "This is the end of the lesson: %zu of %zu questions answered right.", p->right, n);
    else
        say(p,
            "This is the end of the lesson: %zu of %zu questions answered right, and %zu at the "
            "second try.",
            p->right, n, p->second);
}

/* ── Moving ── */

/* From item at on, to where the person or a command has its turn. */
static void advance(struct player *p)
{
    for (; p->at < p->lesson->n_items; p->at++) {
        assert(p->lesson->item != NULL);
        const struct item *item = &p->lesson->item[p->at];
        switch (item->kind) {
        case ITEM_TEXT:
            if (item->medium != (p->on_screen ? MEDIUM_PLAIN : MEDIUM_SCREEN))
                say(p, "%s", item->text ? item->text : "");
            p->read = true; /* the same pages everywhere */
            break;
        case ITEM_RUN:
        case ITEM_FAILS:
            p->state = p->read ? PLAYER_READING : PLAYER_RUNNING;
            return;
        case ITEM_ASK:
            say_question(p, item);
            p->state = PLAYER_ASKING;
            return;
        case ITEM_WAIT:
            if (!p->read) break; /* there is nothing to wait for */
            p->at++;
            p->state = PLAYER_READING;
            return;
        }
    }
    say_end(p);
    p->state = PLAYER_OVER;
}

static bool start(struct player *p, const struct lesson *lesson, bool on_screen)
{
    *p = (struct player){.lesson = lesson, .on_screen = on_screen, .text = calloc(1, 1)};
    if (!p->text) return false;
    fresh_page(p);
    say(p, "%s", lesson->title);
    advance(p);
    return true;
}

/* By turning them all: which page comes next is the lesson's, not the heap's. 0 on no memory. */
static size_t count_pages(const struct lesson *lesson)
{
    struct player p;
    struct effect nothing = {.ran = false};
    char error[256];
    if (!start(&p, lesson, true)) return 0;
    while (p.state != PLAYER_OVER)
        if (p.state == PLAYER_READING)
            player_next(&p);
        else if (p.state == PLAYER_RUNNING)
            player_heard(&p, &nothing);
        else
            player_answer(&p, NULL, &nothing, error, sizeof error);
    size_t n = p.page;
    player_release(&p);
    return n;
}

bool player_begin(struct player *p, const struct lesson *lesson, bool on_screen)
{
    size_t n = count_pages(lesson);
    if (n == 0 || !start(p, lesson, on_screen)) return false;
    p->n_pages = n;
    return true;
}

void player_release(struct player *p)
{
    for (size_t i = 0; i < p->n_past; i++)
        free(p->past[i].text);
    free(p->past);
    free(p->first);
    free(p->text);
    p->past = NULL;
    p->n_past = 0;
    p->first = p->text = NULL;
}

/* ── Looking back ── */

bool player_back(struct player *p)
{
    size_t at = p->looking ? p->looking : p->page;
    if (at == 1 || !p->past) return false;
    p->looking = at - 1;
    return true;
}

bool player_forward(struct player *p)
{
    if (p->looking == 0) return false;
    p->looking = p->looking + 1 == p->page ? 0 : p->looking + 1;
    return true;
}

const char *player_text(const struct player *p)
{
    if (p->looking == 0) return p->text;
    const char *text = p->looking <= p->n_past ? p->past[p->looking - 1].text : NULL;
    return text ? text : "There was no memory left to keep this page.";
}

enum course_mark player_mark(const struct player *p)
{
    if (p->looking == 0) return p->mark;
    return p->looking <= p->n_past ? p->past[p->looking - 1].mark : COURSE_NO_MARK;
}

void player_next(struct player *p)
{
    if (p->state != PLAYER_READING) return;
    fresh_page(p);
    advance(p);
}

const char *player_command(const struct player *p)
{
    return p->state == PLAYER_RUNNING ? p->lesson->item[p->at].text : NULL;
}

bool player_expects_failure(const struct player *p)
{
    return p->state == PLAYER_RUNNING && p->lesson->item[p->at].kind == ITEM_FAILS;
}

const struct item *player_question(const struct player *p)
{
    return p->state == PLAYER_ASKING ? &p->lesson->item[p->at] : NULL;
}

/* ── Judging ── */

static bool offers(const struct item *q, const char *given)
{
    char letter = (char)(given[strspn(given, " ")] | 0x20);
    return letter >= 'a' && letter < (char)('a' + q->n_choices);
}

static const char *as_letter(const struct item *q, const char *given, char letter[2])
{
    return answer_letter((const char *const *)q->choice, q->n_choices, given, letter);
}

/* The best verdict of all the answers that the author allows. */
static enum answer_verdict judge(const struct item *q, const char *typed, const struct effect *e)
{
    enum answer_verdict best = ANSWER_ODD;
    char letter[2];
    const char *given = as_letter(q, typed, letter);
    for (size_t i = 0; i < q->n_answers; i++) {
        enum answer_verdict v = answer_judge(&q->answer[i], given, e);
        if (v == ANSWER_WRONG && q->answer[i].form == ANSWER_CHOICE && !offers(q, given))
            v = ANSWER_ODD;
        if (v < best) best = v;
    }
    return best;
}

/* The page of the verdict. q is the question, p->given the answer. */
static void tell_verdict(struct player *p, const struct item *q, const struct effect *e)
{
    answer_right(&q->answer[0], e, p->expected, sizeof p->expected);
    p->verdict = p->skipped ? ANSWER_WRONG : judge(q, p->given, e);
    p->asked++;
    bool again = p->again, right = p->verdict == ANSWER_RIGHT;
    p->right += right && !again;
    p->second += right && again;
    fresh_page(p);
    p->judged = true;
    p->again = again;
    p->mark = p->skipped ? COURSE_NO_MARK : right ? COURSE_GOOD : COURSE_BAD;
    const char *choice =
        q->answer[0].form == ANSWER_CHOICE ? q->choice[q->answer[0].letter - 'a'] : "";
    const char *gap = *choice ? ") " : "";
    if (p->skipped)
        say(p, "The answer is %s%s%s.", p->expected, gap, choice);
    else if (p->verdict == ANSWER_RIGHT)
        say(p, "Right%s: %s%s%s.", again ? ", at the second try" : "",
            *choice ? p->expected : p->given, gap, choice);
    else
        say(p, "Not so: the answer is %s%s%s, not \"%s\".", p->expected, gap, choice, p->given);
    if (q->because) say(p, "%s", q->because);
    p->state = PLAYER_READING;
    p->pending = false;
}

/* A row of the page: the question of a lesson is short. */
char *player_second_try(const struct item *q, const char *given, const char *told)
{
    struct player page = {.text = calloc(1, 1)};
    if (!page.text) {
        lost_note();
        return NULL;
    }
    say(&page, "Not %s%s%s. Once more; `answer` alone tells it.", text_printable(given),
        *told ? ": " : "", told);
    if (q->hint) say(&page, "Hint: %s", q->hint);
    say_question(&page, q);
    return page.text;
}

/* Is given wrong, whatever happens, and is there something to be found yet? Where only one other
 * answer is left, it takes a hint of the author's to think about. */
static bool worth_a_second(const struct item *q, const char *typed, const struct effect *now,
                           bool command_follows)
{
    bool wrong = false, either = q->n_choices == 2;
    char letter[2];
    const char *given = as_letter(q, typed, letter);
    for (size_t i = 0; i < q->n_answers; i++) {
        const struct answer *a = &q->answer[i];
        enum answer_verdict v = hint_judge(a, given, now, command_follows);
        if (v == ANSWER_RIGHT) return false;
        wrong |= v == ANSWER_WRONG;
        either |= hint_is_either(a, given);
    }
    return wrong && (q->hint || !either);
}

static void ask_again(struct player *p, const struct item *q, const struct effect *now)
{
    char told[HINT_BYTES];
    hint_of(&q->answer[0], p->given, now, told, sizeof told);
    char *text = player_second_try(q, p->given, told);
    p->again = true;
    p->judged = false;
    if (!text) return; /* the question as it stands */
    p->first = p->text;
    p->text = text;
    p->bytes = strlen(text);
    p->mark = COURSE_BAD;
}

bool player_answer(struct player *p, const char *given, const struct effect *now, char *error,
                   size_t error_bytes)
{
    const struct lesson *l = p->lesson;
    const struct item *q = player_question(p);
    if (!q) {
        snprintf(error, error_bytes, "no question is open; expected `lesson next`");
        return false;
    }
    p->skipped = given == NULL;
    snprintf(p->given, sizeof p->given, "%s", given ? given : "");
    if (given && (strlen(given) >= sizeof p->given || judge(q, given, now) == ANSWER_ODD)) {
        snprintf(error, error_bytes, "that does not answer the question; expected %s",
                 answer_expected(&q->answer[0]));
        return false;
    }
    bool command_follows =
        !q->told_first && p->at + 1 < l->n_items &&
        (l->item[p->at + 1].kind == ITEM_RUN || l->item[p->at + 1].kind == ITEM_FAILS);
    if (given && !p->again && worth_a_second(q, p->given, now, command_follows)) {
        ask_again(p, q, now);
        return true;
    }
    p->at++;
    if (command_follows) {
        p->pending = true;
        p->state = PLAYER_RUNNING;
    } else {
        tell_verdict(p, q, now);
    }
    return true;
}

void player_heard(struct player *p, const struct effect *effect)
{
    if (p->state != PLAYER_RUNNING) return;
    const struct item *before = p->at > 0 ? &p->lesson->item[p->at - 1] : NULL;
    p->at++;
    p->judged = false;
    if (p->pending && before)
        tell_verdict(p, before, effect);
    else
        advance(p);
}
