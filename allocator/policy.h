/* policy.h: the seam: what a placement policy must supply to run. One file a policy; policy.c holds
 * the table. Its name, switches and format stand in format/policies.c, apart from the code, so that
 * the viewer can speak of policies without holding an allocator. The functions are called with the
 * heap's lock held, unless the row says that the policy locks for itself. A function that fails
 * leaves the blocks as they were and does not touch errno; why it failed is its status. */
#ifndef POLICY_H
#define POLICY_H

#include "allocator/format/block.h"
#include "heap_state.h"

/* What came of a request: HEAP_OK and the payload's address, or why there is none. */
struct policy_made {
    enum heap_status status;
    uintptr_t payload;
};

struct policy {
    /* A payload of at least size bytes, 1 to PTRDIFF_MAX, as it was asked for with the guards'
     * bytes: how to round it is the policy's own (policy_round). At a multiple of alignment, at
     * least HEAP_ALIGN. */
    struct policy_made (*alloc)(struct heap *h, uint64_t size, uint64_t alignment);
    enum heap_status (*free)(struct heap *h, uintptr_t payload);
    /* Payload bytes of the used block at payload; a status other than HEAP_OK if it can't be
     * one. */
    enum heap_status (*usable)(struct heap *h, uintptr_t payload, uint64_t *size);
    /* Make the used block at payload, which usable has approved, size bytes long without moving it.
     * HEAP_DAMAGED: that can't be done, nor should it be moved; any other failure: it may be
     * moved. */
    enum heap_status (*resize)(struct heap *h, uintptr_t payload, uint64_t size);
    /* A switch was changed; if it fails, the switch is put back. NULL: nothing to do. */
    enum heap_status (*changed)(struct heap *h, enum heap_switch which);
    /* An allocator by itself, where begin is not NULL: it is called once, when the heap is made
     * (heap_init); sizes of 0 and NULL are left to the functions above, and calloc and realloc to
     * these. Blocks may lie at any address. It has no aligned, and no switches. */
    enum heap_status (*begin)(struct heap *h);
    struct policy_made (*calloc)(struct heap *h, uint64_t count, uint64_t size);
    struct policy_made (*realloc)(struct heap *h, uintptr_t payload, uint64_t size);
    /* Its own checker, with what it said, and where it lists n of its blocks (brkview.h). False: it
     * has none. */
    bool (*check)(struct heap *h, int line, int *said);
    bool (*blocks)(struct heap *h, uintptr_t *at, uint64_t *n);
    /* Can a payload of so many bytes lie there, to be written to? NULL: it can, up to brk. */
    bool (*holds)(const struct heap *h, uintptr_t payload, uint64_t size);
    /* The functions above take the lock themselves, where and if they need it (lock.h); the verbs
     * then do without it what they do besides. So such a policy has no guards, its switches, limit
     * and break are changed while one thread alone runs, and so long h->failure is right, too. */
    bool locks_itself;
};

extern const struct policy policy_bump, policy_header, policy_first_fit, policy_next_fit,
    policy_best_fit, policy_worst_fit;

/* The table, in the order of format/policies.c. */
extern const struct policy *const policies[];

/* NULL if unknown. */
static inline const struct policy *policy_of(enum heap_policy policy)
{
    return (unsigned)policy < heap_n_policies ? policies[policy] : NULL;
}

/* size rounded up to a multiple of HEAP_ALIGN; false for one that, with a header, no block can have
 * (HEAP_BAD_SIZE). */
static inline bool policy_round(uint64_t size, uint64_t *rounded)
{
    return block_round_up(size, rounded) && *rounded <= (uint64_t)PTRDIFF_MAX - HEADER_BLOCK_MIN;
}

static inline struct policy_made policy_refused(enum heap_status status)
{
    return (struct policy_made){status, 0};
}

#endif
