/* ostep_heap.c: the homework's heap: search, split, sort, coalesce. */
#include "cli/ostep/ostep_heap.h"

#include <stdlib.h>
#include <string.h>

/* ── Lists of blocks ── */

static bool blocks_insert(struct ostep_blocks *b, size_t at, struct ostep_block block)
{
    if (b->n == b->room) {
        size_t room = b->room ? 2 * b->room : 16;
        struct ostep_block *larger = reallocarray(b->at, room, sizeof *larger);
        if (!larger) return false;
        b->at = larger;
        b->room = room;
    }
    memmove(b->at + at + 1, b->at + at, (b->n - at) * sizeof *b->at);
    b->at[at] = block;
    b->n++;
    return true;
}

static void blocks_remove(struct ostep_blocks *b, size_t at)
{
    b->n--;
    memmove(b->at + at, b->at + at + 1, (b->n - at) * sizeof *b->at);
}

/* In a list by address: the first block at address or beyond. */
static size_t blocks_find(const struct ostep_blocks *b, ostep_int address)
{
    size_t low = 0, high = b->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->at[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_live(const struct ostep_heap *h, ostep_int address, size_t *at)
{
    *at = blocks_find(&h->live, address);
    return *at < h->live.n && h->live.at[*at].address == address;
}

/* ── Life ── */

bool ostep_heap_init(struct ostep_heap *h, const struct ostep_layout *layout)
{
    *h = (struct ostep_heap){.layout = *layout};
    return blocks_insert(&h->free, 0, (struct ostep_block){layout->base, layout->size});
}

void ostep_heap_release(struct ostep_heap *h)
{
    free(h->free.at);
    free(h->live.at);
    *h = (struct ostep_heap){.layout = h->layout};
}

/* ── Alloc ── */

/* What a payload takes of the heap. */
static ostep_int needed(const struct ostep_layout *l, ostep_int payload)
{
    if (l->alignment > 0) {
        ostep_int over = payload % l->alignment;
        if (over > 0) payload += l->alignment - over;
        if (over < 0) payload -= over; /* up, for a negative one too */
    }
    return payload + l->header;
}

/* The place in the list of the block that the policy takes for size bytes; the list's length: none.
 */
static size_t search(const struct ostep_heap *h, ostep_int size, size_t *searched)
{
    const struct ostep_blocks *list = &h->free;
    enum ostep_policy policy = h->layout.policy;
    size_t best = list->n;
    ostep_int best_size = policy == OSTEP_BEST
                              ? h->layout.size + 1
                              : -1; /* the bounds of the first find, which odd sizes can meet */
    for (size_t i = 0; i < list->n; i++) {
        ostep_int there = list->at[i].size;
        if (there < size) continue;
        if (policy == OSTEP_FIRST) {
            *searched = i + 1;
            return i;
        }
        if (policy == OSTEP_BEST ? there < best_size : there > best_size)
            best = i, best_size = there;
    }
    *searched = list->n;
    return best;
}

enum ostep_result ostep_heap_alloc(struct ostep_heap *h, ostep_int payload, ostep_int *address,
                                   size_t *searched)
{
    ostep_int size = needed(&h->layout, payload);
    size_t at = search(h, size, searched), place;
    *address = -1;
    if (at == h->free.n) return OSTEP_NO_FIT;
    struct ostep_block *found = &h->free.at[at];
    struct ostep_block given = {found->address, size};
    if (is_live(h, given.address, &place)) return OSTEP_OVERLAP;
    if (found->size > size)
        *found = (struct ostep_block){found->address + size, found->size - size};
    else
        blocks_remove(&h->free, at);
    if (!blocks_insert(&h->live, place, given)) return OSTEP_NO_MEMORY;
    *address = given.address;
    return OSTEP_OK;
}

/* ── Free ── */

static bool is_behind(enum ostep_order order, struct ostep_block x, struct ostep_block y)
{
    switch (order) {
    case OSTEP_ADDRSORT:
        return x.address > y.address;
    case OSTEP_SIZE_UP:
        return x.size > y.size;
    case OSTEP_SIZE_DOWN:
        return x.size < y.size;
    default:
        return false;
    }
}

/* Insertion sort: stable, and quick on a list that is nearly sorted. */
static void sort(struct ostep_blocks *list, enum ostep_order order)
{
    for (size_t i = 1; i < list->n; i++) {
        struct ostep_block moved = list->at[i];
        size_t to = i;
        for (; to > 0 && is_behind(order, list->at[to - 1], moved); to--)
            list->at[to] = list->at[to - 1];
        list->at[to] = moved;
    }
}

static void coalesce(struct ostep_blocks *list)
{
    size_t last = 0;
    for (size_t i = 1; i < list->n; i++) {
        if (list->at[i].address == list->at[last].address + list->at[last].size)
            list->at[last].size += list->at[i].size;
        else
            list->at[++last] = list->at[i];
    }
    list->n = last + 1;
}

enum ostep_result ostep_heap_free(struct ostep_heap *h, ostep_int address)
{
    size_t at;
    if (!is_live(h, address, &at)) return OSTEP_NOT_LIVE;
    if (!blocks_insert(&h->free, h->layout.order == OSTEP_INSERT_FRONT ? 0 : h->free.n,
                       h->live.at[at]))
        return OSTEP_NO_MEMORY;
    blocks_remove(&h->live, at);
    sort(&h->free, h->layout.order);
    if (h->layout.coalesce) coalesce(&h->free);
    return OSTEP_OK;
}
