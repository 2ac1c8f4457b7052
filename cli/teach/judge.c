/* judge.c: reading what a person gave. Forgiving about form, never about the matter. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/teach/answer.h"
#include "cli/teach/given.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"

bool answer_normalise(const char *words, char text[ANSWER_GIVEN_MAX])
{
    size_t n = 0;
    for (const char *p = words, *next; *p; p = next) {
        size_t unseen = text_nothing(p), blanks = text_blank(p), minus = text_minus(p);
        next = p + (unseen ? unseen : blanks ? blanks : minus ? minus : 1);
        if (unseen) continue;
        if ((unsigned char)*p < ' ' || *p == 0x7f) return false; /* it would be shown again */
        bool blank = blanks || *p == ',' || *p == '"' || *p == '\'';
        if (blank && (n == 0 || text[n - 1] == ' ')) continue;
        if (n + 1 == ANSWER_GIVEN_MAX) return false;
        text[n++] = blank ? ' ' : minus ? '-' : ascii_lower(*p);
    }
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '.'))
        n--;
    text[n] = '\0';
    return n > 0;
}

static enum answer_verdict verdict(bool right) { return right ? ANSWER_RIGHT : ANSWER_WRONG; }

/* "up" says too little where bytes are asked for; that brk stays says all. */
static enum answer_verdict judge_brk(const struct answer *a, const char *text,
                                     const struct effect *e)
{
    int64_t n;
    enum given_move move = given_move(text, &n);
    if (move == GIVEN_STAYS) return verdict(e->delta == 0);
    if (move == GIVEN_BY) return verdict(n == e->delta);
    if (move == GIVEN_UNREAD || a->direction == ANSWER_BY) return ANSWER_ODD;
    return verdict(move == GIVEN_UP     ? e->delta > 0
                   : move == GIVEN_DOWN ? e->delta < 0
                                        : e->delta != 0);
}

static enum answer_verdict judge_yes_no(const char *text, bool right)
{
    bool yes;
    return given_yes_no(text, &yes) ? verdict(yes == right) : ANSWER_ODD;
}

/* An address, or an offset from the heap's start: what begins with + or is too small to be an
 * address; or one and the other, as answer_right tells it. */
static enum answer_verdict judge_address(const char *text, const struct effect *e)
{
    int64_t n;
    const char *second = strstr(text, " or ");
    if (second) {
        char first[ANSWER_GIVEN_MAX];
        snprintf(first, sizeof first, "%.*s", (int)(second - text), text);
        enum answer_verdict one = judge_address(first, e),
                            other = judge_address(second + strlen(" or "), e);
        return one > other ? one : other;
    }
    if (given_none(text)) return verdict(e->address == 0);
    if (text[0] == '#')
        return given_number(text, &n) ? verdict(e->reused && n == (int64_t)e->reused) : ANSWER_ODD;
    if (!given_number(text, &n)) return ANSWER_ODD;
    uint64_t given = (uint64_t)n;
    if (text[0] == '+' || given < e->heap_start) given += e->heap_start;
    return verdict(e->address && given == e->address);
}

static enum answer_verdict judge_block(const char *text, const struct effect *e)
{
    int64_t n;
    if (given_none(text)) return verdict(e->reused == 0);
    return given_number(text, &n) ? verdict(e->reused && n == (int64_t)e->reused) : ANSWER_ODD;
}

/* One block of a free list: #2, 2, +0x60, 0x411060; what stands in brackets behind it is passed
 * over. */
static enum answer_verdict judge_free(char *word, const struct effect_free *f, uint64_t heap_start)
{
    int64_t n;
    word[strcspn(word, "(")] = '\0';
    bool id = word[0] == '#' || (ascii_is_digit(word[0]) && strncmp(word, "0x", 2) != 0);
    if (!given_number(word, &n)) return ANSWER_ODD;
    if (!f) return ANSWER_WRONG;
    if (id) return verdict(f->id && n == (int64_t)f->id);
    return verdict((uint64_t)n == f->offset || (uint64_t)n == heap_start + f->offset);
}

static enum answer_verdict judge_free_list(const char *text, const struct effect *e)
{
    char copy[ANSWER_GIVEN_MAX], *rest = copy, *word;
    enum answer_verdict all = ANSWER_RIGHT;
    size_t i = 0;
    if (given_none(text)) return verdict(e->n_free == 0);
    strcpy(copy, text);
    while ((word = strsep(&rest, " ")) != NULL) {
        if (strcmp(word, "->") == 0 || strcmp(word, "then") == 0 || strcmp(word, "and") == 0)
            continue;
        enum answer_verdict one =
            judge_free(word, i < e->n_free ? &e->free[i] : NULL, e->heap_start);
        if (one == ANSWER_ODD) return ANSWER_ODD;
        if (one == ANSWER_WRONG) all = ANSWER_WRONG;
        i++;
    }
    return i == e->n_free ? all : ANSWER_WRONG;
}

const char *answer_letter(const char *const *choice, size_t n, const char *given, char letter[2])
{
    char words[ANSWER_GIVEN_MAX], whole[ANSWER_GIVEN_MAX], head[ANSWER_GIVEN_MAX];
    if (n == 0 || !answer_normalise(given, words) || !words[1]) return given;
    for (size_t i = 0; i < n; i++) {
        bool means = answer_normalise(choice[i], whole) && strcmp(words, whole) == 0;
        snprintf(head, sizeof head, "%.*s", (int)strcspn(choice[i], ",:"), choice[i]);
        means = means || (answer_normalise(head, whole) && strcmp(words, whole) == 0);
        if (!means) continue;
        letter[0] = (char)('a' + i);
        letter[1] = '\0';
        return letter;
    }
    return given;
}

static enum answer_verdict judge_letter(const char *text, char right)
{
    size_t n = strlen(text);
    if (n == 2 && text[1] == ')') n = 1;
    return n == 1 && ascii_is_letter(text[0]) ? verdict(text[0] == right) : ANSWER_ODD;
}

static enum answer_verdict judge_word(const struct answer *a, const char *text)
{
    char word[ANSWER_GIVEN_MAX];
    return verdict(answer_normalise(a->word, word) && strcmp(text, word) == 0);
}

/* The one place that the words name; ODD: none, several, or one where it is not. */
static enum answer_verdict judge_kept(const char *text, enum effect_kept right)
{
    static const struct {
        const char *word;
        enum effect_kept kept; /* KEPT_NOWHERE: the words deny */
    } known[] = {{"cached", KEPT_CACHED}, {"cache", KEPT_CACHED},   {"tcache", KEPT_CACHED},
                 {"bin", KEPT_BIN},       {"bins", KEPT_BIN},       {"top", KEPT_TOP},
                 {"gone", KEPT_GONE},     {"kernel", KEPT_GONE},    {"unmapped", KEPT_GONE},
                 {"not", KEPT_NOWHERE},   {"nowhere", KEPT_NOWHERE}};
    char copy[ANSWER_GIVEN_MAX], *rest = copy, *word;
    enum effect_kept said = KEPT_N;
    if (given_none(text)) return verdict(right == KEPT_NOWHERE);
    strcpy(copy, text);
    while ((word = strsep(&rest, " ")) != NULL)
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            if (strcmp(word, known[i].word) != 0) continue;
            if (known[i].kept == KEPT_NOWHERE || (said != KEPT_N && said != known[i].kept))
                return ANSWER_ODD;
            said = known[i].kept;
        }
    return said == KEPT_N ? ANSWER_ODD : verdict(said == right);
}

enum answer_verdict answer_judge(const struct answer *a, const char *given, const struct effect *e)
{
    char text[ANSWER_GIVEN_MAX];
    int64_t n;
    if (!answer_normalise(given, text)) return ANSWER_ODD;
    switch (a->form) {
    case ANSWER_NUMBER:
        return given_number(text, &n) ? verdict(n == a->number) : ANSWER_ODD;
    case ANSWER_STAT:
        return given_number(text, &n) ? verdict(n >= 0 && (uint64_t)n == e->stat[a->stat])
                                      : ANSWER_ODD;
    case ANSWER_YES_NO:
        return judge_yes_no(text, a->yes);
    case ANSWER_SUCCEEDS:
        return judge_yes_no(text, e->ok);
    case ANSWER_CHOICE:
        return judge_letter(text, a->letter);
    case ANSWER_REASON:
        return judge_letter(text, effect_reason_letter(e->reason));
    case ANSWER_WORD:
        return judge_word(a, text);
    case ANSWER_BRK:
        return judge_brk(a, text, e);
    case ANSWER_ADDRESS:
        return judge_address(text, e);
    case ANSWER_BLOCK:
        return judge_block(text, e);
    case ANSWER_FREE_LIST:
        return judge_free_list(text, e);
    case ANSWER_USABLE:
        return given_number(text, &n) ? verdict(n >= 0 && (uint64_t)n == e->usable) : ANSWER_ODD;
    case ANSWER_AGAIN:
        return judge_yes_no(text, e->again);
    case ANSWER_KEPT:
        return judge_kept(text, e->kept);
    }
    return ANSWER_ODD;
}
