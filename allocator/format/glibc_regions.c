/* glibc_regions.c: the runs of memory that hold chunks.
 *
 * main_arena's heap begins where its first sbrk did: system_mem counts from there to the end of
 * top, what others took between included. The other arenas' heaps are linked from the one that
 * holds top backwards. */
#include <stdlib.h>

#include "glibc_private.h"

struct glibc_region *add_region(struct glibc_looking *l, struct glibc_region region)
{
    struct glibc_region *r = list_add(l, &l->own->regions, sizeof *r);
    if (r != NULL) *r = region;
    return r;
}

/* ── main_arena ── */

/* Does a first chunk stand there, as far as its own words tell? */
static bool is_first(struct glibc_looking *l, uint64_t at, uint64_t limit)
{
    uint64_t word;
    return read_word(l, at + 8, &word) && (word & CHUNK_PREV_INUSE) != 0 &&
           (word & (CHUNK_ODD | CHUNK_MMAPPED | CHUNK_NON_MAIN)) == 0 &&
           chunk_size(word) >= CHUNK_LEAST && chunk_size(word) <= limit - at;
}

/* Where the chunks begin in [from, top]: there, or where one begins whose way leads on; top at the
 * latest. */
static uint64_t first_chunk(struct glibc_looking *l, uint64_t from, uint64_t top, uint64_t limit)
{
    struct glibc_region region = {.chunk = from, .limit = limit};
    struct scan s = {.l = l,
                     .region = &region,
                     .window = window_of(l->m, limit),
                     .top = top,
                     .main = true,
                     .budget = 65536};
    from = (from + CHUNK_HEADER - 1) & ~(uint64_t)(CHUNK_HEADER - 1);
    if (from <= top && is_first(l, from, limit)) return from;
    uint64_t found = from < top ? resync(&s, from, top) : 0;
    return found != 0 ? found : top;
}

/* top lies outside [heap]: the kernel would not move brk, and malloc took mappings instead. */
static void find_mapped_top(struct glibc_looking *l, const struct glibc_arena *a)
{
    const struct glibc_map *m = map_at(l, a->top);
    uint64_t word;
    if (m == NULL || !m->readable || !read_word(l, a->top + 8, &word)) return;
    uint64_t end = a->top + chunk_size(word);
    if (chunk_size(word) < CHUNK_LEAST || end > m->end || end < a->top) end = m->end;
    uint64_t first = first_chunk(l, m->start, a->top, end);
    add_region(l,
               (struct glibc_region){
                   .kind = GLIBC_ARENA, .start = first, .end = end, .chunk = first, .limit = end});
}

/* [heap] as the mappings have it. */
static bool find_heap(const struct glibc_looking *l, uint64_t *start, uint64_t *end)
{
    *start = *end = 0;
    for (size_t i = 0; i < l->n_maps; i++) {
        if (!l->map[i].heap) continue;
        if (*end == 0) *start = l->map[i].start;
        if (*end != 0 && l->map[i].start != *end) break;
        *end = l->map[i].end;
    }
    return *end != 0;
}

static void find_main(struct glibc_looking *l)
{
    const struct glibc_arena *a = l->own->arenas.item;
    uint64_t start, end, word = 0;
    bool heap = find_heap(l, &start, &end);
    if (a->top == 0) return;
    bool inside = heap && a->top >= start && a->top < end;
    if (!inside) find_mapped_top(l, a);
    if (!heap) return;
    uint64_t brk = l->brk > start && l->brk <= end ? l->brk : end;
    struct glibc_region r = {.kind = GLIBC_BRK, .start = start, .end = brk, .limit = brk};
    if (!inside) {
        /* The chunks from before end at a fencepost. Where they begin, only counts tell. */
        if (!is_first(l, start, brk)) return;
        r.chunk = start;
        add_region(l, r);
        return;
    }
    if (!read_word(l, a->top + 8, &word)) return;
    uint64_t size = chunk_size(word), top_end = a->top + size;
    if (size < CHUNK_LEAST || size > end - a->top) top_end = brk, l->torn = true;
    uint64_t base = a->system_mem <= top_end ? top_end - a->system_mem : 0;
    find_counts(l, base);
    if (top_end > brk) l->torn = true, r.end = top_end;
    bool counted = base >= start && base <= a->top;
    r.chunk = first_chunk(l, counted ? base : start, a->top, top_end);
    r.limit = top_end;
    l->h->behind_top = r.end - top_end;
    if (!counted || r.chunk - base >= CHUNK_HEADER)
        found_arena(l, 14, a->address, "system_mem", a->system_mem, top_end - r.chunk, 10);
    add_region(l, r);
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

void find_regions(struct glibc_looking *l)
{
    struct glibc_private *own = l->own;
    find_main(l);
    for (size_t i = 1; i < own->arenas.n; i++)
        find_heaps(l, (uint32_t)i);
    find_mapped(l);
    struct glibc_region *r = own->regions.item;
    size_t n = 0;
    if (own->regions.n != 0) qsort(r, own->regions.n, sizeof *r, by_start);
    for (size_t i = 0; i < own->regions.n; i++) {
        bool apart = r[i].start < r[i].end && (n == 0 || r[n - 1].end <= r[i].start);
        if (apart)
            r[n++] = r[i];
        else
            l->torn = true;
    }
    own->regions.n = n;
}
