/* policy_best_fit.c: the smallest block of the free list that is large enough. All are looked at.
 * Everything else is in fit.h. */
#include "fit.h"
#include "policy.h"

static bool best_fit_is_better(uint64_t size, uint64_t best) { return size < best; }

static enum heap_status best_fit_choose(struct heap *h, const struct fit_want *want,
                                        uintptr_t *block)
{
    return fit_choose_best(h, want, best_fit_is_better, block);
}

static struct policy_made best_fit_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    return fit_alloc(h, size, alignment, best_fit_choose);
}

const struct policy policy_best_fit = {.alloc = best_fit_alloc,
                                       .free = fit_free,
                                       .usable = fit_usable,
                                       .resize = fit_resize,
                                       .changed = fit_changed};
