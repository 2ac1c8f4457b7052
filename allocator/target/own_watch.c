/* own_watch.c: bytes of the heap that the job names: which operation changed them last, and which
 * gave them back. What is compared is what they hold; who writes what is there already is not seen.
 */
#include <string.h>

#include "allocator/target/own.h"

static struct {
    volatile struct own_result *result; /* NULL: nothing is watched */
    uintptr_t lo, hi;
    unsigned char held[OWN_WATCH_MOST]; /* when they were looked at last; zeros, where they could
                                           not be touched yet */
} watch;

static size_t readable(void)
{
    uintptr_t end = own_memory_touchable();
    if (watch.lo < own_memory_start() || watch.lo >= end) return 0;
    uintptr_t hi = watch.hi < end ? watch.hi : end;
    return hi - watch.lo < sizeof watch.held ? hi - watch.lo : sizeof watch.held;
}

void own_watch_bytes(unsigned char *to)
{
    memset(to, 0, OWN_WATCH_MOST);
    memcpy(to, (const void *)watch.lo, readable());
}

void own_watch_begin(struct own *o)
{
    watch.result = o->job->watch_hi > o->job->watch_lo ? o->result : NULL;
    if (!watch.result) return;
    watch.lo = (uintptr_t)o->job->watch_lo;
    watch.hi = (uintptr_t)o->job->watch_hi;
    watch.result->watch_op = watch.result->watch_freed = watch.result->watch_owner = 0;
    watch.result->n_wrote = 0;
    memset(watch.held, 0, sizeof watch.held);
    memcpy(watch.held, (const void *)watch.lo, readable());
}

void own_watch(void)
{
    if (!watch.result) return;
    size_t n = readable();
    if (memcmp(watch.held, (const void *)watch.lo, n) == 0) return;
    memcpy(watch.held, (const void *)watch.lo, n);
    watch.result->watch_op = watch.result->op + 1;
}

void own_watch_freed(uintptr_t lo, uintptr_t hi)
{
    if (watch.result && lo < watch.hi && watch.lo < hi)
        watch.result->watch_freed = watch.result->op + 1;
}

void own_watch_end(void)
{
    if (!watch.result) return;
    own_watch();
    uint32_t owner = own_ranges_find(watch.lo, watch.lo + 1);
    watch.result->watch_owner = owner == OWN_NONE ? 0 : owner + 1;
}
