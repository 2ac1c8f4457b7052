/* parse_id.c: 2, #2, p2, a name, 4-6, all; and why a block that was meant is none in use. */
#include "cli/command/parse_id.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

/* The number that word is as an id, 2 or #2; false if it is not one. */
static bool id_number(const char *word, const char **end, uint32_t *id)
{
    const char *p = *word == '#' ? word + 1 : word;
    if (!ascii_is_digit(*p)) return false;
    uint64_t value = 0;
    for (; ascii_is_digit(*p); p++)
        value = value < UINT32_MAX ? value * 10 + (uint64_t)(*p - '0') : value;
    *id = value < UINT32_MAX ? (uint32_t)value : UINT32_MAX; /* which no block ever is */
    *end = p;
    return true;
}

const char *parse_freed(const struct ledger *ledger, uint32_t id, char *text, size_t bytes)
{
    uint32_t line = ledger_freed_line(ledger, id);
    uint32_t by = ledger_freed_by(ledger, id), ago = ledger->now > by ? ledger->now - by : 0;
    bool before =
        by <= ledger->away; /* pages and answers came since, which were no commands of this heap */
    int n = ago > 1 && !before
                ? snprintf(text, bytes, "freed %" PRIu32 " commands ago", ago)
                : snprintf(text, bytes, "freed %s",
                           before && by > 0 && ago > 0 ? "before the last lesson or quiz"
                           : ago == 1                  ? "by the command before this one"
                           : ledger->now == by         ? "by this very command"
                                                       : "earlier");
    if (line != 0 && n > 0 && (size_t)n < bytes)
        snprintf(text + n, bytes - (size_t)n, ", at line %" PRIu32 " of its file", line);
    return text;
}

/* typed is how the id was written, for one that is beyond all ids is not kept as a number. */
static bool must_be_live(const struct ledger *ledger, uint32_t id, const char *typed, char *error,
                         size_t error_bytes)
{
    uint64_t payload, requested;
    if (ledger_find(ledger, id, &payload, &requested)) return true;
    const char *name = ledger_name_of(ledger, id);
    char known[48] = "";
    if (name) snprintf(known, sizeof known, " (%s)", name);
    char freed[80];
    if (ledger_freed_by(ledger, id))
        return text_complain(error, error_bytes, "#%" PRIu32 "%s is already free: %s", id, known,
                             parse_freed(ledger, id, freed, sizeof freed));
    if (id != 0 && id < ledger->next_id)
        return text_complain(error, error_bytes, "#%" PRIu32 "%s is already free", id, known);
    if (ledger_n_live(ledger) == 0)
        return text_complain(error, error_bytes,
                             "there is no block #%s; no block is in use, expected an `alloc` first",
                             text_printable(typed + (*typed == '#')));
    return text_complain(error, error_bytes,
                         "there is no block #%s; expected the id of one in use, up to #%" PRIu32
                         " (`blocks` lists them)",
                         text_printable(typed + (*typed == '#')), ledger->next_id - 1);
}

uint32_t parse_pointer(const struct ledger *ledger, const char *word)
{
    uint32_t named = ledger_name_find(ledger, word), id;
    const char *end;
    if (named != 0 || word[0] != 'p' || !ascii_is_digit(word[1]) ||
        !id_number(word + 1, &end, &id) || *end)
        return named;
    return id < ledger->next_id ? id : 0;
}

bool parse_id_ever(const struct ledger *ledger, const char *word, uint32_t *id, char *error,
                   size_t error_bytes)
{
    const char *end;
    if (word[0] == 'p' && ascii_is_digit(word[1]) && ledger_name_find(ledger, word) == 0) word++;
    if (id_number(word, &end, id)) {
        if (*end)
            return text_complain(error, error_bytes,
                                 "%s is not an id; expected one like 2, #2 or a name",
                                 text_printable(word));
    } else if (!ledger_name_valid(word)) {
        return text_complain(error, error_bytes,
                             "%s is not an id; expected one like 2, #2 or a name",
                             text_printable(word));
    } else if ((*id = ledger_name_find(ledger, word)) == 0) {
        return text_complain(
            error, error_bytes,
            "no block is called %s; expected an id like 2 or a name given with `as`",
            text_printable(word));
    }
    return ledger_freed_by(ledger, *id) != 0 || must_be_live(ledger, *id, word, error, error_bytes);
}

bool parse_id(const struct ledger *ledger, const char *word, uint32_t *id, char *error,
              size_t error_bytes)
{
    return parse_id_ever(ledger, word, id, error, error_bytes) &&
           must_be_live(ledger, *id, word, error, error_bytes);
}

static bool ids_add(struct session *s, uint32_t **ids, size_t *n, uint32_t id, char *error,
                    size_t error_bytes)
{
    if (!session_go_on_at(s, *n))
        return text_complain(error, error_bytes,
                             "interrupted while the blocks were looked up; none was freed");
    if ((*n & (*n - 1)) == 0) {
        uint32_t *moved = realloc(*ids, (*n ? *n * 2 : 1) * sizeof **ids);
        if (!moved) return text_complain(error, error_bytes, "out of memory");
        *ids = moved;
    }
    (*ids)[(*n)++] = id;
    return true;
}

static bool ids_all(struct session *s, uint32_t **ids, size_t *n, char *error, size_t error_bytes)
{
    for (uint32_t id = ledger_next_live(&s->ledger, 0); id; id = ledger_next_live(&s->ledger, id))
        if (!ids_add(s, ids, n, id, error, error_bytes)) return false;
    return true;
}

static bool ids_range(struct session *s, uint32_t from, uint32_t to, uint32_t **ids, size_t *n,
                      char *error, size_t error_bytes)
{
    char text[16];
    for (uint32_t id = from; id <= to; id++) {
        if (ledger_next_live(&s->ledger, id - (id > 0)) != id) {
            snprintf(text, sizeof text, "%" PRIu32, id);
            return must_be_live(&s->ledger, id, text, error, error_bytes);
        }
        if (!ids_add(s, ids, n, id, error, error_bytes)) return false;
    }
    return true;
}

bool parse_ids(struct session *s, const char *word, uint32_t **ids, size_t *n, char *error,
               size_t error_bytes)
{
    const struct ledger *ledger = &s->ledger;
    uint32_t from = 0, to = 0;
    const char *end, *second;
    if (strcmp(word, "all") == 0) return ids_all(s, ids, n, error, error_bytes);
    if (!id_number(word, &end, &from) || *end != '-' || !id_number(second = end + 1, &end, &to) ||
        *end)
        return parse_id(ledger, word, &from, error, error_bytes) &&
               ids_add(s, ids, n, from, error, error_bytes);
    if (to < from)
        return text_complain(error, error_bytes,
                             "the range %s runs backwards; expected the smaller id first",
                             text_printable(word));
    if (to >= ledger->next_id) return must_be_live(ledger, to, second, error, error_bytes);
    return ids_range(s, from, to, ids, n, error, error_bytes);
}

/* One bit for each id that there ever was. */
bool parse_ids_distinct(struct session *s, const uint32_t *ids, size_t n, char *error,
                        size_t error_bytes)
{
    uint64_t *named = calloc((size_t)s->ledger.next_id / 64 + 1, sizeof *named);
    uint32_t twice = 0;
    size_t i = 0;
    if (!named) return text_complain(error, error_bytes, "out of memory");
    for (; i < n && !twice && session_go_on_at(s, i); i++) {
        uint64_t bit = UINT64_C(1) << ids[i] % 64, *word = &named[ids[i] / 64];
        if (*word & bit) twice = ids[i];
        *word |= bit;
    }
    free(named);
    if (twice)
        return text_complain(error, error_bytes,
                             "#%" PRIu32 " is named twice; expected each id once", twice);
    return i == n || text_complain(error, error_bytes,
                                   "interrupted while the blocks were looked up; none was freed");
}
