/* policy_bump.c: the first malloc anyone writes: call sbrk and hand out what it gives. There is no
 * header, so nobody knows how long a block is: nothing can be freed or moved. */
#include "allocator/format/block.h"
#include "growth.h"
#include "policy.h"
#include "word.h"

static struct policy_made bump_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    enum growth_result result;
    uintptr_t payload;
    if (!policy_round(size, &size)) return policy_refused(HEAP_BAD_SIZE);
    do {
        uintptr_t place = growth_place(h, 0);
        payload = block_place(place, 0, 0, alignment);
        /* Without a place, growth says why not. */
        result = growth_extend(h, place, payload == 0 ? UINT64_MAX : payload - place + size, 0);
    } while (result == GROWTH_MOVED);
    if (result != GROWTH_DONE) return policy_refused(h->failure);
    word_set(h, FIELD_ROOT_TOP, 0, payload + size);
    return (struct policy_made){HEAP_OK, payload};
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
const struct policy policy_bump = {.alloc = bump_alloc, .free = bump_free, .usable = bump_usable};
