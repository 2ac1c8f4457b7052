/* fit.c: the headers of the fits: which can be true, who is whose neighbour, and the fences behind
 * foreign gaps. See fit.h. */
#include "fit.h"

#include "word.h"

bool fit_is_sound(const struct heap *h, uintptr_t block)
{
    if (block % HEAP_ALIGN != 0 || block < h->root.start || block >= h->root.top) return false;
    uint64_t most = h->root.top - block;
    if (most < FIT_BLOCK_MIN || (fit_at(block)->size_flags & FIT_FLAGS & ~FIT_FREE) != 0)
        return false;
    return fit_size(fit_at(block)) >= FIT_BLOCK_MIN && fit_size(fit_at(block)) <= most;
}

/* What prev_size says is before the block agrees with what stands there. */
static bool fit_agrees_before(const struct heap *h, uintptr_t block)
{
    uint64_t prev_size = fit_at(block)->prev_size;
    if (prev_size == 0) return true;
    if (prev_size > block - h->root.start || !fit_is_sound(h, block - prev_size)) return false;
    return fit_size(fit_at(block - prev_size)) == prev_size;
}

enum heap_status fit_verify(const struct heap *h, uintptr_t payload, uintptr_t *block)
{
    *block = payload - FIT_BLOCK_HEADER;
    if (payload < FIT_BLOCK_HEADER || !fit_is_sound(h, *block) || !fit_agrees_before(h, *block))
        return HEAP_NOT_A_BLOCK;
    if (fit_is_free(fit_at(*block))) return HEAP_ALREADY_FREE;
    uintptr_t next = fit_after(h, fit_end(*block));
    bool last = fit_end(*block) == h->root.top;
    if (last != (*block == h->root.last)) return HEAP_DAMAGED;
    if (next != 0 &&
        (!fit_is_sound(h, next) || fit_at(next)->prev_size != fit_size(fit_at(*block))))
        return HEAP_DAMAGED;
    return HEAP_OK;
}

static uintptr_t fit_gap_start(uintptr_t fence) { return fence - fit_at(fence)->prev_size; }

/* The fence behind fence; 0 at the end, and for a word that can't be true. */
static uintptr_t fit_fence_next(const struct heap *h, uintptr_t fence)
{
    uintptr_t next = fit_at(fence)->size_flags & ~FIT_FLAGS;
    return next > fence && next < h->root.top ? next : 0;
}

static uintptr_t fit_fence_first(const struct heap *h)
{
    uintptr_t fence = h->root.gap_head;
    return fence % HEAP_ALIGN == 0 && fence >= h->root.start && fence < h->root.top ? fence : 0;
}

uintptr_t fit_after(const struct heap *h, uintptr_t end)
{
    if (end >= h->root.top) return 0;
    for (uintptr_t fence = fit_fence_first(h); fence != 0; fence = fit_fence_next(h, fence))
        if (fit_gap_start(fence) == end) return 0;
    return end;
}

void fit_set_end(struct heap *h, uintptr_t block, uint64_t size)
{
    uintptr_t next = fit_after(h, block + size);
    if (next != 0) word_set(h, FIELD_PREV_SIZE, next, size);
    if (block + size == h->root.top) word_set(h, FIELD_ROOT_LAST, 0, block);
}

void fit_fence_push(struct heap *h, uintptr_t fence)
{
    word_clear(h, fence, FIT_BLOCK_HEADER);
    word_set(h, FIELD_GAP_SIZE, fence, fence - h->root.top);
    word_set(h, FIELD_NEXT_GAP, fence, FIT_FENCE);
    if (h->root.gap_tail != 0)
        word_set(h, FIELD_NEXT_GAP, h->root.gap_tail, fence | FIT_FENCE);
    else
        word_set(h, FIELD_ROOT_GAP_HEAD, 0, fence);
    word_set(h, FIELD_ROOT_GAP_TAIL, 0, fence);
}

enum heap_status fit_fence_before(const struct heap *h, uintptr_t *block, uintptr_t *fence)
{
    uintptr_t tail = h->root.gap_tail, gap = fit_gap_start(tail), from = h->root.start;
    *block = *fence = 0;
    for (uintptr_t f = fit_fence_first(h); f != 0 && f != tail; f = fit_fence_next(h, f))
        *fence = f;
    if (*fence != 0) from = *fence + FIT_BLOCK_HEADER;
    for (uintptr_t at = from; at != gap; at = fit_end(at)) {
        if (at > gap || !fit_is_sound(h, at)) return HEAP_DAMAGED;
        *block = at;
    }
    return HEAP_OK;
}

enum heap_status fit_usable(struct heap *h, uintptr_t payload, uint64_t *size)
{
    uintptr_t block;
    enum heap_status status = fit_verify(h, payload, &block);
    *size = status == HEAP_OK ? fit_size(fit_at(block)) - FIT_BLOCK_HEADER : 0;
    return status;
}
