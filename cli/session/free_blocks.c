/* free_blocks.c: see free_blocks.h. */
#include "cli/session/free_blocks.h"

#include <stdlib.h>

#define ROOM_MIN 64u

struct free_blocks free_blocks_of(const struct snapshot *snapshot, size_t expected)
{
    return (struct free_blocks){.snapshot = snapshot, .expected = expected, .step = 1};
}

struct free_blocks free_blocks_in(struct free_blocks *old, const struct snapshot *snapshot,
                                  size_t expected)
{
    struct free_blocks f = free_blocks_of(snapshot, expected);
    if (old->room > 2 * expected + ROOM_MIN) free_blocks_release(old);
    f.index = old->index;
    f.next = old->next;
    f.room = old->room;
    *old = (struct free_blocks){0};
    return f;
}

void free_blocks_release(struct free_blocks *f)
{
    free(f->index);
    free(f->next);
    *f = (struct free_blocks){0};
}

bool free_blocks_add(struct free_blocks *f, uint64_t next)
{
    if (f->n == f->room) {
        size_t room = (f->room < f->expected ? f->expected : f->room + f->room / 8) + ROOM_MIN;
        uint32_t *index = realloc(f->index, room * sizeof *index);
        if (index) f->index = index;
        uint64_t *link = realloc(f->next, room * sizeof *link);
        if (link) f->next = link;
        if (!index || !link) return false;
        f->room = room;
    }
    f->index[f->n] = (uint32_t)snapshot_n_blocks(f->snapshot);
    f->next[f->n++] = next;
    return true;
}

static uint64_t address_of(const struct free_blocks *f, size_t i)
{
    return snapshot_block_address(f->snapshot, f->index[i]);
}

uint64_t free_blocks_address(const struct free_blocks *f, size_t i)
{
    return i < f->n ? address_of(f, i) : 0;
}

/* Where in [0, n) address would be if free blocks lay evenly. */
static size_t guess(const struct free_blocks *f, uint64_t first, uint64_t last, uint64_t address)
{
    return (size_t)((double)(address - first) / (double)(last - first) * (double)(f->n - 1));
}

/* In growing leaps from where it would be, then by halves. */
static size_t search(const struct free_blocks *f, uint64_t address)
{
    size_t n = f->n, leap = 1;
    if (n == 0) return SIZE_MAX;
    uint64_t first = address_of(f, 0), last = address_of(f, n - 1);
    if (address <= first || address >= last)
        return address == first ? 0 : address == last ? n - 1 : SIZE_MAX;
    size_t low = guess(f, first, last, address), high = low;
    while (address_of(f, low) > address) {
        high = low;
        low = low > leap ? low - leap : 0;
        leap *= 2;
    }
    while (high < n - 1 && address_of(f, high) < address) {
        low = high;
        high = n - 1 - high > leap ? high + leap : n - 1;
        leap *= 2;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (address_of(f, middle) < address)
            low = middle + 1;
        else
            high = middle;
    }
    return address_of(f, low) == address ? low : SIZE_MAX;
}

size_t free_blocks_find(struct free_blocks *f, uint64_t address)
{
    const size_t near[] = {f->step, 0 - f->step,
                           0}; /* in the usual orders a neighbour of the one found last */
    for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
        size_t at = f->hint + near[i];
        if (at >= f->n || address_of(f, at) != address) continue;
        if (near[i] != 0) f->step = near[i];
        return f->hint = at;
    }
    size_t found = search(f, address);
    if (found != SIZE_MAX) f->hint = found;
    return found;
}
