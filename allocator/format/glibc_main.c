/* glibc_main.c: where main_arena's chunks are.
 *
 * Mostly in [heap], from where its first sbrk was: system_mem counts from there to the end of top,
 * what others took between included. Where the kernel would not move brk any further, malloc takes
 * mappings instead, and sets a flag; each run ends at fenceposts then. No word leads to them but
 * top, to the last one: the others are known by the chunks with which their mappings begin. */
#include "glibc_scan.h"

#define NONCONTIGUOUS UINT64_C(2) /* of malloc_state.flags, the second 4 bytes */

/* Does a first chunk stand there, as far as its own words tell? */
static bool is_first(struct glibc_looking *l, uint64_t at, uint64_t limit)
{
    uint64_t word;
    return at < limit && limit - at >= CHUNK_LEAST && read_word(l, at + 8, &word) &&
           (word & CHUNK_PREV_INUSE) != 0 &&
           (word & (CHUNK_ODD | CHUNK_MMAPPED | CHUNK_NON_MAIN)) == 0 &&
           chunk_size(word) >= CHUNK_LEAST && chunk_size(word) <= limit - at;
}

static struct scan scan_of(struct glibc_looking *l, struct glibc_region *r, uint64_t top)
{
    return (struct scan){.l = l,
                         .region = r,
                         .window = window_of(l->m, r->limit),
                         .top = top,
                         .main = true,
                         .budget = 65536};
}

/* Where the chunks begin in [from, top]: there, or where one begins whose way leads on; top at the
 * latest. */
static uint64_t first_chunk(struct glibc_looking *l, uint64_t from, uint64_t top, uint64_t limit)
{
    struct glibc_region region = {.chunk = from, .limit = limit};
    struct scan s = scan_of(l, &region, top);
    from = (from + CHUNK_HEADER - 1) & ~(uint64_t)(CHUNK_HEADER - 1);
    if (from <= top && is_first(l, from, limit)) return from;
    uint64_t found = from < top ? resync(&s, from, top) : 0;
    return found != 0 ? found : top;
}

static void add_main(struct glibc_looking *l, enum glibc_region_kind kind, uint64_t start,
                     uint64_t end, uint64_t chunk, uint64_t limit)
{
    add_region(l, (struct glibc_region){
                      .kind = kind, .start = start, .end = end, .chunk = chunk, .limit = limit});
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

/* ── One run, up to brk ── */

static void find_in_heap(struct glibc_looking *l, const struct glibc_arena *a, uint64_t start,
                         uint64_t end, uint64_t brk)
{
    uint64_t word = 0;
    bool read = read_word(l, a->top + 8, &word);
    uint64_t size = chunk_size(word), top_end = a->top + size;
    if (!read || size < CHUNK_LEAST || size > end - a->top) {
        top_end = brk > a->top ? brk : end;
        l->torn = true;
    }
    if (top_end > brk) l->torn = true;
    uint64_t base = a->system_mem <= top_end ? top_end - a->system_mem : 0;
    bool counted = base >= start && base <= a->top, apart = a->flags & NONCONTIGUOUS;
    uint64_t chunk = first_chunk(l, counted && !apart ? base : start, a->top, top_end);
    find_counts(l, counted && !apart ? base : chunk);
    if (!apart && (!counted || chunk - base >= CHUNK_HEADER))
        found_arena(l, 14, a->address, "system_mem", a->system_mem, top_end - chunk, 10);
    uint64_t limit = top_end > brk ? top_end : brk;
    l->h->behind_top = limit - top_end;
    add_main(l, GLIBC_BRK, start, limit, chunk, top_end);
}

/* ── Many runs ── */

/* Runs begin with a page, and end at fenceposts, behind which the next one may begin. */
static void find_runs(struct glibc_looking *l, uint64_t from, uint64_t end)
{
    struct glibc_region region = {.chunk = from, .limit = end};
    struct scan s = scan_of(l, &region, 0);
    if (is_first(l, from, end) && goes_on(&s, from, 0))
        add_main(l, GLIBC_ARENA, from, end, from, end);
}

/* The run that ends with top, and what follows in its mapping. */
static void find_top_run(struct glibc_looking *l, const struct glibc_arena *a)
{
    const struct glibc_map *m = map_at(l, a->top);
    uint64_t word;
    if (m == NULL || !read_word(l, a->top + 8, &word)) {
        found_arena(l, 13, a->address, "top", a->top, 0, 16);
        return;
    }
    uint64_t end = a->top + chunk_size(word);
    if (chunk_size(word) < CHUNK_LEAST || end > m->end || end < a->top) end = m->end;
    uint64_t first = first_chunk(l, m->start, a->top, end);
    add_main(l, GLIBC_ARENA, first, end, first, end);
    find_runs(l, end, m->end);
}

static void find_apart(struct glibc_looking *l, const struct glibc_arena *a)
{
    size_t others = l->own->regions.n;
    for (size_t i = 0; i < l->n_maps; i++) {
        const struct glibc_map *m = &l->map[i];
        if (m->readable && m->writable && m->anonymous && !m->heap && !m->libc && !m->program &&
            !is_taken(l, m->start, m->end, others) && (a->top < m->start || a->top >= m->end))
            find_runs(l, m->start, m->end);
    }
}

void find_main(struct glibc_looking *l)
{
    const struct glibc_arena *a = l->own->arenas.item;
    uint64_t start, end;
    bool heap = find_heap(l, &start, &end);
    if (a->top == 0) {
        find_counts(l, 0);
        return;
    }
    bool inside = heap && a->top >= start && a->top < end;
    uint64_t brk = l->brk > start && l->brk <= end ? l->brk : end;
    if (inside) find_in_heap(l, a, start, end, brk);
    if (!inside) find_top_run(l, a);
    if (!inside && heap) {
        uint64_t chunk = first_chunk(l, start, brk, brk);
        find_counts(l, chunk);
        if (chunk < brk) add_main(l, GLIBC_BRK, start, brk, chunk, brk);
    }
    if (a->flags & NONCONTIGUOUS) find_apart(l, a);
}
