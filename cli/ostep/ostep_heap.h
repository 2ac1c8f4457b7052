/* ostep_heap.h: the homework's heap: a free list over a range of addresses in which nothing is
 * stored.
 *
 * After Operating Systems: Three Easy Pieces (R. and A. Arpaci-Dusseau), chapter 17, "Free-Space
 * Management". Sizes may be zero or negative, as they may there. */
#ifndef OSTEP_HEAP_H
#define OSTEP_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/ostep/ostep_number.h"

enum ostep_policy { OSTEP_BEST, OSTEP_WORST, OSTEP_FIRST, OSTEP_N_POLICIES };
enum ostep_order {
    OSTEP_ADDRSORT,
    OSTEP_SIZE_UP,
    OSTEP_SIZE_DOWN,
    OSTEP_INSERT_FRONT,
    OSTEP_INSERT_BACK,
    OSTEP_N_ORDERS
};

struct ostep_layout {
    ostep_int size, base;
    ostep_int header; /* bytes before every payload */
    ostep_int alignment; /* payloads are rounded up to a multiple of it; -1: not rounded; never 0 or
                            below -1 */
    enum ostep_policy policy;
    enum ostep_order order;
    bool coalesce;
};

struct ostep_block {
    ostep_int address, size;
};
struct ostep_blocks {
    struct ostep_block *at;
    size_t n, room;
};

struct ostep_heap {
    struct ostep_layout layout;
    struct ostep_blocks free; /* the free list, in its order */
    struct ostep_blocks live; /* by address; no two at one address */
};

enum ostep_result {
    OSTEP_OK,
    OSTEP_NO_FIT, /* nothing free is large enough; nothing has changed */
    OSTEP_NOT_LIVE, /* nothing was given out there, or it was freed before; nothing has changed */
    OSTEP_OVERLAP, /* a live block starts there already, for a size was zero or negative; the heap
                      is of no more use */
    OSTEP_NO_MEMORY /* of our own; the heap is of no more use */
};

/* False: no memory, and there is nothing to release. */
bool ostep_heap_init(struct ostep_heap *h, const struct ostep_layout *layout);
void ostep_heap_release(struct ostep_heap *h);

/* Give out payload bytes: *address is the block's (its header's), *searched the free blocks that
 * were looked at, all of them for BEST and WORST. Ties go to the first in list order; a rest stays
 * in the block's place of the list. *address is -1 without a fit. O(blocks). */
enum ostep_result ostep_heap_alloc(struct ostep_heap *h, ostep_int payload, ostep_int *address,
                                   size_t *searched);

/* Take the block at address back: into the list where the order wants it; the sorted orders sort
 * the whole list, stably, for splits may have left it out of order. With coalesce, one pass over
 * the list then joins a block to the one listed before it where they touch. O(blocks), and
 * O(blocks²) where much is out of order. */
enum ostep_result ostep_heap_free(struct ostep_heap *h, ostep_int address);

#endif
