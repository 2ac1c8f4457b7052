/* policy_next_fit.c: first-fit that begins where the last search ended: at the rover, and from the
 * list's end round to it. The rover is set to the block chosen; the list moves it on to what is
 * left of that block, or to the one behind it. */
#include "fit.h"
#include "free_list.h"
#include "policy.h"
#include "word.h"

static enum heap_status next_fit_choose(struct heap *h, const struct fit_want *want,
                                        uintptr_t *block)
{
    uintptr_t rover = h->root.rover;
    struct free_scan scan = free_scan_from(h, rover != 0 ? rover : h->root.free_head);
    bool round = rover == 0;
    for (;;) {
        *block = free_scan_next(&scan);
        if (*block == 0 && !round && scan.status == HEAP_OK) {
            round = true;
            scan.next = h->root.free_head;
            continue;
        }
        if (round && rover != 0 && *block == rover) *block = 0;
        if (*block == 0 || fit_probe(h, *block, want)) break;
    }
    if (*block != 0) word_set(h, FIELD_ROOT_ROVER, 0, *block);
    return scan.status;
}

static struct policy_made next_fit_alloc(struct heap *h, uint64_t size, uint64_t alignment)
{
    return fit_alloc(h, size, alignment, next_fit_choose);
}

const struct policy policy_next_fit = {.alloc = next_fit_alloc,
                                       .free = fit_free,
                                       .usable = fit_usable,
                                       .resize = fit_resize,
                                       .changed = fit_changed};
