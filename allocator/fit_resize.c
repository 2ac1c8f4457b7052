/* fit_resize.c: realloc in place. See fit.h.
 *
 *   smaller   what is cut off is freed like any block, if split is on and a whole block is left
 *   larger    into the free block behind (coalesce on); at the heap's end sbrk adds what is missing
 *             still */
#include "fit.h"

#include "growth.h"
#include "word.h"

static enum heap_status fit_shrink(struct heap *h, uintptr_t block, uint64_t whole)
{
    uint64_t size = fit_size(fit_at(block)), rest = size - whole;
    uintptr_t tail = block + whole;
    struct fit_release plan;
    if (rest < FIT_BLOCK_MIN || !h->root.split) return HEAP_OK;
    enum heap_status status = fit_release_plan(h, tail, rest, 0, &plan);
    if (status != HEAP_OK) return status;
    step_tell(h->steps, STEP_SPLIT, WHY_NONE, block, whole, rest, tail);
    word_set(h, FIELD_SIZE_FLAGS, block, whole);
    word_set(h, FIELD_PREV_SIZE, tail, whole);
    fit_release_do(h, &plan);
    return HEAP_OK;
}

/* The bytes of ours from block on that it may have without moving: its own, and those of the free
 * block behind it. */
static struct fit_cut fit_reach(const struct heap *h, uintptr_t block, uint64_t whole)
{
    uintptr_t next = h->root.coalesce ? fit_after(h, fit_end(block)) : 0;
    uint64_t size = fit_size(fit_at(block));
    if (next != 0 && !fit_is_free(fit_at(next))) next = 0;
    return (struct fit_cut){.base = block,
                            .size = next != 0 ? size + fit_size(fit_at(next)) : size,
                            .prev_size = fit_at(block)->prev_size,
                            .entry = next,
                            .at = block,
                            .whole = whole};
}

/* Grow the heap by what the block lacks, if it (with the free block behind it) is at the end. */
static bool fit_reach_further(struct heap *h, struct fit_cut *cut)
{
    uint64_t need = (cut->whole - cut->size + h->root.growth - 1) & ~(h->root.growth - 1);
    uintptr_t place = growth_place(h, FIT_BLOCK_HEADER);
    if (cut->base + cut->size != h->root.top || place != h->root.top) return false;
    if (growth_extend(h, place, need, FIT_BLOCK_HEADER) != GROWTH_DONE) return false;
    word_set(h, FIELD_ROOT_TOP, 0, place + need);
    cut->size += need;
    cut->grown = true;
    return true;
}

enum heap_status fit_resize(struct heap *h, uintptr_t payload, uint64_t size)
{
    if (!policy_round(size, &size)) return HEAP_BAD_SIZE;
    uintptr_t block = payload - FIT_BLOCK_HEADER;
    uint64_t whole = size + FIT_BLOCK_HEADER, before = fit_size(fit_at(block));
    if (whole <= before) return fit_shrink(h, block, whole);
    struct fit_cut cut = fit_reach(h, block, whole);
    enum heap_status status = fit_cut_check(h, &cut);
    if (status != HEAP_OK) return status;
    if (cut.size < whole && !fit_reach_further(h, &cut)) return HEAP_NO_MEMORY;
    if (cut.entry != 0)
        step_tell(h->steps, STEP_COALESCE, WHY_NONE, block, before, cut.size, cut.entry);
    fit_cut_make(h, &cut);
    return HEAP_OK;
}
