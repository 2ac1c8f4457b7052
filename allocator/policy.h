/* policy.h: the seam: what a placement policy must supply. One file a policy; policy.c holds the table. Names and switches stand in
 * heap_names.c, apart from the code, so that the viewer can speak of policies without holding an allocator.
 * The functions are called with the heap's lock held, sizes already rounded up to HEAP_ALIGN and known not to overflow.
 * A function that fails leaves the blocks as they were and does not touch errno; why it failed is its status, or where it has none, h->failure. */
#ifndef POLICY_H
#define POLICY_H

#include "heap.h"

struct policy {
    /* The address of a payload of at least size bytes at a multiple of alignment (at least HEAP_ALIGN), or 0. */
    uintptr_t (*alloc)(struct heap *h, uint64_t size, uint64_t alignment);
    enum heap_status (*free)(struct heap *h, uintptr_t payload);
    /* Payload bytes of the used block at payload; a status other than HEAP_OK if it can't be one. */
    enum heap_status (*usable)(struct heap *h, uintptr_t payload, uint64_t *size);
    /* Make the used block at payload, which usable has approved, size bytes long without moving it; false if that can't be done
     * (h->failure HEAP_DAMAGED: nor should it be moved). */
    bool (*resize)(struct heap *h, uintptr_t payload, uint64_t size);
    /* A switch was changed; if it fails, the switch is put back. NULL: nothing to do. */
    enum heap_status (*changed)(struct heap *h, enum heap_switch which);
};

extern const struct policy policy_bump, policy_header, policy_first_fit, policy_next_fit, policy_best_fit, policy_worst_fit;

/* NULL if unknown. */
const struct policy *policy_of(enum heap_policy policy);

#endif
