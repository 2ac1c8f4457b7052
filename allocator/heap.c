/* heap.c: the public verbs: lock, check the arguments, ask the policy, say what failed. See
 * heap.h. */
#include "heap.h"

#include <errno.h>
#include <string.h>

#include "allocator/format/block.h"
#include "allocator/format/steps.h"
#include "growth.h"
#include "guard.h"
#include "lock.h"
#include "policy.h"

static bool heap_is_power_of_two(uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

static int heap_errno(enum heap_status status)
{
    switch (status) {
    case HEAP_ZERO_SIZE:
    case HEAP_BAD_ALIGNMENT:
    case HEAP_NOT_A_BLOCK:
    case HEAP_ALREADY_FREE:
    case HEAP_CANARY_DEAD:
    case HEAP_UNKNOWN_LENGTH:
        return EINVAL;
    default:
        return ENOMEM;
    }
}

static void heap_enter(struct heap *h)
{
    if (!h->policy->locks_itself) lock_acquire(h);
    h->failure = HEAP_OK;
}

/* The end of a verb: what came of it. A lock that the policy took for another thread stays. */
static enum heap_status heap_leave(struct heap *h)
{
    enum heap_status status = h->failure;
    if (!h->policy->locks_itself) lock_release(h);
    return status;
}

/* The same of one that answers with a payload: 0 is failure, for the reason that h->failure
 * tells. */
static void *heap_leave_with(struct heap *h, uintptr_t payload)
{
    enum heap_status failure = heap_leave(h);
    if (payload != 0) return (void *)payload;
    errno = heap_errno(failure);
    return NULL;
}

bool heap_init(struct heap *h, enum heap_policy policy, const struct growth *growth)
{
    return heap_init_with(h, policy, policy_of(policy), growth);
}

bool heap_init_with(struct heap *h, enum heap_policy policy, const struct policy *runs,
                    const struct growth *growth)
{
    memset(h, 0, sizeof *h);
    if (runs == NULL) return false;
    h->growth = growth;
    h->policy = runs;
    h->format = block_format_of(policy);
    uintptr_t brk = growth_brk(h);
    if (brk == 0) return false;
    h->root.start = (brk + HEAP_ALIGN - 1) & ~(uintptr_t)(HEAP_ALIGN - 1);
    h->root.top = h->root.start;
    h->root.limit = HEAP_NO_LIMIT;
    h->root.growth = 1;
    h->root.policy = (uint32_t)policy;
    h->root.split = heap_policy_has(policy, HEAP_SPLIT);
    h->root.coalesce = heap_policy_has(policy, HEAP_COALESCE);
    h->root.trim = heap_policy_has(policy, HEAP_TRIM);
    h->root.order = HEAP_ORDER_ADDRESS;
    h->root.lock = 1;
    h->fresh = UINTPTR_MAX;
    lock_init(h);
    h->root.magic = HEAP_ROOT_MAGIC;
    if (runs->begin != NULL) h->failure = runs->begin(h);
    return h->failure == HEAP_OK;
}

/* Is it asked for what the verbs else make of other functions? */
static bool heap_leaves(const struct heap *h) { return h->policy->begin != NULL; }

static uintptr_t heap_take(struct heap *h, struct policy_made made)
{
    h->failure = made.status;
    return made.status == HEAP_OK ? made.payload : 0;
}

/* A size that an object can have; else false, and h->failure. */
static bool heap_may_be(struct heap *h, size_t size)
{
    bool may = (size != 0 || heap_leaves(h)) && size <= PTRDIFF_MAX - guard_extra(h);
    if (!may) h->failure = size == 0 ? HEAP_ZERO_SIZE : HEAP_BAD_SIZE;
    return may;
}

static uintptr_t heap_place(struct heap *h, size_t size, uint64_t alignment)
{
    if (!heap_may_be(h, size)) return 0;
    struct policy_made made =
        h->policy->alloc(h, size + guard_extra(h), alignment < HEAP_ALIGN ? HEAP_ALIGN : alignment);
    h->failure = made.status;
    return made.status != HEAP_OK ? 0 : guard_dress(h, made.payload, size);
}

void *heap_alloc(struct heap *h, size_t size)
{
    heap_enter(h);
    return heap_leave_with(h, heap_place(h, size, HEAP_ALIGN));
}

void *heap_calloc(struct heap *h, size_t count, size_t size)
{
    heap_enter(h);
    uintptr_t payload = 0;
    size_t bytes = count * size;
    if (count != 0 && size > SIZE_MAX / count) {
        h->failure = HEAP_PRODUCT;
    } else if (heap_leaves(h)) {
        return heap_leave_with(h, heap_take(h, h->policy->calloc(h, count, size)));
    } else {
        payload = heap_place(h, bytes, HEAP_ALIGN);
    }
    /* Also when the memory is new from sbrk: the rest of a page that was trimmed before still holds
     * its old bytes. */
    if (payload != 0) memset((void *)payload, 0, bytes);
    return heap_leave_with(h, payload);
}

void *heap_aligned(struct heap *h, size_t alignment, size_t size)
{
    heap_enter(h);
    uintptr_t payload = 0;
    if (heap_leaves(h))
        h->failure = HEAP_HAS_NONE;
    else if (heap_is_power_of_two(alignment))
        payload = heap_place(h, size, alignment);
    else
        h->failure = HEAP_BAD_ALIGNMENT;
    return heap_leave_with(h, payload);
}

/* The new place of a block that can't grow where it stands; the caller's bytes move, and it is
 * freed. */
static uintptr_t heap_move(struct heap *h, uintptr_t payload, uintptr_t inner, uint64_t usable,
                           size_t size)
{
    uint32_t front = block_front_bytes(&h->root);
    h->failure = HEAP_OK; /* that growing in place was refused is forgotten */
    uintptr_t moved = heap_place(h, size, HEAP_ALIGN);
    if (moved == 0) return 0;
    uint64_t bytes = size;
    if (h->root.canary == 0) (void)block_round_up(size, &bytes);
    if (usable < bytes) bytes = usable;
    memcpy((void *)moved, (const void *)payload, bytes);
    step_tell(h->steps, STEP_COPY, WHY_NONE, moved - front, bytes, payload, moved);
    enum heap_status status = guard_free(h, inner);
    if (status == HEAP_OK) return moved;
    /* The old block is damaged around, but the caller's bytes stand there unharmed: let that stay
     * so. */
    (void)h->policy->free(h, moved - (payload - inner));
    h->failure = status;
    return 0;
}

static uintptr_t heap_resize(struct heap *h, uintptr_t payload, size_t size)
{
    uintptr_t inner;
    uint64_t usable;
    if (!heap_may_be(h, size)) return 0;
    h->failure = guard_verify(h, payload, &inner, &usable);
    if (h->failure != HEAP_OK) return 0;
    h->failure = h->policy->resize(h, inner, size + guard_extra(h));
    if (h->failure == HEAP_OK) return guard_dress(h, inner, size);
    return h->failure == HEAP_DAMAGED ? 0 : heap_move(h, payload, inner, usable, size);
}

void *heap_realloc(struct heap *h, void *payload, size_t size)
{
    heap_enter(h);
    if (heap_leaves(h))
        return heap_leave_with(h, heap_take(h, h->policy->realloc(h, (uintptr_t)payload, size)));
    uintptr_t result = payload == NULL ? heap_place(h, size, HEAP_ALIGN)
                                       : heap_resize(h, (uintptr_t)payload, size);
    if (result != 0) h->failure = HEAP_OK;
    return heap_leave_with(h, result);
}

enum heap_status heap_free(struct heap *h, void *payload)
{
    heap_enter(h);
    uintptr_t inner = (uintptr_t)payload;
    uint64_t usable;
    bool guarded = h->root.canary != 0 || h->root.quarantine_n != 0 || h->root.quarantine != 0;
    if (payload != NULL && guarded) h->failure = guard_verify(h, inner, &inner, &usable);
    if ((payload != NULL || heap_leaves(h)) && h->failure == HEAP_OK)
        h->failure = guard_free(h, inner);
    return heap_leave(h);
}

static uint8_t *heap_switch_flag(struct heap_root *r, enum heap_switch which)
{
    switch (which) {
    case HEAP_SPLIT:
        return &r->split;
    case HEAP_COALESCE:
        return &r->coalesce;
    case HEAP_TRIM:
        return &r->trim;
    case HEAP_LOCK:
        return &r->lock;
    case HEAP_CANARY:
        return &r->canary;
    case HEAP_POISON:
        return &r->poison;
    default:
        return &r->order;
    }
}

/* Where the switch stands in the root, as one value; false if value is none that it can have. */
static bool heap_switch_put(struct heap_root *r, enum heap_switch which, uint64_t value,
                            uint64_t *old)
{
    uint8_t *flag = heap_switch_flag(r, which);
    if (which == HEAP_QUARANTINE) {
        if (value > HEAP_QUARANTINE_MAX) return false;
        *old = r->quarantine;
        r->quarantine = value;
        return true;
    }
    if (which == HEAP_GROWTH) {
        if (!heap_is_power_of_two(value) || value > HEAP_GROWTH_MAX) return false;
        *old = r->growth;
        r->growth = value;
        return true;
    }
    if (value >= (which == HEAP_ORDER ? (uint64_t)HEAP_N_ORDERS : 2)) return false;
    *old = *flag;
    *flag = (uint8_t)value;
    if (which == HEAP_COALESCE && value == 0) r->uncoalesced = 1;
    return true;
}

/* What a changed switch asks for at once. */
static enum heap_status heap_changed(struct heap *h, enum heap_switch which)
{
    const struct policy *p = h->policy;
    if (which == HEAP_QUARANTINE) return guard_let_go(h, h->root.quarantine);
    enum heap_status status = p->changed != NULL ? p->changed(h, which) : HEAP_OK;
    if (status == HEAP_OK && which == HEAP_POISON && h->root.poison != 0)
        guard_poison_quarantine(h);
    return status;
}

enum heap_status heap_set(struct heap *h, enum heap_switch which, uint64_t value)
{
    uint64_t old;
    heap_enter(h);
    bool has = heap_policy_has((enum heap_policy)h->root.policy, which);
    if (has && which == HEAP_CANARY && h->root.top != h->root.start && value == !h->root.canary) {
        h->failure = HEAP_NOT_EMPTY;
    } else if (!has || !heap_switch_put(&h->root, which, value, &old)) {
        h->failure = HEAP_UNSUPPORTED;
    } else {
        h->failure = heap_changed(h, which);
        if (h->failure != HEAP_OK) (void)heap_switch_put(&h->root, which, old, &value);
    }
    return heap_leave(h);
}

enum heap_status heap_limit(struct heap *h, uint64_t bytes)
{
    heap_enter(h);
    uintptr_t brk = growth_brk(h);
    if (brk > h->root.start && brk - h->root.start > bytes)
        h->failure = HEAP_LIMIT;
    else
        h->root.limit = bytes;
    return heap_leave(h);
}

enum heap_status heap_sbrk(struct heap *h, intptr_t delta, bool force, uintptr_t *before)
{
    heap_enter(h);
    uintptr_t brk = growth_brk(h);
    /* 0 - delta is right for INTPTR_MIN too. */
    bool cuts = delta < 0 && (brk < h->root.top || 0 - (uintptr_t)delta > brk - h->root.top);
    *before = 0;
    h->failure = cuts && !force ? HEAP_CUTS_BLOCKS : growth_foreign(h, delta, before);
    return heap_leave(h);
}
