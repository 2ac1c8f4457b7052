/* policy_worst_fit.c: the largest block of the free list, if it is large enough. All are looked at.
 * Everything else is in fit.h. */
#include "fit.h"
#include "policy.h"

static bool worst_fit_is_better(uint64_t size, uint64_t best) { return size > best; }

static enum heap_status worst_fit_choose(struct heap *h, const struct fit_want *want,
                                         uintptr_t *block)
{
    return fit_choose_best(h, want, worst_fit_is_better, block);
}

static struct policy_made worst_fit_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    return fit_alloc(h, size, alignment, worst_fit_choose);
}

const struct policy policy_worst_fit = {.alloc = worst_fit_alloc,
                                        .free = fit_free,
                                        .usable = fit_usable,
                                        .resize = fit_resize,
                                        .changed = fit_changed};
