/* guard.c: see guard.h. */
#include "guard.h"

#include "allocator/format/block.h"
#include "allocator/format/steps.h"
#include "policy.h"
#include "word.h"

static uint32_t guard_header(const struct heap *h) { return h->format->header; }

uint64_t guard_extra(const struct heap *h)
{
    return h->root.canary != 0 ? GUARD_FRONT + GUARD_REAR : 0;
}

/* Where the rear guard of a block with size bytes of policy's payload ends. */
static uintptr_t guard_rear_end(uintptr_t inner, uint64_t size, uintptr_t rear)
{
    uintptr_t end = inner + size;
    return end - rear > GUARD_REAR_MAX ? rear + GUARD_REAR_MAX : end;
}

uintptr_t guard_dress(struct heap *h, uintptr_t inner, uint64_t asked)
{
    uintptr_t block = inner - guard_header(h), payload = inner + GUARD_FRONT;
    uint64_t size;
    if (h->root.canary == 0) return inner;
    (void)h->policy->usable(h, inner, &size);
    word_clear(h, inner, GUARD_FRONT);
    word_set(h, h->format->canary, block, GUARD_WORD);
    word_set(h, h->format->asked, block, asked);
    if (size >= GUARD_FRONT + asked)
        word_fill(h, block, payload + asked, guard_rear_end(inner, size, payload + asked),
                  GUARD_BYTE);
    return payload;
}

static enum heap_status guard_look(const struct heap *h, uintptr_t inner, uint64_t size,
                                   uint64_t *asked)
{
    uintptr_t block = inner - guard_header(h), payload = inner + GUARD_FRONT;
    if (word_get(h, h->format->canary, block) != GUARD_WORD) return HEAP_CANARY_DEAD;
    *asked = word_get(h, h->format->asked, block);
    if (size < GUARD_FRONT + GUARD_REAR || *asked > size - GUARD_FRONT - GUARD_REAR)
        return HEAP_CANARY_DEAD;
    uintptr_t end = guard_rear_end(inner, size, payload + *asked);
    for (const unsigned char *at = (const unsigned char *)(payload + *asked);
         at < (const unsigned char *)end; at++)
        if (*at != GUARD_BYTE) return HEAP_CANARY_DEAD;
    return HEAP_OK;
}

enum heap_status guard_verify(struct heap *h, uintptr_t payload, uintptr_t *inner, uint64_t *usable)
{
    *inner = payload - (h->root.canary != 0 ? GUARD_FRONT : 0);
    *usable = 0;
    if (payload < GUARD_FRONT) return HEAP_NOT_A_BLOCK;
    enum heap_status status = h->policy->usable(h, *inner, usable);
    if (status != HEAP_OK) return status;
    if (heap_is_quarantined(&h->root, *inner - guard_header(h))) return HEAP_ALREADY_FREE;
    return h->root.canary != 0 ? guard_look(h, *inner, *usable, usable) : HEAP_OK;
}

/* The bytes of a block in quarantine that are the caller's no more: what was asked for, or all. */
static void guard_poison_kept(struct heap *h, uintptr_t block)
{
    uintptr_t inner = block + guard_header(h);
    uint64_t size = 0, asked;
    if (h->policy->usable(h, inner, &size) != HEAP_OK) return;
    if (h->root.canary == 0)
        guard_poison(h, inner, inner + size);
    else if (guard_look(h, inner, size, &asked) == HEAP_OK)
        guard_poison(h, inner + GUARD_FRONT, inner + GUARD_FRONT + asked);
}

enum heap_status guard_let_go(struct heap *h, uint64_t most)
{
    while (h->root.quarantine_n > most) {
        uint64_t at = h->root.quarantine_at % HEAP_QUARANTINE_MAX;
        enum heap_status status = h->policy->free(h, h->root.quarantined[at] + guard_header(h));
        if (status != HEAP_OK) return status;
        word_set(h, FIELD_ROOT_QUARANTINE_AT, 0, (at + 1) % HEAP_QUARANTINE_MAX);
        word_set(h, FIELD_ROOT_QUARANTINE_N, 0, h->root.quarantine_n - 1);
    }
    return HEAP_OK;
}

enum heap_status guard_free(struct heap *h, uintptr_t inner)
{
    uintptr_t block = inner - guard_header(h);
    if (h->root.quarantine == 0) return h->policy->free(h, inner);
    enum heap_status status = guard_let_go(h, h->root.quarantine - 1);
    if (status != HEAP_OK) return status;
    uint64_t at = (h->root.quarantine_at + h->root.quarantine_n) % HEAP_QUARANTINE_MAX;
    word_set_at(h, FIELD_ROOT_QUARANTINED, 0, (uint32_t)at, block);
    word_set(h, FIELD_ROOT_QUARANTINE_N, 0, h->root.quarantine_n + 1);
    guard_poison_kept(h, block);
    step_tell(h->steps, STEP_QUARANTINE, WHY_NONE, block, h->root.quarantine_n, 0, 0);
    return HEAP_OK;
}

void guard_poison(struct heap *h, uintptr_t from, uintptr_t to)
{
    if (h->root.poison != 0) word_fill(h, 0, from, to, POISON_BYTE);
}

void guard_poison_quarantine(struct heap *h)
{
    for (uint64_t i = 0; i < h->root.quarantine_n; i++)
        guard_poison_kept(h,
                          h->root.quarantined[(h->root.quarantine_at + i) % HEAP_QUARANTINE_MAX]);
}
