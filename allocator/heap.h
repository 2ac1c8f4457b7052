/* heap.h: the public verbs of the allocator, over a heap whose root is described in format/root.h.
 *
 * All sizes are in bytes. Payload addresses are multiples of HEAP_ALIGN under every policy.
 * Every verb takes the heap's lock (lock.h) for its whole duration, unless the switch lock is off
 * or the policy locks for itself (policy.h). */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/root.h"
#include "heap_state.h"

/* Make *h an empty heap with the policy's default switches. The heap's start is read from growth
 * here; nothing is grown. growth stays the caller's and must outlive h. False, with *h unusable, if
 * policy is unknown or sbrk(0) fails. */
bool heap_init(struct heap *h, enum heap_policy policy, const struct growth *growth);

/* The same under a policy that is not of the table. False, too, with h->failure, if it could not
 * begin. */
struct policy;
bool heap_init_with(struct heap *h, enum heap_policy policy, const struct policy *runs,
                    const struct growth *growth);

/* A block of at least size bytes, not cleared. On failure NULL with errno ENOMEM (sizes that
 * overflow, limit, kernel) or EINVAL (size 0), h->failure says why, and the blocks are as they
 * were. bump O(1); header O(blocks); the fits O(free blocks). */
void *heap_alloc(struct heap *h, size_t size);

/* The same for count * size bytes, cleared. A product that overflows is ENOMEM, HEAP_PRODUCT. */
void *heap_calloc(struct heap *h, size_t count, size_t size);

/* The same at a multiple of alignment, a power of two (else EINVAL, HEAP_BAD_ALIGNMENT).
 * A gap left before the block is a proper free block (bump, which has none, leaves bytes that
 * nobody owns). */
void *heap_aligned(struct heap *h, size_t alignment, size_t size);

/* Make the block at payload (as heap_alloc gave it) size bytes long, in place where possible, else
 * moved with its contents. NULL payload is heap_alloc. On failure NULL, errno, h->failure, and the
 * block stays as it was. */
void *heap_realloc(struct heap *h, void *payload, size_t size);

/* Free the block at payload. NULL does nothing. What can be seen cheaply to be no block, or a free
 * one, is refused. header O(blocks) for the last block, else O(1); the fits O(1) to O(free blocks),
 * as order asks. */
enum heap_status heap_free(struct heap *h, void *payload);

/* Change one switch; value is 0 or 1, an enum heap_order, for HEAP_GROWTH a power of two up to
 * HEAP_GROWTH_MAX (1 is exact), for HEAP_QUARANTINE up to HEAP_QUARANTINE_MAX. HEAP_CANARY is
 * refused (HEAP_NOT_EMPTY) while there are blocks. Poison fills what is free already, O(free
 * bytes). A new order sorts the free list at once, except lifo and fifo, which hold for what is
 * freed from now on. */
enum heap_status heap_set(struct heap *h, enum heap_switch which, uint64_t value);

/* Set the most bytes that the heap may have, HEAP_NO_LIMIT for none. HEAP_LIMIT, and nothing
 * changed, if it has more already. O(1). */
enum heap_status heap_limit(struct heap *h, uint64_t bytes);

/* Move brk by delta as a stranger would, behind the allocator's back: the blocks know nothing of
 * it. *before becomes what sbrk returned. Refuses (HEAP_CUTS_BLOCKS) to go below top unless
 * force. */
enum heap_status heap_sbrk(struct heap *h, intptr_t delta, bool force, uintptr_t *before);

#endif
