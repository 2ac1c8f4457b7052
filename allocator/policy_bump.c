/* policy_bump.c: the first malloc anyone writes: call sbrk and hand out what it gives. There is no header, so nobody knows
 * how long a block is: nothing can be freed or moved. */
#include "allocator/format/block.h"
#include "growth.h"
#include "policy.h"
#include "word.h"

static uintptr_t bump_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    enum growth_result result;
    uintptr_t payload;
    do {
        uintptr_t place = growth_place(h, 0);
        payload = block_place(place, 0, 0, alignment);
        /* Without a place, growth says why not. */
        result = growth_extend(h, place, payload == 0 ? UINT64_MAX : payload - place + size, 0);
    } while (result == GROWTH_MOVED);
    if (result != GROWTH_DONE) return 0;
    word_set(h, FIELD_ROOT_TOP, 0, payload + size);
    return payload;
}

static enum heap_status bump_free(struct heap *h, uintptr_t payload)
{
    (void)h;
    (void)payload;
    return HEAP_UNKNOWN_LENGTH;
}

static enum heap_status bump_usable(struct heap *h, uintptr_t payload, uint64_t *size)
{
    (void)h;
    (void)payload;
    *size = 0;
    return HEAP_UNKNOWN_LENGTH;
}

/* Never asked to resize: usable approves of no block. */
const struct policy policy_bump = {bump_alloc, bump_free, bump_usable, NULL, NULL};
