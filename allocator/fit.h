/* fit.h: what the four fit policies share: everything but the choice of the free block. The format
 * is in block.h.
 *
 * fit.c        headers that can be true, neighbours, fences
 * fit_alloc.c  look, choose, cut, grow
 * fit_free.c   coalesce, trim, or link
 * fit_resize.c shrink and grow in place
 * fit_switch.c what a changed switch asks for at once */
#ifndef FIT_H
#define FIT_H

#include <stdbool.h>
#include <stdint.h>

#include "allocator/format/block.h"
#include "allocator/format/steps.h"
#include "heap_state.h"
#include "policy.h"

/* What an alloc wants of a block. */
struct fit_want {
    uint64_t whole; /* bytes, header included */
    uint64_t alignment; /* of the payload, */
    uint32_t front; /* which begins so many bytes behind the block: the header, and a front guard */
};

/* A policy's choice: *block becomes a free block for which fit_judge said WHY_FITS, or 0 if there
 * is none. Each block that was looked at is told as a probe. A status other than HEAP_OK says that
 * the list is broken. */
typedef enum heap_status fit_choose(struct heap *h, const struct fit_want *want, uintptr_t *block);

/* The operations of struct policy, for a policy that chooses so. */
struct policy_made fit_alloc(struct heap *h, uint64_t size, uint64_t alignment, fit_choose *choose);
enum heap_status fit_free(struct heap *h, uintptr_t payload);
enum heap_status fit_usable(struct heap *h, uintptr_t payload, uint64_t *size);
enum heap_status fit_resize(struct heap *h, uintptr_t payload, uint64_t size);
enum heap_status fit_changed(struct heap *h, enum heap_switch which);

/* WHY_FITS, WHY_TOO_SMALL or WHY_MISALIGNED. */
enum step_why fit_judge(uintptr_t block, const struct fit_want *want);
void fit_tell_probe(struct heap *h, uintptr_t block, const struct fit_want *want,
                    enum step_why why);

/* fit_judge and fit_tell_probe in one; true if it fits. */
bool fit_probe(struct heap *h, uintptr_t block, const struct fit_want *want);

/* A choice that looks at all blocks, and takes the first of those whose size no other is better
 * than. */
enum heap_status fit_choose_best(struct heap *h, const struct fit_want *want,
                                 bool (*better)(uint64_t size, uint64_t best), uintptr_t *block);

/* For the fit_*.c files only. */

static inline const struct fit_block *fit_at(uintptr_t block)
{
    return (const struct fit_block *)block;
}
static inline uintptr_t fit_end(uintptr_t block) { return block + fit_size(fit_at(block)); }

/* True if a header that can be true stands there: inside the heap, a possible size, no flags but
 * FIT_FREE. */
bool fit_is_sound(const struct heap *h, uintptr_t block);

/* Judge what a caller says is a used block's payload; *block becomes its address. */
enum heap_status fit_verify(const struct heap *h, uintptr_t payload, uintptr_t *block);

/* The block that begins where one of ours ends at end; 0 at top and before a foreign gap.
 * O(gaps). */
uintptr_t fit_after(const struct heap *h, uintptr_t end);

/* The block at end has changed its size to size: tell the one behind it, or the root if it is the
 * last. */
void fit_set_end(struct heap *h, uintptr_t block, uint64_t size);

/* Write a fence for the foreign gap [root.top, fence). */
void fit_fence_push(struct heap *h, uintptr_t fence);

/* True if block begins behind the last fence. */
static inline bool fit_is_behind_fence(const struct heap *h, uintptr_t block)
{
    return h->root.gap_tail != 0 && block == h->root.gap_tail + FIT_BLOCK_HEADER;
}

/* The last block before the last fence's gap, and the fence before that one; 0 for none.
 * O(blocks). */
enum heap_status fit_fence_before(const struct heap *h, uintptr_t *block, uintptr_t *fence);

/* True if the present order keeps the list by size, so that a block whose size changes must
 * move. */
static inline bool fit_order_is_by_size(const struct heap *h)
{
    return h->root.order == HEAP_ORDER_SIZE_UP || h->root.order == HEAP_ORDER_SIZE_DOWN;
}

/* Bytes [base, base + size) of which a block is to be cut: free ones, a block that grows, or memory
 * just grown. */
struct fit_cut {
    uintptr_t base;
    uint64_t size;
    uint64_t prev_size; /* the prev_size of what begins at base */
    uintptr_t entry; /* the block of the free list among them, 0: none; at base, if at is not */
    uintptr_t at; /* the block to be: base, or at least FIT_BLOCK_MIN behind it */
    uint64_t whole; /* its bytes; the cut may leave it more */
    bool grown; /* a rest becomes a free block even if split is off */
};

/* HEAP_OK if the cut can be made. O(1), by size O(free blocks). */
enum heap_status fit_cut_check(const struct heap *h, const struct fit_cut *cut);

/* Make it: headers, and what is left before and behind goes into the free list. */
void fit_cut_make(struct heap *h, struct fit_cut *cut);

/* How a block is going to be freed: planned while nothing has been changed. */
struct fit_release {
    uintptr_t block;
    uint64_t size;
    uintptr_t prev, next; /* the free neighbours that it merges with, or 0 */
    uintptr_t after; /* where it goes in the list, if it does not inherit a neighbour's place */
};

/* Plan to free [block, block + size), whose neighbour before is prev (0 if none or if it must not
 * be merged). */
enum heap_status fit_release_plan(const struct heap *h, uintptr_t block, uint64_t size,
                                  uintptr_t prev, struct fit_release *plan);
void fit_release_do(struct heap *h, const struct fit_release *plan);

#endif
