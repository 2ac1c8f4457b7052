/* policy_buddy.c: a toy policy: the first free slot, else sbrk brings two. It takes the lock
 * itself, where it touches slots. */
#include "allocator/format/steps.h"
#include "allocator/growth.h"
#include "allocator/lock.h"
#include "allocator/policy.h"
#include "allocator/word.h"
#include "buddy.h"

#define PAYLOAD (BUDDY_SLOT - BUDDY_HEADER)

static bool is_free(const struct heap *h, uintptr_t slot)
{
    return word_get(h, FIELD_IS_FREE, slot) != 0;
}

static struct policy_made buddy_grow(struct heap *h)
{
    uintptr_t place = growth_place(h, 0);
    if (place != h->root.top) return policy_refused(HEAP_NO_MEMORY); /* brk is a stranger's */
    if (growth_extend(h, place, 2 * BUDDY_SLOT, 0) != GROWTH_DONE)
        return policy_refused(h->failure);
    word_set(h, FIELD_ROOT_TOP, 0, place + 2 * BUDDY_SLOT);
    for (uintptr_t slot = place; slot < h->root.top; slot += BUDDY_SLOT) {
        word_clear(h, slot, BUDDY_HEADER);
        word_set(h, FIELD_SIZE, slot, PAYLOAD);
        word_set(h, FIELD_IS_FREE, slot, slot != place);
        word_set(h, FIELD_ROOT_LAST, 0, slot);
    }
    return (struct policy_made){HEAP_OK, place + BUDDY_HEADER};
}

static struct policy_made buddy_take(struct heap *h, uint64_t size)
{
    for (uintptr_t slot = h->root.start; slot < h->root.top; slot += BUDDY_SLOT) {
        step_tell(h->steps, STEP_PROBE, is_free(h, slot) ? WHY_FITS : WHY_IN_USE, slot, PAYLOAD,
                  size, 0);
        if (!is_free(h, slot)) continue;
        step_tell(h->steps, STEP_TAKE, WHY_NONE, slot, PAYLOAD, 0, 0);
        word_set(h, FIELD_IS_FREE, slot, 0);
        return (struct policy_made){HEAP_OK, slot + BUDDY_HEADER};
    }
    return buddy_grow(h);
}

static struct policy_made buddy_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    if (size > PAYLOAD || alignment > HEAP_ALIGN) return policy_refused(HEAP_UNSUPPORTED);
    lock_acquire(h);
    struct policy_made made = buddy_take(h, size);
    lock_release(h);
    return made;
}

static enum heap_status buddy_usable(struct heap *h, uintptr_t payload, uint64_t *size)
{
    uintptr_t slot = payload - BUDDY_HEADER;
    *size = PAYLOAD;
    if (slot < h->root.start || slot >= h->root.top || (slot - h->root.start) % BUDDY_SLOT != 0)
        return HEAP_NOT_A_BLOCK;
    return is_free(h, slot) ? HEAP_ALREADY_FREE : HEAP_OK;
}

static enum heap_status buddy_free(struct heap *h, uintptr_t payload)
{
    uint64_t size;
    lock_acquire(h);
    enum heap_status status = buddy_usable(h, payload, &size);
    if (status == HEAP_OK) {
        word_set(h, FIELD_IS_FREE, payload - BUDDY_HEADER, 1);
        step_tell(h->steps, STEP_MARK_FREE, WHY_NONE, payload - BUDDY_HEADER, size, 0, 0);
    }
    lock_release(h);
    return status;
}

static enum heap_status buddy_resize(struct heap *h, uintptr_t payload, uint64_t size)
{
    (void)h;
    (void)payload;
    return size <= PAYLOAD ? HEAP_OK : HEAP_NO_MEMORY;
}

const struct policy policy_buddy = {.alloc = buddy_alloc,
                                    .free = buddy_free,
                                    .usable = buddy_usable,
                                    .resize = buddy_resize,
                                    .locks_itself = true};
