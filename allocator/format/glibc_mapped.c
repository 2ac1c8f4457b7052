/* glibc_mapped.c: chunks that have a mapping of their own.
 *
 * Such a chunk's size has IS_MMAPPED, and reaches a page's end; its prev_size is the way from the
 * mapping's start. Neighbours are one line of the mappings, so it goes on behind. One that was
 * aligned stands further up, where its payload is a multiple of a power of two; then the header
 * from before is still at the start, and says nothing. From 2.43 on a chunk's size leaves a header
 * out, so that the last eight bytes are nobody's. */
#include "glibc_private.h"

struct mapped {
    uint64_t base, end; /* the mapping */
    uint64_t chunk, bytes; /* the block */
};

/* Pages of a chunk that are looked at: one aligned to more than so many is not found. */
#define ALIGNED_PAGES 512u

static bool is_stale(const uint64_t words[2])
{
    return words[0] <= 1 && (words[1] & (CHUNK_FLAGS | CHUNK_ODD)) == CHUNK_MMAPPED;
}

/* Is there a chunk whose header has these words, in a mapping from m->base up to limit at most? */
static bool is_mapped(struct mapped *m, uint64_t chunk, uint64_t limit, const uint64_t words[2])
{
    uint64_t size = chunk_size(words[1]), most = limit - chunk;
    if ((words[1] & (CHUNK_FLAGS | CHUNK_ODD)) != CHUNK_MMAPPED) return false;
    if (size < CHUNK_LEAST || size > most || (words[0] & ~UINT64_C(1)) != chunk - m->base)
        return false;
    uint64_t end = chunk + size;
    m->chunk = chunk;
    m->bytes = size;
    m->end = end;
    if (end % CHUNK_PAGE == 0 && words[0] % 2 == 0) return true;
    m->bytes = size + 8;
    m->end = end + CHUNK_HEADER;
    return m->end % CHUNK_PAGE == 0 && m->end <= limit;
}

static bool try_at(struct glibc_looking *l, struct mapped *m, uint64_t chunk, uint64_t limit)
{
    struct mapped found = {.base = m->base};
    uint64_t words[2];
    if (limit - m->base < CHUNK_LEAST || chunk > limit - CHUNK_LEAST ||
        !read_at(l, chunk, words, sizeof words) || !is_mapped(&found, chunk, limit, words))
        return false;
    *m = found;
    return true;
}

/* Further up: aligned within the first page, or to one. */
static bool try_aligned(struct glibc_looking *l, struct mapped *m, uint64_t limit)
{
    for (uint64_t alignment = 64; alignment < CHUNK_PAGE; alignment *= 2)
        if (try_at(l, m, m->base + alignment - CHUNK_HEADER, limit)) return true;
    for (uint64_t n = 1; n <= ALIGNED_PAGES && n < (limit - m->base) / CHUNK_PAGE; n++)
        if (try_at(l, m, m->base + n * CHUNK_PAGE - CHUNK_HEADER, limit)) return true;
    return false;
}

/* Where the chunk of that mapping was at the last look; 0: there was none. */
static uint64_t known_at(const struct glibc_private *own, uint64_t base)
{
    const struct mapped *known = own->mapped_before.item;
    size_t low = 0, high = own->mapped_before.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (known[middle].base < base)
            low = middle + 1;
        else
            high = middle;
    }
    return low < own->mapped_before.n && known[low].base == base ? known[low].chunk : 0;
}

static bool find_at(struct glibc_looking *l, struct mapped *m, uint64_t limit)
{
    uint64_t words[2], known = known_at(l->own, m->base);
    if (!read_at(l, m->base, words, sizeof words) || !is_stale(words)) return false;
    if (known != 0 && try_at(l, m, known, limit)) return true;
    return try_aligned(l, m, limit) || try_at(l, m, m->base, limit);
}

static bool keep(struct glibc_looking *l, const struct mapped *m)
{
    struct mapped *kept = list_add(l, &l->own->mapped, sizeof *kept);
    if (kept != NULL) *kept = *m;
    return kept != NULL && add_region(l, (struct glibc_region){.kind = GLIBC_MAPPED,
                                                               .start = m->base,
                                                               .end = m->end,
                                                               .arena = GLIBC_NO_ARENA,
                                                               .chunk = m->chunk,
                                                               .limit = m->end,
                                                               .mapped = m->bytes}) != NULL;
}

bool is_taken(const struct glibc_looking *l, uint64_t start, uint64_t end, size_t n)
{
    const struct glibc_region *r = l->own->regions.item;
    for (size_t i = 0; i < n; i++)
        if (r[i].start < end && r[i].end > start) return true;
    return false;
}

/* The chunks of a piece of a mapping that begins with one. */
static void find_in(struct glibc_looking *l, uint64_t start, uint64_t end, uint64_t *n,
                    uint64_t *bytes)
{
    struct mapped m = {.base = start};
    for (; m.base < end && find_at(l, &m, end); m.base = m.end) {
        if (!keep(l, &m)) return;
        *bytes += m.end - m.base;
        ++*n;
    }
}

/* Between the regions that are known: those are in order, the first n of all. */
static void find_between(struct glibc_looking *l, const struct glibc_map *map, size_t others,
                         uint64_t *n, uint64_t *bytes)
{
    uint64_t start = map->start;
    for (size_t i = 0; i < others && start < map->end; i++) {
        const struct glibc_region r = ((struct glibc_region *)l->own->regions.item)[i];
        if (r.end <= start || r.start >= map->end) continue;
        if (r.start > start) find_in(l, start, r.start, n, bytes);
        start = r.end;
    }
    if (start < map->end) find_in(l, start, map->end, n, bytes);
}

void find_mapped(struct glibc_looking *l)
{
    const struct glibc_counts *c = &l->own->counts;
    struct glibc_list before = l->own->mapped_before;
    uint64_t n = 0, bytes = 0;
    size_t others = l->own->regions.n;
    l->own->mapped_before = l->own->mapped;
    l->own->mapped = before;
    l->own->mapped.n = 0;
    for (size_t i = 0; i < l->n_maps && !l->no_memory; i++) {
        const struct glibc_map *map = &l->map[i];
        if (map->readable && map->writable && map->anonymous && !map->heap && !map->libc &&
            !map->program)
            find_between(l, map, others, &n, &bytes);
    }
    l->h->mapped_known = c->known && c->n_mmaps == n && c->mmapped_mem == bytes;
}
