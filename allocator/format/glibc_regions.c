/* glibc_regions.c: the runs of memory that hold chunks: main_arena's (glibc_main.c), those of the
 * other arenas, and mmapped chunks (glibc_mapped.c). An arena's heaps are linked from the one that
 * holds its top backwards. */
#include <stdlib.h>

#include "glibc_private.h"

struct glibc_region *add_region(struct glibc_looking *l, struct glibc_region region)
{
    struct glibc_region *r = list_add(l, &l->own->regions, sizeof *r);
    if (r != NULL) *r = region;
    return r;
}

/* ── Arenas ── */

struct heap_info {
    uint64_t arena, prev, size;
};

/* The heap at address, of that arena. Its first one holds its malloc_state. */
static bool add_heap(struct glibc_looking *l, uint32_t arena, uint64_t at, struct heap_info *info)
{
    const struct glibc_arena *a = (struct glibc_arena *)l->own->arenas.item + arena;
    uint64_t header = a->address % HEAP_MOST, first = at + header;
    if (!read_at(l, at, info, sizeof *info) || info->arena != a->address) return false;
    if (info->size <= header || info->size > HEAP_MOST || info->size % CHUNK_PAGE != 0)
        return false;
    if (!maps_cover(l, at, at + info->size)) return false;
    if (at + header == a->address)
        first = (a->bins + 2088 + CHUNK_HEADER - 1) & ~(uint64_t)(CHUNK_HEADER - 1);
    add_region(l, (struct glibc_region){.kind = GLIBC_ARENA,
                                        .start = first,
                                        .end = at + info->size,
                                        .arena = arena,
                                        .chunk = first,
                                        .limit = at + info->size});
    return true;
}

static void find_heaps(struct glibc_looking *l, uint32_t arena)
{
    uint64_t address = ((struct glibc_arena *)l->own->arenas.item)[arena].address;
    uint64_t top = ((struct glibc_arena *)l->own->arenas.item)[arena].top;
    uint64_t counted = ((struct glibc_arena *)l->own->arenas.item)[arena].system_mem, sum = 0;
    uint64_t first = address - address % HEAP_MOST, at = top - top % HEAP_MOST;
    struct heap_info info;
    size_t from = l->own->regions.n;
    for (size_t n = 0; n <= l->n_maps; n++) {
        if (!add_heap(l, arena, at, &info)) break;
        sum += info.size;
        if (at == first) {
            if (sum != counted) found_arena(l, 14, address, "system_mem", counted, sum, 10);
            return;
        }
        at = info.prev;
    }
    /* The way back is broken: what is sure is the heap that holds the arena itself. */
    found_ring(l, address, "no way leads back from the heap that holds its top to its first one");
    l->own->regions.n = from;
    (void)add_heap(l, arena, first, &info);
}

static int by_start(const void *a, const void *b)
{
    const struct glibc_region *x = a, *y = b;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* In order of address, none twice. */
static void put_in_order(struct glibc_looking *l)
{
    struct glibc_region *r = l->own->regions.item;
    size_t n = 0;
    if (l->own->regions.n != 0) qsort(r, l->own->regions.n, sizeof *r, by_start);
    for (size_t i = 0; i < l->own->regions.n; i++) {
        bool apart = r[i].start < r[i].end && (n == 0 || r[n - 1].end <= r[i].start);
        if (apart)
            r[n++] = r[i];
        else
            l->torn = true;
    }
    l->own->regions.n = n;
}

void find_regions(struct glibc_looking *l)
{
    find_main(l);
    for (size_t i = 1; i < l->own->arenas.n; i++)
        find_heaps(l, (uint32_t)i);
    put_in_order(l);
    find_mapped(l);
    put_in_order(l);
}
