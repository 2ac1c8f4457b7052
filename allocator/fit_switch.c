/* fit_switch.c: what a changed switch asks of a heap at once: a new order sorts the free list,
 * poison fills what is free. See fit.h. */
#include "fit.h"

#include "free_list.h"
#include "guard.h"

enum heap_status fit_changed(struct heap *h, enum heap_switch which)
{
    if (which == HEAP_ORDER) return free_list_sort(h);
    if (which != HEAP_POISON || h->root.poison == 0) return HEAP_OK;
    /* The whole list is judged before a byte is written: a refusal leaves the heap as it was. */
    enum heap_status status = free_list_sound(h);
    if (status != HEAP_OK) return status;
    struct free_scan scan = free_scan_from(h, h->root.free_head);
    for (uintptr_t block; (block = free_scan_next(&scan)) != 0;)
        guard_poison(h, block + POISON_FROM, fit_end(block));
    return scan.status;
}
