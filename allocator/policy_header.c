/* policy_header.c: the seed's allocator made correct.
 *
 * All blocks, used and free, stand in one singly linked list in address order.
 *   alloc    the first free block that is large enough is taken whole; if there is none, sbrk adds
 *            a block at the end
 *   free     the last block is given back with sbrk(-size), if brk is still where we left it; any
 *            other is only marked
 *   realloc  in place if the payload is large enough, else moved
 * Nothing is split and nothing coalesced, and a free block that a trim has made the last one stays:
 * those are the faults that the fits cure. The block format is in block.h, the invariants in
 * check.h. */
#include "allocator/format/block.h"
#include "allocator/format/steps.h"
#include "growth.h"
#include "guard.h"
#include "policy.h"
#include "word.h"

static union header_block *header_at(uintptr_t block) { return (union header_block *)block; }

static uintptr_t header_end(uintptr_t block)
{
    return block + HEADER_BLOCK_HEADER + header_at(block)->s.size;
}

/* A place where one of our blocks can begin. */
static bool header_in_range(const struct heap *h, uintptr_t block)
{
    return block % HEAP_ALIGN == 0 && block >= h->root.start && block < h->root.top &&
           h->root.top - block >= HEADER_BLOCK_MIN;
}

/* A header that can be true. */
static bool header_is_sound(const struct heap *h, uintptr_t block)
{
    if (!header_in_range(h, block)) return false;
    const union header_block *b = header_at(block);
    uint64_t most = h->root.top - block - HEADER_BLOCK_HEADER;
    return b->s.size != 0 && b->s.size % HEAP_ALIGN == 0 && b->s.size <= most &&
           b->s.is_free <= 1 &&
           ((uintptr_t)b->s.next == 0 || (uintptr_t)b->s.next >= header_end(block));
}

/* The most blocks that the heap can hold: a search that has looked at more runs in a circle. */
static uint64_t header_most(const struct heap *h)
{
    return (h->root.top - h->root.start) / HEADER_BLOCK_MIN;
}

static enum step_why header_judge(const struct heap *h, uintptr_t block, uint64_t size,
                                  uint64_t alignment)
{
    if (header_at(block)->s.is_free == 0) return WHY_IN_USE;
    if (header_at(block)->s.size < size) return WHY_TOO_SMALL;
    return (block + block_front_bytes(&h->root)) % alignment == 0 ? WHY_FITS : WHY_MISALIGNED;
}

/* The first free block that will do, 0 if there is none or h->failure says that the list is
 * broken. */
static uintptr_t header_find(struct heap *h, uint64_t size, uint64_t alignment)
{
    uint64_t left = header_most(h);
    for (uintptr_t block = h->root.first; block != 0; block = (uintptr_t)header_at(block)->s.next) {
        if (!header_in_range(h, block) || left-- == 0) {
            h->failure = header_in_range(h, block) ? HEAP_CYCLE : HEAP_DAMAGED;
            return 0;
        }
        enum step_why why = header_judge(h, block, size, alignment);
        step_tell(h->steps, STEP_PROBE, why, block, header_at(block)->s.size, size, 0);
        if (why == WHY_FITS) return block;
    }
    return 0;
}

static void header_append(struct heap *h, uintptr_t block, uint64_t size, unsigned is_free)
{
    word_clear(h, block, HEADER_BLOCK_HEADER);
    word_set(h, FIELD_ROOT_TOP, 0, block + HEADER_BLOCK_HEADER + size);
    word_set(h, FIELD_SIZE, block, size);
    word_set(h, FIELD_IS_FREE, block, is_free);
    word_set(h, FIELD_NEXT, block, 0);
    if (h->root.last != 0)
        word_set(h, FIELD_NEXT, h->root.last, block);
    else
        word_set(h, FIELD_ROOT_FIRST, 0, block);
    word_set(h, FIELD_ROOT_LAST, 0, block);
}

static uintptr_t header_grow(struct heap *h, uint64_t size, uint64_t alignment)
{
    enum growth_result result;
    uintptr_t place, block;
    if (h->root.last != 0 &&
        (!header_is_sound(h, h->root.last) || header_at(h->root.last)->s.next != NULL)) {
        h->failure = HEAP_DAMAGED;
        return 0;
    }
    do {
        place = growth_place(h, 0);
        block = block_place(place, block_front_bytes(&h->root), HEADER_BLOCK_MIN, alignment);
        /* Without a place, growth says why not. */
        result = growth_extend(
            h, place, block == 0 ? UINT64_MAX : block - place + HEADER_BLOCK_HEADER + size, 0);
    } while (result == GROWTH_MOVED);
    if (result != GROWTH_DONE) return 0;
    if (block > place) header_append(h, place, block - place - HEADER_BLOCK_HEADER, 1);
    header_append(h, block, size, 0);
    if (block > place) guard_poison(h, place + POISON_FROM, block);
    return block + HEADER_BLOCK_HEADER;
}

static struct policy_made header_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    if (!policy_round(size, &size)) return policy_refused(HEAP_BAD_SIZE);
    uintptr_t block = header_find(h, size, alignment);
    if (h->failure != HEAP_OK) return policy_refused(h->failure);
    if (block == 0) {
        uintptr_t grown = header_grow(h, size, alignment);
        return grown != 0 ? (struct policy_made){HEAP_OK, grown} : policy_refused(h->failure);
    }
    step_tell(h->steps, STEP_TAKE, WHY_NONE, block, header_at(block)->s.size, 0, 0);
    word_set(h, FIELD_IS_FREE, block, 0);
    return (struct policy_made){HEAP_OK, block + HEADER_BLOCK_HEADER};
}

static enum heap_status header_usable(struct heap *h, uintptr_t payload, uint64_t *size)
{
    uintptr_t block = payload - HEADER_BLOCK_HEADER;
    *size = 0;
    if (payload < HEADER_BLOCK_HEADER || !header_is_sound(h, block)) return HEAP_NOT_A_BLOCK;
    if (((uintptr_t)header_at(block)->s.next == 0) != (block == h->root.last))
        return HEAP_NOT_A_BLOCK;
    if (header_at(block)->s.is_free != 0) return HEAP_ALREADY_FREE;
    *size = header_at(block)->s.size;
    return HEAP_OK;
}

/* The block whose next is block; 0 if block is the first. */
static enum heap_status header_before(const struct heap *h, uintptr_t block, uintptr_t *before)
{
    uint64_t left = header_most(h);
    *before = 0;
    for (uintptr_t at = h->root.first; at != block; at = (uintptr_t)header_at(at)->s.next) {
        if (!header_in_range(h, at)) return HEAP_DAMAGED;
        if (left-- == 0) return HEAP_CYCLE;
        *before = at;
    }
    return *before == 0 || header_is_sound(h, *before) ? HEAP_OK : HEAP_DAMAGED;
}

/* Give the last block back. *trimmed tells whether that could be done. */
static enum heap_status header_trim(struct heap *h, uintptr_t block, bool *trimmed)
{
    uintptr_t before;
    enum heap_status status = header_before(h, block, &before);
    *trimmed = status == HEAP_OK && growth_trim(h, block);
    if (!*trimmed) return status;
    if (before != 0)
        word_set(h, FIELD_NEXT, before, 0);
    else
        word_set(h, FIELD_ROOT_FIRST, 0, 0);
    word_set(h, FIELD_ROOT_LAST, 0, before);
    /* Not simply block: between the two a foreign gap may lie. */
    word_set(h, FIELD_ROOT_TOP, 0, before != 0 ? header_end(before) : h->root.start);
    return HEAP_OK;
}

static enum heap_status header_free(struct heap *h, uintptr_t payload)
{
    uintptr_t block = payload - HEADER_BLOCK_HEADER;
    uint64_t size;
    bool trimmed = false;
    enum heap_status status = header_usable(h, payload, &size);
    if (status == HEAP_OK && block == h->root.last && h->root.trim)
        status = header_trim(h, block, &trimmed);
    if (status != HEAP_OK || trimmed) return status;
    word_set(h, FIELD_IS_FREE, block, 1);
    step_tell(h->steps, STEP_MARK_FREE, WHY_NONE, block, size, 0, 0);
    guard_poison(h, payload, payload + size);
    return HEAP_OK;
}

/* Larger than it is: it must move. */
static enum heap_status header_resize(struct heap *h, uintptr_t payload, uint64_t size)
{
    (void)h;
    return header_at(payload - HEADER_BLOCK_HEADER)->s.size >= size ? HEAP_OK : HEAP_NO_MEMORY;
}

/* Poison was switched on: fill what is free, once the whole list is known to be sound: a refusal
 * leaves the heap as it was. */
static enum heap_status header_changed(struct heap *h, enum heap_switch which)
{
    uint64_t left = header_most(h);
    if (which != HEAP_POISON || h->root.poison == 0) return HEAP_OK;
    for (uintptr_t block = h->root.first; block != 0; block = (uintptr_t)header_at(block)->s.next) {
        if (!header_is_sound(h, block)) return HEAP_DAMAGED;
        if (left-- == 0) return HEAP_CYCLE;
    }
    for (uintptr_t block = h->root.first; block != 0; block = (uintptr_t)header_at(block)->s.next)
        if (header_at(block)->s.is_free != 0)
            guard_poison(h, block + POISON_FROM, header_end(block));
    return HEAP_OK;
}

const struct policy policy_header = {.alloc = header_alloc,
                                     .free = header_free,
                                     .usable = header_usable,
                                     .resize = header_resize,
                                     .changed = header_changed};
