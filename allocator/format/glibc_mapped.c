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

/* The most that a block may be aligned to, to be found. */
#define ALIGNED_MOST (UINT64_C(1) << 30)

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

/* Further up: where the first payload is that is a multiple of some power of two. */
static bool try_aligned(struct glibc_looking *l, struct mapped *m, uint64_t limit)
{
    for (uint64_t alignment = 2 * CHUNK_HEADER; alignment <= ALIGNED_MOST; alignment *= 2) {
        uint64_t payload = (m->base + CHUNK_HEADER + alignment - 1) & ~(alignment - 1);
        uint64_t chunk = payload - CHUNK_HEADER;
        if (chunk != m->base && chunk - m->base < CHUNK_LEAST) chunk += alignment;
        if (chunk >= limit) return false;
        if (chunk != m->base && try_at(l, m, chunk, limit)) return true;
    }
    return false;
}

/* The first of the last look whose mapping begins at base or beyond. */
static size_t known_from(const struct glibc_private *own, uint64_t base)
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
    return low;
}

/* Where the chunk of that mapping was at the last look; 0: there was none. */
static uint64_t known_at(const struct glibc_private *own, uint64_t base)
{
    const struct mapped *known = own->mapped_before.item;
    size_t i = known_from(own, base);
    return i < own->mapped_before.n && known[i].base == base ? known[i].chunk : 0;
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

/* ── All of them ── */

/* Pages that the first look may try, and each of the others, which go on where the one before has
 * ended. */
#define PAGES_FIRST 16384u
#define PAGES_MOST 4096u

struct search {
    struct glibc_looking *l;
    size_t others; /* regions of other kinds: they are in order, and come first */
    bool deep; /* try every page, not only where a chunk is to be expected */
    unsigned pages; /* that may still be tried, */
    uint64_t from, ended; /* from which on, and the first that was not; 0: none is left */
    uint64_t n; /* found */
};

/* Where the last look had one, beyond base; else end. */
static uint64_t next_known(const struct glibc_private *own, uint64_t base, uint64_t end)
{
    const struct mapped *known = own->mapped_before.item;
    size_t i = known_from(own, base + 1);
    return i < own->mapped_before.n && known[i].base < end ? known[i].base : end;
}

/* No chunk is at base: where may the next one be? */
static uint64_t go_on(struct search *s, uint64_t base, uint64_t end)
{
    uint64_t known = next_known(s->l->own, base, end), next = base + CHUNK_PAGE;
    if (!s->deep || s->ended != 0) return known;
    if (next < s->from) next = s->from;
    if (next >= known) return known;
    if (s->pages == 0) return s->ended = next, known;
    s->pages--;
    return next;
}

/* The chunks of a piece of a mapping: one behind the other from its start on. Others' memory may
 * lie between. */
static void find_in(struct search *s, uint64_t start, uint64_t end)
{
    struct mapped m = {.base = start};
    while (m.base < end) {
        if (!find_at(s->l, &m, end)) {
            m.base = go_on(s, m.base, end);
            continue;
        }
        if (!keep(s->l, &m)) return;
        s->n++;
        m.base = m.end;
    }
}

static void find_between(struct search *s, const struct glibc_map *map)
{
    uint64_t start = map->start;
    for (size_t i = 0; i < s->others && start < map->end; i++) {
        const struct glibc_region r = ((struct glibc_region *)s->l->own->regions.item)[i];
        if (r.end <= start || r.start >= map->end) continue;
        if (r.start > start) find_in(s, start, r.start);
        start = (r.end + CHUNK_PAGE - 1) & ~(CHUNK_PAGE - 1);
    }
    if (start < map->end) find_in(s, start, map->end);
}

/* As many as malloc counts? (Its bytes are not compared: 2.43 counts 16 too many with each mremap.)
 */
static bool find_all(struct search *s)
{
    struct glibc_looking *l = s->l;
    const struct glibc_counts *c = &l->own->counts;
    l->own->regions.n = s->others;
    l->own->mapped.n = 0;
    s->n = 0;
    for (size_t i = 0; i < l->n_maps && !l->no_memory; i++) {
        const struct glibc_map *map = &l->map[i];
        if (map->readable && map->writable && map->anonymous && !map->heap && !map->libc &&
            !map->program)
            find_between(s, map);
    }
    return c->known && c->n_mmaps == s->n;
}

/* Looks to wait after a search in vain, at most. */
#define WAIT_MOST 63u

/* malloc counts more: look everywhere. */
static bool find_deep(struct search *s)
{
    struct glibc_private *own = s->l->own;
    bool first = own->mapped_before.n == 0 && own->deep_from == 0;
    if (own->wait != 0) return own->wait--, false;
    *s = (struct search){.l = s->l,
                         .others = s->others,
                         .deep = true,
                         .pages = first ? PAGES_FIRST : PAGES_MOST,
                         .from = own->deep_from};
    bool all = find_all(s);
    own->deep_from = all ? 0 : s->ended;
    if (all) own->wait_next = 0;
    if (!all && s->ended == 0)
        own->wait = own->wait_next =
            own->wait_next < WAIT_MOST ? 2 * own->wait_next + 1 : WAIT_MOST;
    return all;
}

void find_mapped(struct glibc_looking *l)
{
    struct glibc_private *own = l->own;
    struct glibc_list before = own->mapped_before;
    struct search s = {.l = l, .others = own->regions.n};
    own->mapped_before = own->mapped;
    own->mapped = before;
    bool all = find_all(&s);
    if (!all && own->counts.known && s.n < own->counts.n_mmaps) all = find_deep(&s);
    l->h->mapped_known = all;
}
