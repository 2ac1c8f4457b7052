/* given.c: forgiving by tables: a word has a sense, a few words in a row have one together, or
 * none. */
#include "cli/teach/given.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/teach/answer.h"
#include "cli/text/ascii.h"

enum sense {
    SENSE_NONE = 0, /* a word that is not known here */
    SENSE_YES = 1,
    SENSE_NO = 2,
    SENSE_NOT = 4,
    SENSE_MOVE = 8,
    SENSE_STAY = 16,
    SENSE_UP = 32,
    SENSE_DOWN = 64,
    SENSE_VERB = 128, /* it does: yes, if nothing else is said */
    SENSE_FILLER = 256
};

static const struct word {
    const char *word;
    unsigned sense;
} words[] = {
    {"yes", SENSE_YES},      {"y", SENSE_YES},          {"yeah", SENSE_YES},
    {"yep", SENSE_YES},      {"true", SENSE_YES},       {"ok", SENSE_YES},
    {"succeeds", SENSE_YES}, {"works", SENSE_YES},      {"sure", SENSE_YES},
    {"no", SENSE_NO},        {"n", SENSE_NO},           {"nope", SENSE_NO},
    {"false", SENSE_NO},     {"never", SENSE_NO},       {"fails", SENSE_NO},
    {"refused", SENSE_NO},   {"none", SENSE_NO},        {"not", SENSE_NOT},
    {"cannot", SENSE_NOT},   {"doesn", SENSE_NOT},      {"won", SENSE_NOT},
    {"isn", SENSE_NOT},      {"moves", SENSE_MOVE},     {"move", SENSE_MOVE},
    {"moved", SENSE_MOVE},   {"changes", SENSE_MOVE},   {"stays", SENSE_STAY},
    {"stay", SENSE_STAY},    {"still", SENSE_STAY},     {"same", SENSE_STAY},
    {"stands", SENSE_STAY},  {"unchanged", SENSE_STAY}, {"zero", SENSE_STAY},
    {"up", SENSE_UP},        {"upwards", SENSE_UP},     {"upward", SENSE_UP},
    {"higher", SENSE_UP},    {"grows", SENSE_UP},       {"rises", SENSE_UP},
    {"down", SENSE_DOWN},    {"downwards", SENSE_DOWN}, {"downward", SENSE_DOWN},
    {"lower", SENSE_DOWN},   {"shrinks", SENSE_DOWN},   {"falls", SENSE_DOWN},
    {"back", SENSE_DOWN},    {"does", SENSE_VERB},      {"will", SENSE_VERB},
    {"must", SENSE_VERB},    {"can", SENSE_VERB},       {"has", SENSE_VERB},
    {"is", SENSE_VERB},      {"it", SENSE_FILLER},      {"brk", SENSE_FILLER},
    {"the", SENSE_FILLER},   {"t", SENSE_FILLER},       {"at", SENSE_FILLER},
    {"all", SENSE_FILLER},   {"to", SENSE_FILLER},      {"where", SENSE_FILLER},
    {"goes", SENSE_FILLER},  {"-", SENSE_FILLER},       {"by", SENSE_FILLER},
    {"that", SENSE_FILLER},
};

/* Up and down, and what may stand around a number. */
static const char *const filler[] = {"bytes", "byte", "b", "by",    "brk",    "moves", "is", "it",
                                     "at",    "=",    "#", "block", "blocks", "yes",   NULL};
static const char *const none_words[] = {"none", "no",    "nothing", "nowhere", "null",     "0",
                                         "0x0",  "empty", "-",       "(nil)",   "no block", NULL};

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0) return true;
    return false;
}

static unsigned sense_of(const char *word)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, word) == 0) return words[i].sense;
    return SENSE_NONE;
}

/* The senses of all its words; 0 if one of them is not known. */
static unsigned senses(const char *text)
{
    char copy[ANSWER_GIVEN_MAX], *rest = copy, *word;
    unsigned all = 0;
    strcpy(copy, text);
    while ((word = strsep(&rest, " ")) != NULL) {
        unsigned one = sense_of(word);
        if (one == SENSE_NONE) return 0;
        all |= one;
    }
    return all & ~(unsigned)SENSE_FILLER;
}

bool given_none(const char *text) { return is_one_of(text, none_words); }

bool given_yes_no(const char *text, bool *yes)
{
    unsigned said = senses(text);
    bool no = said & (SENSE_NO | SENSE_NOT),
         other = said & ~(unsigned)(SENSE_YES | SENSE_NO | SENSE_NOT | SENSE_VERB);
    if (said == 0 || other || ((said & SENSE_YES) && no)) return false;
    *yes = !no;
    return true;
}

enum given_move given_move(const char *text, int64_t *bytes)
{
    if (given_number(text, bytes)) return *bytes == 0 ? GIVEN_STAYS : GIVEN_BY;
    unsigned said = given_none(text) ? SENSE_NO : senses(text),
             way = said & (SENSE_UP | SENSE_DOWN);
    bool no = said & SENSE_NO, not = said & SENSE_NOT, stay = said & SENSE_STAY,
         yes = said & SENSE_YES;
    if (way)
        return way == (SENSE_UP | SENSE_DOWN) || no || not || stay ? GIVEN_UNREAD
               : way == SENSE_UP                                   ? GIVEN_UP
                                                                   : GIVEN_DOWN;
    if ((yes && (no || not || stay)) || (no && not )) return GIVEN_UNREAD;
    if (stay) return not ? GIVEN_MOVES : GIVEN_STAYS;
    if (no || not ) return GIVEN_STAYS;
    return said ? GIVEN_MOVES : GIVEN_UNREAD;
}

bool given_number(const char *text, int64_t *number)
{
    char copy[ANSWER_GIVEN_MAX], *rest = copy, *word, *end;
    int sign = 1;
    bool found = false;
    strcpy(copy, text);
    while ((word = strsep(&rest, " ")) != NULL) {
        unsigned sense = sense_of(word);
        if (sense == SENSE_DOWN) sign = -1;
        if (sense == SENSE_DOWN || sense == SENSE_UP || is_one_of(word, filler)) continue;
        if (*word == '#') word++;
        if (found || !ascii_is_digit(word[*word == '+' || *word == '-'])) return false;
        errno = 0;
        *number = strtoll(word, &end,
                          strncmp(word + (*word == '+' || *word == '-'), "0x", 2) == 0 ? 16 : 10);
        if (errno || (*end && strcmp(end, "b") != 0)) return false;
        found = true;
    }
    if (found && sign < 0 && *number > 0) *number = -*number;
    return found;
}
