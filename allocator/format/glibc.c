/* glibc.c: a look at a heap of glibc's: find, read, follow the lists, judge. See glibc.h.
 *
 * glibc_find.c      main_arena and the other arenas, and malloc's own counts
 * glibc_regions.c   the runs of memory that hold chunks; glibc_main.c, glibc_mapped.c
 * glibc_scan.c      every header once; glibc_mend.c, glibc_resync.c: where one is false
 * glibc_lists.c     the bins; glibc_cached.c and glibc_tcache.c: fastbins and tcaches
 * glibc_walk.c      blocks, lists and sums, from what these have kept
 * glibc_check.c     what is wrong, in words; glibc_bins.c: names and numbers */
#include <stdlib.h>
#include <string.h>

#include "glibc_private.h"

#define N_LISTS 14u

static void lists_of(struct glibc_private *own, struct glibc_list *list[N_LISTS])
{
    struct glibc_list *const all[N_LISTS] = {
        &own->regions, &own->arenas,     &own->tcaches,       &own->words,  &own->marks,
        &own->frees,   &own->order,      &own->odds,          &own->cached, &own->by_address,
        &own->mapped,  &own->candidates, &own->mapped_before, &own->hints};
    memcpy(list, all, sizeof all);
}

void glibc_release(struct glibc_heap *h)
{
    struct glibc_list *list[N_LISTS];
    if (h->own != NULL) {
        lists_of(h->own, list);
        for (size_t i = 0; i < N_LISTS; i++)
            free(list[i]->item);
        free(h->own);
    }
    *h = (struct glibc_heap){0};
}

/* Nothing of the last look but its room, and what was found where. */
static bool begin(struct glibc_heap *h)
{
    struct glibc_list *list[N_LISTS];
    if (h->own == NULL && (h->own = calloc(1, sizeof *h->own)) == NULL) return false;
    struct glibc_private *own = h->own;
    lists_of(own, list);
    for (size_t i = 0; i < N_LISTS; i++)
        if (list[i] != &own->mapped && list[i] != &own->mapped_before) list[i]->n = 0;
    own->n_findings = 0;
    own->counts.known = false;
    *h = (struct glibc_heap){.held = h->held, .own = own};
    return true;
}

static void show(struct glibc_heap *h)
{
    struct glibc_private *own = h->own;
    h->region = own->regions.item;
    h->n_regions = own->regions.n;
    h->arena = own->arenas.item;
    h->n_arenas = own->arenas.n;
    h->tcache = own->tcaches.item;
    h->n_tcaches = own->tcaches.n;
}

static bool has_heap(const struct glibc_looking *l)
{
    for (size_t i = 0; i < l->n_maps; i++)
        if (l->map[i].heap) return true;
    return false;
}

static enum glibc_result nothing(struct glibc_heap *h, enum glibc_result result)
{
    struct glibc_private *own = h->own;
    own->regions.n = own->arenas.n = own->tcaches.n = own->words.n = own->n_findings = 0;
    own->frees.n = own->order.n = own->odds.n = own->cached.n = own->by_address.n = 0;
    *h = (struct glibc_heap){.held = h->held, .own = own};
    return result;
}

static void read_all(struct glibc_looking *l)
{
    scan_regions(l);
    if (!l->no_memory && !l->unreadable) read_bins(l);
    if (!l->no_memory && !l->unreadable) read_cached(l);
}

static int ascending(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Lists have led to chunks where the scan found none: a size leads past them. Once more, with
 * these known. */
static void read_again(struct glibc_looking *l, size_t n_findings)
{
    struct glibc_private *own = l->own;
    qsort(own->hints.item, own->hints.n, sizeof(uint64_t), ascending);
    own->words.n = own->marks.n = own->frees.n = own->order.n = own->odds.n = own->cached.n = 0;
    own->by_address.n = own->candidates.n = own->tcaches.n = 0;
    own->n_findings = n_findings;
    l->again = true;
    read_all(l);
}

static enum glibc_result look(struct glibc_looking *l)
{
    struct glibc_heap *h = l->h;
    if (!find_arenas(l)) {
        if (l->no_memory) return GLIBC_NO_MEMORY;
        if (l->unreadable) return GLIBC_UNREADABLE;
        return has_heap(l) ? GLIBC_FOREIGN : GLIBC_NONE;
    }
    find_regions(l);
    if (l->no_memory) return GLIBC_NO_MEMORY;
    if (l->own->regions.n == 0) return has_heap(l) ? GLIBC_FOREIGN : GLIBC_NONE;
    show(h);
    size_t n_findings = l->own->n_findings;
    read_all(l);
    if (l->own->hints.n != 0 && !l->no_memory && !l->unreadable) read_again(l, n_findings);
    show(h);
    if (l->no_memory) return GLIBC_NO_MEMORY;
    if (l->unreadable) return GLIBC_UNREADABLE;
    return l->torn || l->own->n_findings != 0 ? GLIBC_TORN : GLIBC_OK;
}

enum glibc_result glibc_look(struct glibc_heap *h, const struct memory *m,
                             const struct glibc_map *maps, size_t n, uint64_t brk)
{
    if (!begin(h)) return GLIBC_NO_MEMORY;
    struct glibc_looking l = {.h = h, .own = h->own, .m = m, .map = maps, .n_maps = n, .brk = brk};
    enum glibc_result result = look(&l);
    if (result == GLIBC_NO_MEMORY) glibc_release(h);
    if (result == GLIBC_OK || result == GLIBC_TORN || result == GLIBC_NO_MEMORY) return result;
    return nothing(h, result);
}
