/* lesson_directions.c: what each direction (@run, @ask, ...) makes of its words: items of the
 * lesson.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/teach/lesson_format_private.h"
#include "cli/text/text.h"

/* ── Texts and items ── */

void lesson_text_join(struct reader *r, char **text, const char *more)
{
    size_t have = *text ? strlen(*text) : 0, n = strlen(more);
    char *joined = realloc(*text, have + n + 2);
    if (!joined) {
        r->no_memory = true;
        return;
    }
    if (have > 0 && n > 0) joined[have++] = ' ';
    memcpy(joined + have, more, n + 1);
    *text = joined;
}

/* Whatever comes next, the question before it is complete. */
static void close_question(struct reader *r)
{
    if (r->question && r->question->n_answers == 0)
        lesson_complain(r, r->question->line,
                        "this question has no answer; expected @answer behind it");
    if (r->question && !r->question->text[0])
        lesson_complain(r, r->question->line, "the question is missing; expected `@ask WORDS`");
    r->question = NULL;
}

struct item *lesson_add_item(struct reader *r, enum item_kind kind, const char *text)
{
    struct lesson *l = r->lesson;
    close_question(r);
    if (l->n_items == LESSON_ITEMS_MAX) {
        if (!r->full)
            lesson_complain(
                r, r->line,
                "the lesson is too long; expected at most %u paragraphs, commands and questions",
                LESSON_ITEMS_MAX);
        r->full = true;
        return NULL;
    }
    if (l->n_items == l->room) {
        size_t room = l->room ? l->room * 2 : 32;
        struct item *moved = realloc(l->item, room * sizeof *moved);
        if (!moved) return r->no_memory = true, NULL;
        l->item = moved;
        l->room = room;
    }
    struct item *item = &l->item[l->n_items++];
    *item = (struct item){.kind = kind, .line = r->line};
    if (text) lesson_text_join(r, &item->text, text);
    if (text && !item->text) l->n_items--, item = NULL; /* no memory */
    return item;
}

/* ── Directions ── */

static void take_paragraph(struct reader *r, enum item_medium medium, const char *name,
                           const char *words)
{
    if (!*words) lesson_complain(r, r->line, "the text is missing; expected `@%s WORDS`", name);
    struct item *item = lesson_add_item(r, ITEM_TEXT, words);
    if (item) item->medium = medium;
    r->open = OPEN_PARAGRAPH;
}

static void take_screen(struct reader *r, const char *words)
{
    take_paragraph(r, MEDIUM_SCREEN, "screen", words);
}
static void take_only_plain(struct reader *r, const char *words)
{
    take_paragraph(r, MEDIUM_PLAIN, "plain", words);
}

static void take_title(struct reader *r, const char *words)
{
    if (r->titled) lesson_complain(r, r->line, "there is a title already; expected one");
    if (!*words) lesson_complain(r, r->line, "the title is missing; expected `@title WORDS`");
    if (strlen(words) > LESSON_TITLE_MAX)
        lesson_complain(r, r->line, "the title is too long; expected at most %u bytes",
                        LESSON_TITLE_MAX);
    snprintf(r->lesson->title, sizeof r->lesson->title, "%.*s", (int)LESSON_TITLE_MAX, words);
    r->titled = true;
}

static void take_policy(struct reader *r, const char *words)
{
    char list[HEAP_LIST_MAX];
    enum heap_policy policy = heap_policy_from_name(words);
    if (heap_policy_info(policy) == NULL)
        lesson_complain(r, r->line, "there is no policy %s; expected %s", text_printable(words),
                        heap_policy_list("or", list));
    else
        r->lesson->policy = policy;
    if (r->policied || r->lesson->n_items > 0)
        lesson_complain(r, r->line,
                        "@policy stands too late; expected it once, before the first text");
    r->policied = true;
}

static void take_program(struct reader *r, const char *words)
{
    if (strcmp(words, "class") != 0)
        lesson_complain(r, r->line, "there is no program %s for lessons; expected `@program class`",
                        *words ? text_printable(words) : "without a name");
    if (r->policied || r->lesson->n_items > 0)
        lesson_complain(
            r, r->line,
            "@program stands too late; expected it once, before the first text, and no @policy");
    r->policied = r->lesson->program = true;
}

static bool is_allocator(const char *name, size_t n)
{
    return n > 0 && n < LESSON_ALLOCATOR_NAME &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") >= n && name[0] != '-';
}

/* Names of those that stand beside brkview, in place of a policy. */
static void take_allocator(struct reader *r, const char *words)
{
    struct lesson *l = r->lesson;
    if (r->policied || l->n_items > 0)
        lesson_complain(
            r, r->line,
            "@allocator stands too late; expected it once, before the first text, and no "
            "@policy");
    if (!*words) lesson_complain(r, r->line, "@allocator has no name; expected such as mm-list");
    for (size_t n; *words; words += n + strspn(words + n, " ")) {
        n = strcspn(words, " ");
        if (!is_allocator(words, n))
            lesson_complain(r, r->line,
                            "%s can't be an allocator; expected small letters, digits and -",
                            text_printable(words));
        else if (l->n_allocators == LESSON_ALLOCATORS_MAX)
            lesson_complain(r, r->line, "more than %u allocators; expected fewer",
                            LESSON_ALLOCATORS_MAX);
        else
            snprintf(l->allocator[l->n_allocators++], LESSON_ALLOCATOR_NAME, "%.*s", (int)n, words);
    }
    l->policy = HEAP_OWN;
    r->policied = true;
}

static void take_ask(struct reader *r, const char *words)
{
    r->question = lesson_add_item(r, ITEM_ASK, words);
    r->open = OPEN_QUESTION;
}

static void take_choice(struct reader *r, const char *words)
{
    struct item *q = r->question;
    if (!q) {
        lesson_complain(r, r->line, "@choice belongs to a question; expected @ask before it");
        return;
    }
    if (q->n_choices == LESSON_CHOICES_MAX)
        lesson_complain(r, r->line, "one choice too many; expected at most %u", LESSON_CHOICES_MAX);
    else if (words[0] != (char)('a' + q->n_choices) || words[1] != ' ' || !words[2])
        lesson_complain(r, r->line, "expected `@choice %c WORDS`", (char)('a' + q->n_choices));
    else
        lesson_text_join(r, &q->choice[q->n_choices++], words + 2);
}

static void take_answer(struct reader *r, const char *words)
{
    char error[200];
    struct item *q = r->question;
    if (!q) {
        lesson_complain(r, r->line, "@answer belongs to a question; expected @ask before it");
        return;
    }
    if (q->n_answers == LESSON_ANSWERS_MAX) {
        lesson_complain(r, r->line, "one answer too many; expected at most %u", LESSON_ANSWERS_MAX);
        return;
    }
    struct answer *a = &q->answer[q->n_answers];
    bool ok = answer_parse(a, words, error, sizeof error);
    if (!ok) lesson_complain(r, r->line, "%s", error);
    if (ok && a->form == ANSWER_CHOICE && a->letter >= (char)('a' + q->n_choices))
        lesson_complain(r, r->line, "there is no choice %c here; expected one of those before it",
                        a->letter);
    q->answer_line[q->n_answers++] = r->line; /* a bad one counts as given: it was complained of */
}

struct item *lesson_explained(const struct lesson *l)
{
    struct item *last = l->n_items > 0 ? &l->item[l->n_items - 1] : NULL;
    if (last && (last->kind == ITEM_RUN || last->kind == ITEM_FAILS))
        last = l->n_items > 1 ? last - 1 : NULL;
    return last && last->kind == ITEM_ASK && last->n_answers > 0 ? last : NULL;
}

static void take_because(struct reader *r, const char *words)
{
    struct item *q = lesson_explained(r->lesson);
    if (!q) {
        lesson_complain(
            r, r->line,
            "@because explains an answer; expected @answer before it, and at most one command "
            "between");
        return;
    }
    if (q->because) lesson_complain(r, r->line, "there is a @because already; expected one");
    q->told_first = r->question == q;
    lesson_text_join(r, &q->because, words);
    r->open = OPEN_BECAUSE;
}

static void take_hint(struct reader *r, const char *words)
{
    struct item *q = r->question;
    if (!q) {
        lesson_complain(r, r->line, "@hint belongs to a question; expected @ask before it");
        return;
    }
    if (q->hint) lesson_complain(r, r->line, "there is a @hint already; expected one");
    if (!*words) lesson_complain(r, r->line, "the hint is missing; expected `@hint WORDS`");
    lesson_text_join(r, &q->hint, words);
    r->open = OPEN_HINT;
}

static void take_plain(struct reader *r, enum item_kind kind, const char *words, bool wants_words)
{
    const char *name = kind == ITEM_WAIT ? "wait" : kind == ITEM_FAILS ? "fails" : "run";
    if (wants_words && !*words)
        lesson_complain(r, r->line, "the command is missing; expected `@%s COMMAND`", name);
    if (!wants_words && *words)
        lesson_complain(r, r->line, "%s is too much; expected `@%s` alone", text_printable(words),
                        name);
    lesson_add_item(r, kind, wants_words ? words : NULL);
}

/* A claim belongs to the place where it stands, and is no item: what is before and behind it goes
 * on as if it weren't there. */
static void take_claim(struct reader *r, enum claim_kind kind, const char *words)
{
    char error[200];
    struct claim claim;
    struct lesson *l = r->lesson;
    if (l->n_claims == LESSON_CLAIMS_MAX) {
        lesson_complain(r, r->line, "one claim too many; expected at most %u", LESSON_CLAIMS_MAX);
        return;
    }
    if (!claim_parse(&claim, kind, words, error, sizeof error)) {
        lesson_complain(r, r->line, "%s", error);
        return;
    }
    claim.line = r->line;
    claim.before = l->n_items;
    struct claim *moved = realloc(l->claim, (l->n_claims + 1) * sizeof *moved);
    if (!moved) {
        r->no_memory = true;
        return;
    }
    l->claim = moved;
    l->claim[l->n_claims++] = claim;
}

static void take_end(struct reader *r, const char *words)
{
    if (*words)
        lesson_complain(r, r->line, "%s is too much; expected `@end` alone", text_printable(words));
    close_question(r);
    r->ended = true;
}

static void take_run(struct reader *r, const char *words) { take_plain(r, ITEM_RUN, words, true); }
static void take_fails(struct reader *r, const char *words)
{
    take_plain(r, ITEM_FAILS, words, true);
}
static void take_wait(struct reader *r, const char *words)
{
    take_plain(r, ITEM_WAIT, words, false);
}

static void take_word(struct reader *r, const char *words) { take_claim(r, CLAIM_WORD, words); }
static void take_bytes(struct reader *r, const char *words) { take_claim(r, CLAIM_BYTES, words); }
static void take_stat(struct reader *r, const char *words) { take_claim(r, CLAIM_STAT, words); }

static const struct direction {
    const char *name;
    void (*take)(struct reader *r, const char *words);
} directions[] = {
    {"allocator", take_allocator},
    {"program", take_program},
    {"title", take_title},
    {"policy", take_policy},
    {"run", take_run},
    {"fails", take_fails},
    {"wait", take_wait},
    {"ask", take_ask},
    {"choice", take_choice},
    {"answer", take_answer},
    {"because", take_because},
    {"hint", take_hint},
    {"end", take_end},
    {"word", take_word},
    {"bytes", take_bytes},
    {"stat", take_stat},
    {"screen", take_screen},
    {"plain", take_only_plain},
};

void lesson_take_direction(struct reader *r, const char *line)
{
    size_t n = strcspn(line, " ");
    r->open = OPEN_NONE;
    for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++)
        if (strlen(directions[i].name) == n && strncmp(directions[i].name, line, n) == 0) {
            directions[i].take(r, line + n + strspn(line + n, " "));
            return;
        }
    lesson_complain(
        r, r->line,
        "there is no direction @%s; expected @title, @policy, @program, @allocator, @run, "
        "@fails, @wait, "
        "@screen, "
        "@plain, @ask, @choice, @answer, "
        "@hint, @because, "
        "@word, "
        "@bytes, @stat or @end",
        text_printable(line));
}
