/* cover.c: see cover.h. */
#include "cli/score/cover.h"

#include <stdlib.h>
#include <string.h>

enum { GRAIN = 4, BITS = 64 };

void cover_release(struct cover *c)
{
    free(c->word);
    *c = (struct cover){0};
}

/* The bits of word i that are of grains [first, last]. */
static uint64_t bits_of(uint64_t i, uint64_t first, uint64_t last)
{
    uint64_t low = first > i * BITS ? first - i * BITS : 0,
             high = last < i * BITS + BITS - 1 ? last - i * BITS : BITS - 1;
    return UINT64_MAX << low & UINT64_MAX >> (BITS - 1 - high);
}

bool cover_any(const struct cover *c, uint64_t from, uint64_t to)
{
    if (to <= from) return false;
    uint64_t first = from / GRAIN, last = (to - 1) / GRAIN;
    for (uint64_t i = first / BITS; i <= last / BITS && i < c->n; i++)
        if (c->word[i] & bits_of(i, first, last)) return true;
    return false;
}

bool cover_set(struct cover *c, uint64_t from, uint64_t to, bool taken)
{
    if (to <= from) return true;
    uint64_t first = from / GRAIN, last = (to - 1) / GRAIN;
    size_t wanted = (size_t)(last / BITS) + 1;
    if (wanted > c->n) {
        uint64_t *more = realloc(c->word, (wanted + wanted / 2) * sizeof *more);
        if (!more) return false;
        memset(more + c->n, 0, (wanted + wanted / 2 - c->n) * sizeof *more);
        c->word = more;
        c->n = wanted + wanted / 2;
    }
    for (uint64_t i = first / BITS; i <= last / BITS; i++) {
        uint64_t bits = bits_of(i, first, last);
        c->word[i] = taken ? c->word[i] | bits : c->word[i] & ~bits;
    }
    return true;
}
