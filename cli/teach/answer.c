/* answer.c: the forms, as authors write them, and what they claim about the heap. Judging what a
 * person gave stands in judge.c. */
#include "cli/teach/answer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

static bool complain(char *error, size_t bytes, const char *what, const char *expected)
{
    snprintf(error, bytes, "the answer %s is not understood; expected %s", text_printable(what),
             expected);
    return false;
}

/* A whole number with a sign or none, decimal or hex; false if word is not that. */
static bool whole(const char *word, int64_t *number)
{
    char *end;
    if (!ascii_is_digit(word[word[0] == '+' || word[0] == '-'])) return false;
    errno = 0;
    *number = strtoll(word, &end, 0);
    return errno == 0 && *end == '\0';
}

static bool parse_number(struct answer *a, const char *rest, char *error, size_t bytes)
{
    a->stated = *rest != '\0';
    return (a->stated && whole(rest, &a->number)) || complain(error, bytes, rest, "`number N`");
}

static bool parse_choice(struct answer *a, const char *rest, char *error, size_t bytes)
{
    a->stated = true;
    a->letter = rest[0];
    return (rest[0] >= 'a' && rest[0] <= 'z' && !rest[1]) ||
           complain(error, bytes, rest, "`choice LETTER`");
}

static bool parse_word(struct answer *a, const char *rest, char *error, size_t bytes)
{
    char text[ANSWER_GIVEN_MAX];
    size_t n = 0;
    a->stated = true;
    for (const char *p = rest; *p && n + 1 < sizeof a->word; p++)
        if (!ascii_is_blank(*p) || (n > 0 && a->word[n - 1] != ' ')) a->word[n++] = ascii_lower(*p);
    a->word[n] = '\0';
    return (strlen(rest) < ANSWER_WORD_MAX && answer_normalise(a->word, text)) ||
           complain(error, bytes, rest, "`word WORDS`, at most 63 bytes");
}

static bool parse_brk(struct answer *a, const char *rest, char *error, size_t bytes)
{
    static const char *const directions[] = {
        [ANSWER_UP] = "up", [ANSWER_DOWN] = "down", [ANSWER_STAYS] = "stays"};
    a->stated = *rest != '\0';
    for (enum answer_direction d = ANSWER_UP; d <= ANSWER_STAYS; d++)
        if (strcmp(rest, directions[d]) == 0) a->direction = d;
    if (!a->stated || a->direction != ANSWER_BY) return true;
    return whole(rest, &a->number) ||
           complain(error, bytes, rest,
                    "`brk`, `brk +BYTES`, `brk -BYTES`, `brk up`, `brk down` or `brk stays`");
}

static bool parse_address(struct answer *a, const char *rest, char *error, size_t bytes)
{
    a->stated = *rest != '\0';
    return !a->stated || (rest[0] == '+' && whole(rest, &a->number)) ||
           complain(error, bytes, rest, "`address` or `address +OFFSET`, from the heap's start");
}

static bool parse_block(struct answer *a, const char *rest, char *error, size_t bytes)
{
    a->stated = *rest != '\0';
    return !a->stated || (whole(rest + (*rest == '#'), &a->number) && a->number > 0) ||
           complain(error, bytes, rest, "`block` or `block ID`");
}

static bool parse_stat(struct answer *a, const char *rest, char *error, size_t bytes)
{
    a->stated = *rest != '\0';
    return !a->stated || (whole(rest, &a->number) && a->number >= 0) ||
           complain(error, bytes, rest, "a number, or nothing");
}

static bool parse_kept(struct answer *a, const char *rest, char *error, size_t bytes)
{
    a->stated = *rest != '\0';
    for (enum effect_kept k = KEPT_CACHED; k < KEPT_N; k++)
        if (strcmp(rest, effect_kept_name(k)) == 0) a->kept = k;
    return !a->stated || a->kept != KEPT_NOWHERE ||
           complain(error, bytes, rest,
                    "`kept`, `kept cached`, `kept bin`, `kept top` or `kept gone`");
}

static bool parse_nothing(struct answer *a, const char *rest, char *error, size_t bytes)
{
    a->stated = a->form == ANSWER_YES_NO || a->form == ANSWER_SUCCEEDS || a->form == ANSWER_AGAIN;
    return !*rest || complain(error, bytes, rest, "nothing behind it");
}

static const struct form {
    const char *name;
    enum answer_form form;
    bool yes;
    bool (*parse)(struct answer *a, const char *rest, char *error, size_t bytes);
} forms[] = {
    {"number", ANSWER_NUMBER, false, parse_number},
    {"yes", ANSWER_YES_NO, true, parse_nothing},
    {"no", ANSWER_YES_NO, false, parse_nothing},
    {"choice", ANSWER_CHOICE, false, parse_choice},
    {"word", ANSWER_WORD, false, parse_word},
    {"brk", ANSWER_BRK, false, parse_brk},
    {"address", ANSWER_ADDRESS, false, parse_address},
    {"block", ANSWER_BLOCK, false, parse_block},
    {"succeeds", ANSWER_SUCCEEDS, true, parse_nothing},
    {"fails", ANSWER_SUCCEEDS, false, parse_nothing},
    {"free-list", ANSWER_FREE_LIST, false, parse_nothing},
    {"usable", ANSWER_USABLE, false, parse_stat},
    {"again", ANSWER_AGAIN, true, parse_nothing},
    {"elsewhere", ANSWER_AGAIN, false, parse_nothing},
    {"kept", ANSWER_KEPT, false, parse_kept},
    {"reason", ANSWER_REASON, false, parse_nothing},
};

bool answer_parse(struct answer *a, const char *words, char *error, size_t bytes)
{
    size_t n = strcspn(words, " ");
    const char *rest = words + n + strspn(words + n, " ");
    *a = (struct answer){.stated = false};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strlen(forms[i].name) == n && strncmp(words, forms[i].name, n) == 0) {
            a->form = forms[i].form;
            a->yes = forms[i].yes;
            return forms[i].parse(a, rest, error, bytes);
        }
    for (enum effect_stat s = 0; s < EFFECT_N_STATS; s++)
        if (strlen(effect_stat_name(s)) == n && strncmp(words, effect_stat_name(s), n) == 0) {
            a->form = ANSWER_STAT;
            a->stat = s;
            return parse_stat(a, rest, error, bytes);
        }
    return complain(error, bytes, *words ? words : "(none)",
                    "number N, yes, no, choice LETTER, word WORDS, brk, address, block, succeeds, "
                    "fails, free-list, usable, again, elsewhere, kept, reason, or a "
                    "number of `stats` such as free_bytes");
}

const char *answer_form_name(enum answer_form form)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].form == form) return forms[i].name;
    return "stat";
}

bool answer_needs_command(const struct answer *a)
{
    switch (a->form) {
    case ANSWER_BRK:
    case ANSWER_ADDRESS:
    case ANSWER_BLOCK:
    case ANSWER_SUCCEEDS:
    case ANSWER_USABLE:
    case ANSWER_AGAIN:
    case ANSWER_KEPT:
    case ANSWER_REASON:
        return true;
    default:
        return false;
    }
}

/* ── What happened ── */

static enum answer_direction direction_of(int64_t delta)
{
    return delta > 0 ? ANSWER_UP : delta < 0 ? ANSWER_DOWN : ANSWER_STAYS;
}

bool answer_agrees(const struct answer *a, const struct effect *e)
{
    if (!a->stated) return true;
    switch (a->form) {
    case ANSWER_BRK:
        return a->direction == ANSWER_BY ? e->delta == a->number
               : e->delta != 0           ? a->direction == direction_of(e->delta)
                                         : a->direction == ANSWER_STAYS;
    case ANSWER_ADDRESS:
        return e->address == e->heap_start + (uint64_t)a->number;
    case ANSWER_BLOCK:
        return e->reused == (uint64_t)a->number;
    case ANSWER_SUCCEEDS:
        return e->ok == a->yes;
    case ANSWER_STAT:
        return e->stat[a->stat] == (uint64_t)a->number;
    case ANSWER_USABLE:
        return e->usable == (uint64_t)a->number;
    case ANSWER_AGAIN:
        return e->usable != 0 && e->again == a->yes;
    case ANSWER_KEPT:
        return e->kept == a->kept;
    default:
        return true;
    }
}

static void free_list_text(const struct effect *e, char *text, size_t bytes)
{
    size_t at = 0;
    snprintf(text, bytes, "none");
    for (size_t i = 0; i < e->n_free && at + 1 < bytes; i++) {
        const struct effect_free *f = &e->free[i];
        int n = f->id ? snprintf(text + at, bytes - at, "%s#%" PRIu32, i ? " " : "", f->id)
                      : snprintf(text + at, bytes - at, "%s+0x%" PRIx64, i ? " " : "", f->offset);
        at += n > 0 ? (size_t)n : 0;
    }
}

void answer_right(const struct answer *a, const struct effect *e, char *text, size_t bytes)
{
    switch (a->form) {
    case ANSWER_NUMBER:
        snprintf(text, bytes, "%" PRId64, a->number);
        break;
    case ANSWER_YES_NO:
        snprintf(text, bytes, "%s", a->yes ? "yes" : "no");
        break;
    case ANSWER_CHOICE:
        snprintf(text, bytes, "%c", a->letter);
        break;
    case ANSWER_WORD:
        snprintf(text, bytes, "%s", a->word);
        break;
    case ANSWER_BRK:
        if (a->direction == ANSWER_BY)
            snprintf(text, bytes, e->delta ? "%+" PRId64 : "%" PRId64, e->delta);
        else
            snprintf(text, bytes, "%s", e->delta > 0 ? "up" : e->delta < 0 ? "down" : "stays");
        break;
    case ANSWER_ADDRESS:
        if (e->address)
            snprintf(text, bytes, "0x%" PRIx64 ", or +0x%" PRIx64, e->address,
                     e->address - e->heap_start);
        else
            snprintf(text, bytes, "none");
        break;
    case ANSWER_BLOCK:
        if (e->reused)
            snprintf(text, bytes, "#%" PRIu32, e->reused);
        else
            snprintf(text, bytes, "none");
        break;
    case ANSWER_SUCCEEDS:
        snprintf(text, bytes, "%s", e->ok ? "yes" : "no");
        break;
    case ANSWER_STAT:
        snprintf(text, bytes, "%" PRIu64, e->stat[a->stat]);
        break;
    case ANSWER_FREE_LIST:
        free_list_text(e, text, bytes);
        break;
    case ANSWER_USABLE:
        snprintf(text, bytes, "%" PRIu64, e->usable);
        break;
    case ANSWER_AGAIN:
        snprintf(text, bytes, "%s", e->again ? "yes" : "no");
        break;
    case ANSWER_KEPT:
        snprintf(text, bytes, "%s", effect_kept_name(e->kept));
        break;
    case ANSWER_REASON:
        snprintf(text, bytes, "%c", effect_reason_letter(e->reason));
        break;
    }
}

const char *answer_expected(const struct answer *a)
{
    switch (a->form) {
    case ANSWER_NUMBER:
    case ANSWER_STAT:
    case ANSWER_USABLE:
        return "a number, such as 48 or 0x30";
    case ANSWER_YES_NO:
    case ANSWER_SUCCEEDS:
    case ANSWER_AGAIN:
        return "yes or no";
    case ANSWER_KEPT:
        return "cached, bin, top or gone";
    case ANSWER_CHOICE:
        return "a choice's letter or its words";
    case ANSWER_WORD:
        return "a word";
    case ANSWER_BRK:
        return a->direction == ANSWER_BY ? "by how many bytes brk moves: +96, -32, or 0"
                                         : "up, down or stays";
    case ANSWER_ADDRESS:
        return "an address such as 0x411020, an offset from the heap's start such as +0x20, or "
               "none";
    case ANSWER_BLOCK:
        return "the number of a block, such as 2, or none";
    case ANSWER_FREE_LIST:
        return "the free blocks in search order, such as `#2 #5` or `+0x60`, or none";
    case ANSWER_REASON:
        return "a choice's letter or its words";
    }
    return "an answer";
}
