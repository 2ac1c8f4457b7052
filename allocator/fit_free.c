/* fit_free.c: free a block of the fits. See fit.h.
 *
 *   1  plan: who are the free neighbours, and where in the list does the block go; whatever is
 *      damaged ends it here
 *   2  coalesce with both neighbours (Knuth's boundary tags find them in O(1)), if the switch is on
 *   3  if the block is now the last one and trim is on: give it back, and a fence that is left at
 *      the end with it
 *   4  else link it; in address order it inherits the place of a neighbour that it merged with */
#include "fit.h"

#include "free_list.h"
#include "growth.h"
#include "guard.h"
#include "word.h"

enum heap_status fit_release_plan(const struct heap *h, uintptr_t block, uint64_t size,
                                  uintptr_t prev, struct fit_release *plan)
{
    uintptr_t next = h->root.coalesce ? fit_after(h, block + size) : 0;
    *plan = (struct fit_release){.block = block, .size = size};
    if (h->root.coalesce && prev != 0 && fit_is_free(fit_at(prev))) plan->prev = prev;
    if (next != 0 && !fit_is_sound(h, next)) return HEAP_DAMAGED;
    if (next != 0 && fit_is_free(fit_at(next))) plan->next = next;
    if (plan->prev != 0 && !free_list_linked(h, plan->prev)) return HEAP_DAMAGED;
    if (plan->next != 0 && !free_list_linked(h, plan->next)) return HEAP_DAMAGED;
    if (h->root.order == HEAP_ORDER_ADDRESS && (plan->prev != 0 || plan->next != 0)) return HEAP_OK;
    if (plan->prev != 0) size += fit_size(fit_at(plan->prev));
    if (plan->next != 0) size += fit_size(fit_at(plan->next));
    return free_list_find(h, block, size, &plan->after);
}

/* The header of the free block that the merge leaves; returns its address. */
static uintptr_t fit_merge(struct heap *h, const struct fit_release *plan)
{
    uint64_t size = plan->size;
    uintptr_t block = plan->block;
    if (plan->next != 0) {
        size += fit_size(fit_at(plan->next));
        step_tell(h->steps, STEP_COALESCE, WHY_NONE, block, plan->size, size, plan->next);
    }
    if (plan->prev != 0) {
        uint64_t before = fit_size(fit_at(plan->prev));
        block = plan->prev;
        size += before;
        step_tell(h->steps, STEP_COALESCE, WHY_NONE, block, before, size, plan->block);
    }
    word_set(h, FIELD_SIZE_FLAGS, block, size | FIT_FREE);
    fit_set_end(h, block, size);
    return block;
}

/* Give the last block back, and a fence that would be left at the end. False if brk is not ours, or
 * if what lies before the fence is too damaged to tell which block would be the last. */
static bool fit_trim(struct heap *h, uintptr_t block)
{
    uint64_t prev_size = fit_at(block)->prev_size;
    uintptr_t last = prev_size != 0 ? block - prev_size : 0, to = block, top = block, fence = 0;
    bool behind_fence = prev_size == 0 && fit_is_behind_fence(h, block);
    if (behind_fence) {
        if (fit_fence_before(h, &last, &fence) != HEAP_OK) return false;
        to = h->root.gap_tail;
        top = to - fit_at(to)->prev_size;
    }
    if (!growth_trim(h, to)) return false;
    word_set(h, FIELD_ROOT_TOP, 0, top);
    word_set(h, FIELD_ROOT_LAST, 0, last);
    if (!behind_fence) return true;
    if (fence != 0)
        word_set(h, FIELD_NEXT_GAP, fence, FIT_FENCE);
    else
        word_set(h, FIELD_ROOT_GAP_HEAD, 0, 0);
    word_set(h, FIELD_ROOT_GAP_TAIL, 0, fence);
    return true;
}

/* Take a neighbour out of the list. What was to go in behind it goes in where it stood. */
static void fit_unlink_neighbour(struct heap *h, uintptr_t neighbour, uintptr_t *after)
{
    uintptr_t place = free_list_unlink(h, neighbour);
    if (*after == neighbour) *after = place;
}

void fit_release_do(struct heap *h, const struct fit_release *plan)
{
    bool by_address = h->root.order == HEAP_ORDER_ADDRESS;
    bool rover = h->root.rover != 0 && (h->root.rover == plan->prev || h->root.rover == plan->next);
    uintptr_t after = plan->after, heir_of = 0; /* whose place in the list the block inherits */
    if (by_address) heir_of = plan->prev != 0 ? plan->prev : plan->next;
    if (plan->next != 0 && plan->next != heir_of) fit_unlink_neighbour(h, plan->next, &after);
    if (plan->prev != 0 && plan->prev != heir_of) fit_unlink_neighbour(h, plan->prev, &after);
    uintptr_t block = fit_merge(h, plan);
    bool returned = h->root.trim && block == h->root.last && growth_brk(h) == h->root.top;
    if (returned) {
        /* Its links are read while it is still there. Should the kernel refuse, it is put back. */
        if (heir_of != 0) after = free_list_unlink(h, heir_of);
        if (fit_trim(h, block)) return;
        heir_of = 0;
    }
    if (plan->prev == 0 && plan->next == 0)
        step_tell(h->steps, STEP_MARK_FREE, WHY_NONE, block, plan->size - FIT_BLOCK_HEADER, 0, 0);
    if (heir_of == 0)
        free_list_link(h, block, after);
    else if (heir_of != block)
        free_list_replace(h, heir_of, block);
    if (rover) word_set(h, FIELD_ROOT_ROVER, 0, block);
    /* What was freed, and the headers and links that the merge has buried; all of it, if the kernel
     * may have had it for a moment. */
    guard_poison(h, plan->prev != 0 && !returned ? plan->block : block + POISON_FROM,
                 plan->next != 0 && !returned ? plan->next + POISON_FROM : fit_end(block));
}

enum heap_status fit_free(struct heap *h, uintptr_t payload)
{
    uintptr_t block;
    struct fit_release plan;
    enum heap_status status = fit_verify(h, payload, &block);
    if (status != HEAP_OK) return status;
    uint64_t prev_size = fit_at(block)->prev_size;
    status = fit_release_plan(h, block, fit_size(fit_at(block)),
                              prev_size != 0 ? block - prev_size : 0, &plan);
    if (status == HEAP_OK) fit_release_do(h, &plan);
    return status;
}
