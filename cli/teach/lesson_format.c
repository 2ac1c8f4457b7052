/* lesson_format.c: line by line. A mistake does not end the reading, so that an author sees them
 * all at once. */
#include "cli/teach/lesson_format.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

#define MISTAKES_MAX 50u /* then the author has enough to do */
#define WORDS_MAX 300

/* Which text goes on in the next line, if no direction and no empty line comes. */
enum open_text { OPEN_NONE, OPEN_PARAGRAPH, OPEN_QUESTION, OPEN_HINT, OPEN_BECAUSE };

struct reader {
    struct lesson *lesson;
    lesson_mistake *mistake;
    void *user;
    unsigned line, n_mistakes;
    enum open_text open;
    struct item *question; /* that takes answers, choices, because; NULL */
    bool titled, policied, ended, full, no_memory;
};

static void complain(struct reader *r, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void complain(struct reader *r, unsigned line, const char *format, ...)
{
    char words[WORDS_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(words, sizeof words, format, list);
    va_end(list);
    if (r->n_mistakes++ < MISTAKES_MAX) r->mistake(r->user, line, words);
}

/* ── Texts and items ── */

/* Append more to *text behind a space. */
static void text_join(struct reader *r, char **text, const char *more)
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
        complain(r, r->question->line, "this question has no answer; expected @answer behind it");
    if (r->question && !r->question->text[0])
        complain(r, r->question->line, "the question is missing; expected `@ask WORDS`");
    r->question = NULL;
}

static struct item *add_item(struct reader *r, enum item_kind kind, const char *text)
{
    struct lesson *l = r->lesson;
    close_question(r);
    if (l->n_items == LESSON_ITEMS_MAX) {
        if (!r->full)
            complain(
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
    if (text) text_join(r, &item->text, text);
    if (text && !item->text) l->n_items--, item = NULL; /* no memory */
    return item;
}

/* ── Directions ── */

static void take_paragraph(struct reader *r, enum item_medium medium, const char *name,
                           const char *words)
{
    if (!*words) complain(r, r->line, "the text is missing; expected `@%s WORDS`", name);
    struct item *item = add_item(r, ITEM_TEXT, words);
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
    if (r->titled) complain(r, r->line, "there is a title already; expected one");
    if (!*words) complain(r, r->line, "the title is missing; expected `@title WORDS`");
    if (strlen(words) > LESSON_TITLE_MAX)
        complain(r, r->line, "the title is too long; expected at most %u bytes", LESSON_TITLE_MAX);
    snprintf(r->lesson->title, sizeof r->lesson->title, "%.*s", (int)LESSON_TITLE_MAX, words);
    r->titled = true;
}

static void take_policy(struct reader *r, const char *words)
{
    char list[HEAP_LIST_MAX];
    enum heap_policy policy = heap_policy_from_name(words);
    if (heap_policy_info(policy) == NULL)
        complain(r, r->line, "there is no policy %s; expected %s", text_printable(words),
                 heap_policy_list("or", list));
    else
        r->lesson->policy = policy;
    if (r->policied || r->lesson->n_items > 0)
        complain(r, r->line, "@policy stands too late; expected it once, before the first text");
    r->policied = true;
}

static void take_program(struct reader *r, const char *words)
{
    if (strcmp(words, "class") != 0)
        complain(r, r->line, "there is no program %s for lessons; expected `@program class`",
                 *words ? text_printable(words) : "without a name");
    if (r->policied || r->lesson->n_items > 0)
        complain(
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
        complain(r, r->line,
                 "@allocator stands too late; expected it once, before the first text, and no "
                 "@policy");
    if (!*words) complain(r, r->line, "@allocator has no name; expected such as mm-list");
    for (size_t n; *words; words += n + strspn(words + n, " ")) {
        n = strcspn(words, " ");
        if (!is_allocator(words, n))
            complain(r, r->line, "%s can't be an allocator; expected small letters, digits and -",
                     text_printable(words));
        else if (l->n_allocators == LESSON_ALLOCATORS_MAX)
            complain(r, r->line, "more than %u allocators; expected fewer", LESSON_ALLOCATORS_MAX);
        else
            snprintf(l->allocator[l->n_allocators++], LESSON_ALLOCATOR_NAME, "%.*s", (int)n, words);
    }
    l->policy = HEAP_OWN;
    r->policied = true;
}

static void take_ask(struct reader *r, const char *words)
{
    r->question = add_item(r, ITEM_ASK, words);
    r->open = OPEN_QUESTION;
}

static void take_choice(struct reader *r, const char *words)
{
    struct item *q = r->question;
    if (!q) {
        complain(r, r->line, "@choice belongs to a question; expected @ask before it");
        return;
    }
    if (q->n_choices == LESSON_CHOICES_MAX)
        complain(r, r->line, "one choice too many; expected at most %u", LESSON_CHOICES_MAX);
    else if (words[0] != (char)('a' + q->n_choices) || words[1] != ' ' || !words[2])
        complain(r, r->line, "expected `@choice %c WORDS`", (char)('a' + q->n_choices));
    else
        text_join(r, &q->choice[q->n_choices++], words + 2);
}

static void take_answer(struct reader *r, const char *words)
{
    char error[200];
    struct item *q = r->question;
    if (!q) {
        complain(r, r->line, "@answer belongs to a question; expected @ask before it");
        return;
    }
    if (q->n_answers == LESSON_ANSWERS_MAX) {
        complain(r, r->line, "one answer too many; expected at most %u", LESSON_ANSWERS_MAX);
        return;
    }
    struct answer *a = &q->answer[q->n_answers];
    bool ok = answer_parse(a, words, error, sizeof error);
    if (!ok) complain(r, r->line, "%s", error);
    if (ok && a->form == ANSWER_CHOICE && a->letter >= (char)('a' + q->n_choices))
        complain(r, r->line, "there is no choice %c here; expected one of those before it",
                 a->letter);
    q->answer_line[q->n_answers++] = r->line; /* a bad one counts as given: it was complained of */
}

/* The question that @because may explain now: the last item, or the one before the command that
 * follows it. */
static struct item *explained(const struct lesson *l)
{
    struct item *last = l->n_items > 0 ? &l->item[l->n_items - 1] : NULL;
    if (last && (last->kind == ITEM_RUN || last->kind == ITEM_FAILS))
        last = l->n_items > 1 ? last - 1 : NULL;
    return last && last->kind == ITEM_ASK && last->n_answers > 0 ? last : NULL;
}

static void take_because(struct reader *r, const char *words)
{
    struct item *q = explained(r->lesson);
    if (!q) {
        complain(r, r->line,
                 "@because explains an answer; expected @answer before it, and at most one command "
                 "between");
        return;
    }
    if (q->because) complain(r, r->line, "there is a @because already; expected one");
    q->told_first = r->question == q;
    text_join(r, &q->because, words);
    r->open = OPEN_BECAUSE;
}

static void take_hint(struct reader *r, const char *words)
{
    struct item *q = r->question;
    if (!q) {
        complain(r, r->line, "@hint belongs to a question; expected @ask before it");
        return;
    }
    if (q->hint) complain(r, r->line, "there is a @hint already; expected one");
    if (!*words) complain(r, r->line, "the hint is missing; expected `@hint WORDS`");
    text_join(r, &q->hint, words);
    r->open = OPEN_HINT;
}

static void take_plain(struct reader *r, enum item_kind kind, const char *words, bool wants_words)
{
    const char *name = kind == ITEM_WAIT ? "wait" : kind == ITEM_FAILS ? "fails" : "run";
    if (wants_words && !*words)
        complain(r, r->line, "the command is missing; expected `@%s COMMAND`", name);
    if (!wants_words && *words)
        complain(r, r->line, "%s is too much; expected `@%s` alone", text_printable(words), name);
    add_item(r, kind, wants_words ? words : NULL);
}

/* A claim belongs to the place where it stands, and is no item: what is before and behind it goes
 * on as if it weren't there. */
static void take_claim(struct reader *r, enum claim_kind kind, const char *words)
{
    char error[200];
    struct claim claim;
    struct lesson *l = r->lesson;
    if (l->n_claims == LESSON_CLAIMS_MAX) {
        complain(r, r->line, "one claim too many; expected at most %u", LESSON_CLAIMS_MAX);
        return;
    }
    if (!claim_parse(&claim, kind, words, error, sizeof error)) {
        complain(r, r->line, "%s", error);
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
        complain(r, r->line, "%s is too much; expected `@end` alone", text_printable(words));
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

static void take_direction(struct reader *r, const char *line)
{
    size_t n = strcspn(line, " ");
    r->open = OPEN_NONE;
    for (size_t i = 0; i < sizeof directions / sizeof directions[0]; i++)
        if (strlen(directions[i].name) == n && strncmp(directions[i].name, line, n) == 0) {
            directions[i].take(r, line + n + strspn(line + n, " "));
            return;
        }
    complain(r, r->line,
             "there is no direction @%s; expected @title, @policy, @program, @allocator, @run, "
             "@fails, @wait, "
             "@screen, "
             "@plain, @ask, @choice, @answer, "
             "@hint, @because, "
             "@word, "
             "@bytes, @stat or @end",
             text_printable(line));
}

/* ── Lines ── */

static void take_text(struct reader *r, const char *line)
{
    bool verbatim = *line == ' ';
    struct lesson *l = r->lesson;
    switch (verbatim ? OPEN_NONE : r->open) {
    case OPEN_QUESTION:
        if (r->question) text_join(r, &r->question->text, line);
        return;
    case OPEN_HINT:
        if (r->question) text_join(r, &r->question->hint, line);
        return;
    case OPEN_BECAUSE:
        if (explained(l)) text_join(r, &explained(l)->because, line);
        return;
    case OPEN_PARAGRAPH:
        if (!r->full && l->n_items > 0) text_join(r, &l->item[l->n_items - 1].text, line);
        return;
    case OPEN_NONE:
        break;
    }
    r->open = verbatim ? OPEN_NONE : OPEN_PARAGRAPH;
    add_item(r, ITEM_TEXT, line);
}

/* Bytes that are no text; what is wrong with them is told. */
static bool clean(struct reader *r, const char *line, size_t n)
{
    if (n > LESSON_LINE_MAX)
        return complain(r, r->line, "the line is %zu bytes long; expected at most %u", n,
                        LESSON_LINE_MAX),
               false;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)line[i], next = i + 1 < n ? (unsigned char)line[i + 1] : 0;
        if ((c < ' ' && c != '\t') || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0))
            return complain(r, r->line,
                            "the line holds a control character (0x%02x); expected text", c),
                   false;
    }
    return true;
}

/* A direction's blanks are spaces, and what can't be seen in it is left out, as in commands. */
static void make_plain(char *line)
{
    char *to = line;
    for (const char *p = line; *p;) {
        size_t blank = text_blank(p), nothing = text_nothing(p);
        if (blank)
            *to++ = ' ';
        else if (!nothing)
            *to++ = *p;
        p += blank ? blank : nothing ? nothing : 1;
    }
    *to = '\0';
}

static void take_line(struct reader *r, const char *bytes, size_t n)
{
    char line[LESSON_LINE_MAX + 1];
    if (n > 0 && bytes[n - 1] == '\r') n--;
    if (!clean(r, bytes, n)) return;
    memcpy(line, bytes, n);
    line[n] = '\0';
    while (n > 0 && ascii_is_blank(line[n - 1]))
        line[--n] = '\0';
    for (char *p = line; *p; p++)
        if (*p == '\t') *p = ' ';
    char *utf8 = text_utf8(line);
    if (!utf8)
        r->no_memory = true;
    else if (strcmp(utf8, line) != 0)
        complain(r, r->line, "the line is not UTF-8; expected text");
    free(utf8);
    if (line[0] == '#' && !ascii_is_alnum(line[1])) return; /* a comment, as in scripts */
    if (r->ended) {
        if (n > 0) complain(r, r->line, "this stands behind @end; expected nothing more");
    } else if (n == 0) {
        r->open = OPEN_NONE;
    } else if (line[0] == '@') {
        make_plain(line);
        take_direction(r, line + 1);
    } else {
        take_text(r, line);
    }
}

bool lesson_parse(struct lesson *lesson, const char *text, size_t n, lesson_mistake *mistake,
                  void *user)
{
    *lesson = (struct lesson){.policy = HEAP_HEADER};
    struct reader r = {.lesson = lesson, .mistake = mistake, .user = user};
    size_t at =
        n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0; /* a byte order mark is no text */
    if (n > LESSON_BYTES_MAX) {
        complain(&r, 1, "the file is larger than %u KiB; expected a lesson",
                 LESSON_BYTES_MAX >> 10);
        return false;
    }
    while (at < n && !r.no_memory && r.n_mistakes < MISTAKES_MAX) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t length = end ? (size_t)(end - (text + at)) : n - at;
        r.line++;
        take_line(&r, text + at, length);
        at += length + 1;
    }
    if (r.n_mistakes >= MISTAKES_MAX)
        mistake(user, r.line, "there are more mistakes; these come first");
    else if (!r.ended)
        complain(&r, r.line ? r.line : 1, "the lesson has no end; expected @end as its last line");
    if (!r.titled) complain(&r, 1, "the lesson has no title; expected `@title WORDS`");
    if (r.no_memory) complain(&r, r.line, "out of memory");
    return r.n_mistakes == 0;
}

void lesson_release(struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->n_items; i++) {
        struct item *item = &lesson->item[i];
        free(item->text);
        free(item->because);
        free(item->hint);
        for (size_t k = 0; k < item->n_choices; k++)
            free(item->choice[k]);
    }
    free(lesson->item);
    free(lesson->claim);
    *lesson = (struct lesson){.n_items = 0};
}

size_t lesson_questions(const struct lesson *lesson)
{
    size_t n = 0;
    for (size_t i = 0; i < lesson->n_items; i++)
        n += lesson->item[i].kind == ITEM_ASK;
    return n;
}
