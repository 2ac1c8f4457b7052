/* policy_first_fit.c: the first block of the free list that is large enough. Everything else is in
 * fit.h. */
#include "fit.h"
#include "free_list.h"
#include "policy.h"

static enum heap_status first_fit_choose(struct heap *h, const struct fit_want *want,
                                         uintptr_t *block)
{
    struct free_scan scan = free_scan_from(h, h->root.free_head);
    while ((*block = free_scan_next(&scan)) != 0 && !fit_probe(h, *block, want))
        continue;
    return scan.status;
}

static struct policy_made first_fit_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    return fit_alloc(h, size, alignment, first_fit_choose);
}

const struct policy policy_first_fit = {.alloc = first_fit_alloc,
                                        .free = fit_free,
                                        .usable = fit_usable,
                                        .resize = fit_resize,
                                        .changed = fit_changed};
