/* growth.c: grow, trim, limit, foreign breaks, failure. See growth.h. */
#include "growth.h"

#include <string.h>
#include <unistd.h>
#ifndef __GLIBC__
#include <sys/syscall.h>
#endif

#include "allocator/format/steps.h"

static void *growth_os_sbrk(const struct growth *self, intptr_t delta)
{
    (void)self;
#ifdef __GLIBC__
    return sbrk(delta);
#else
    /* musl's sbrk refuses to move brk, which it shares with its malloc. Nobody calls malloc
     * here. */
    uintptr_t before = (uintptr_t)syscall(SYS_brk, 0), wanted = before + (uintptr_t)delta;
    return delta != 0 && (uintptr_t)syscall(SYS_brk, wanted) != wanted ? (void *)-1
                                                                       : (void *)before;
#endif
}

const struct growth growth_os = {growth_os_sbrk};

/* 0 for failure: no break is ever at 0. */
static uintptr_t growth_call(const struct heap *h, intptr_t delta)
{
    void *before = h->growth->sbrk(h->growth, delta);
    return before == (void *)-1 ? 0 : (uintptr_t)before;
}

uintptr_t growth_brk(const struct heap *h) { return growth_call(h, 0); }

static uintptr_t growth_place_at(const struct heap *h, uintptr_t brk, uint64_t reserve)
{
    if (brk == 0 || brk > UINTPTR_MAX - reserve - HEAP_ALIGN) return 0;
    if (brk <= h->root.top) return h->root.top;
    return (brk + reserve + HEAP_ALIGN - 1) & ~(uintptr_t)(HEAP_ALIGN - 1);
}

uintptr_t growth_place(const struct heap *h, uint64_t reserve)
{
    return growth_place_at(h, growth_brk(h), reserve);
}

static enum growth_result growth_refuse(struct heap *h, enum step_why why, uint64_t bytes,
                                        uintptr_t brk)
{
    step_tell(h->steps, STEP_SBRK, why, 0, bytes, brk, brk);
    h->failure = why == WHY_LIMIT ? HEAP_LIMIT : HEAP_NO_MEMORY;
    return GROWTH_REFUSED;
}

/* Somebody moved brk between two of our calls: what we got is not where we wanted it. */
static enum growth_result growth_undo(struct heap *h, uintptr_t got, uint64_t bytes)
{
    step_tell(h->steps, STEP_SBRK, WHY_NONE, 0, bytes, got, got + bytes);
    if (growth_brk(h) == got + bytes && growth_call(h, -(intptr_t)bytes) != 0)
        step_tell(h->steps, STEP_TRIM, WHY_NONE, 0, bytes, got + bytes, got);
    return GROWTH_MOVED;
}

enum growth_result growth_extend(struct heap *h, uintptr_t place, uint64_t need, uint64_t reserve)
{
    uintptr_t brk = growth_brk(h);
    if (place != growth_place_at(h, brk, reserve)) return GROWTH_MOVED;
    if (brk == 0) return growth_refuse(h, WHY_KERNEL, need, brk);
    if (place == 0 || need > PTRDIFF_MAX || place - brk > PTRDIFF_MAX - need) {
        h->failure = HEAP_TOO_FAR;
        return GROWTH_REFUSED;
    }
    uint64_t bytes = place - brk + need;
    if (place + need - h->root.start > h->root.limit)
        return growth_refuse(h, WHY_LIMIT, bytes, brk);
    uintptr_t got = growth_call(h, (intptr_t)bytes);
    if (got == 0) return growth_refuse(h, WHY_KERNEL, bytes, brk);
    if (got != brk) return growth_undo(h, got, bytes);
    if (brk < h->fresh) h->fresh = brk;
    step_tell(h->steps, STEP_SBRK, WHY_NONE, 0, bytes, brk, brk + bytes);
    if (place > h->root.top)
        step_tell(h->steps, STEP_FENCE, WHY_NONE, 0, place - reserve - h->root.top, h->root.top,
                  place);
    return GROWTH_DONE;
}

bool growth_trim(struct heap *h, uintptr_t to)
{
    uintptr_t top = h->root.top;
    intptr_t bytes = (intptr_t)(top - to);
    unsigned char kept[GROWTH_KEPT];
    if (growth_brk(h) != top) return false;
    memcpy(kept, (const void *)to, sizeof kept);
    uintptr_t before = growth_call(h, -bytes);
    if (before != 0 && before != top) {
        /* A stranger came between: it was its bytes that we cut, give them back. */
        if (growth_call(h, bytes) != 0) memcpy((void *)to, kept, sizeof kept);
        return false;
    }
    step_tell(h->steps, STEP_TRIM, before == 0 ? WHY_KERNEL : WHY_NONE, 0, (uint64_t)bytes, top,
              before == 0 ? top : to);
    return before != 0;
}

enum heap_status growth_give(struct heap *h, uint64_t bytes, uintptr_t *before)
{
    uintptr_t brk = growth_brk(h);
    uint64_t used = brk > h->root.start ? brk - h->root.start : 0;
    enum step_why why = WHY_NONE;
    *before = brk;
    if (bytes == 0) return brk == 0 ? HEAP_NO_MEMORY : HEAP_OK;
    if (bytes > PTRDIFF_MAX || used > h->root.limit || bytes > h->root.limit - used)
        why = WHY_LIMIT;
    else if ((*before = growth_call(h, (intptr_t)bytes)) == 0)
        why = WHY_KERNEL;
    if (why != WHY_NONE) {
        *before = 0;
        step_tell(h->steps, STEP_SBRK, why, 0, bytes, brk, brk);
        return why == WHY_LIMIT ? HEAP_LIMIT : HEAP_NO_MEMORY;
    }
    h->root.top = (*before + bytes) & ~(uintptr_t)(HEAP_ALIGN - 1);
    step_tell(h->steps, STEP_SBRK, WHY_NONE, 0, bytes, *before, *before + bytes);
    return HEAP_OK;
}

enum heap_status growth_foreign(struct heap *h, intptr_t delta, uintptr_t *before)
{
    uintptr_t brk = growth_brk(h);
    uint64_t used = brk > h->root.start ? brk - h->root.start : 0;
    enum step_why why = WHY_FOREIGN;
    *before = 0;
    if (delta > 0 && (used > h->root.limit || (uint64_t)delta > h->root.limit - used))
        why = WHY_LIMIT;
    if (why == WHY_FOREIGN && (*before = growth_call(h, delta)) == 0) why = WHY_KERNEL;
    /* Below the first break the kernel leaves brk where it is, and glibc's sbrk calls that
     * success. */
    if (*before != 0 && delta < 0 && growth_brk(h) == *before) {
        why = WHY_KERNEL;
        *before = 0;
    }
    step_tell(h->steps, STEP_SBRK, why, 0, (uint64_t)delta, brk,
              *before == 0 ? brk : *before + (uintptr_t)delta);
    if (why == WHY_FOREIGN) return HEAP_OK;
    return why == WHY_LIMIT ? HEAP_LIMIT : HEAP_NO_MEMORY;
}
