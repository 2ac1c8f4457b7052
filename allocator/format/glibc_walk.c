/* glibc_walk.c: the blocks of a region, from what the last look has kept: size words, and beside
 * them, in the same order, the free chunks, the cached ones, and what is odd. */
#include "glibc_private.h"

struct way {
    const struct glibc_heap *h;
    const struct glibc_region *r;
    struct window window;
    glibc_visit_run *visit_run; /* NULL: each block for itself */
    walk_visit *visit;
    void *user;
    struct walk_damage damage;
    struct walk_block
        block; /* a chunk of which there is no more to be said: set where they differ */
    const struct glibc_free *f, *f_end;
    const struct glibc_cache *c, *c_end;
    const struct glibc_odd *odd, *odd_end; /* one for each size word with CHUNK_ODD */
    uint64_t at; /* where the next block begins */
    uint64_t top;
};

/* The first item at or beyond from, whose key stands first in it; and the end of all. */
static const void *items_from(const struct glibc_list *list, size_t bytes, uint64_t from,
                              const void **end)
{
    const char *item = list->item;
    size_t low = 0, high = list->n;
    if (list->n == 0) return *end = NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (window_word((const unsigned char *)item + middle * bytes, 0) < from)
            low = middle + 1;
        else
            high = middle;
    }
    *end = item + list->n * bytes;
    return item + low * bytes;
}

_Static_assert(offsetof(struct glibc_free, chunk) == 0 &&
                   offsetof(struct glibc_cache, chunk) == 0 &&
                   offsetof(struct glibc_odd, index) == 0,
               "they are sought by what stands first");

static void begin(struct way *w, const struct glibc_heap *h, size_t region)
{
    const struct glibc_private *own = h->own;
    const void *end;
    w->r = &h->region[region];
    w->f = items_from(&own->frees, sizeof *w->f, w->r->start, &end);
    w->f_end = end;
    w->c = items_from(&own->by_address, sizeof *w->c, w->r->start, &end);
    w->c_end = end;
    w->odd = items_from(&own->odds, sizeof *w->odd, w->r->first, &end);
    w->odd_end = end;
}

static bool give(struct way *w, struct walk_block *b)
{
    b->address = w->at;
    b->region = (unsigned)(w->r - w->h->region);
    b->window = &w->window;
    w->at += b->size;
    return w->visit(w->user, b);
}

static bool give_foreign(struct way *w, uint64_t end)
{
    struct walk_block b = {.size = end - w->at, .state = WALK_FOREIGN};
    return end <= w->at || give(w, &b);
}

static void note_damage(struct way *w, const struct walk_block *b)
{
    if (w->damage.at == 0)
        w->damage = (struct walk_damage){.at = w->at,
                                         .block = b->whose,
                                         .field = b->wrong,
                                         .found = b->found,
                                         .expected = b->expected};
}

/* What the lists say of chunks before that one is past. */
static inline void come_to(struct way *w, uint64_t chunk)
{
    while (w->f < w->f_end && w->f->chunk < chunk)
        w->f++;
    while (w->c < w->c_end && w->c->chunk < chunk)
        w->c++;
}

/* What the lists say of the chunk. */
static void name_state(struct way *w, uint64_t chunk, struct walk_block *b)
{
    come_to(w, chunk);
    b->state = WALK_USED;
    b->bin = b->cached = 0;
    if (w->c < w->c_end && w->c->chunk == chunk) {
        b->state = WALK_CACHED;
        b->bin = w->c->bin;
        b->cached = w->c->owner;
    }
    if (w->f < w->f_end && w->f->chunk == chunk) {
        b->state = WALK_IS_FREE;
        b->bin = w->f->bin;
        b->cached = 0;
    }
    if (chunk == w->top) b->state = WALK_IS_FREE, b->bin = GLIBC_BIN_TOP;
}

static void name_odd(struct way *w, struct walk_block *b)
{
    const struct glibc_odd *o = w->odd++;
    if (o->foreign) {
        *b = (struct walk_block){.size = b->size, .state = WALK_FOREIGN};
        return;
    }
    b->would_be = b->state == WALK_USED ? o->would_be : b->state;
    b->state = WALK_IS_DAMAGED;
    b->whose = w->at;
    b->wrong = o->field;
    b->found = o->found;
    b->expected = o->expected;
    note_damage(w, b);
}

static bool give_chunk(struct way *w, uint64_t chunk, size_t index, bool last)
{
    uint64_t word = ((const uint64_t *)w->h->own->words.item)[index], size = chunk_size(word);
    /* A block ends where the next begins: eight bytes behind its chunk; the last one where the
     * region's chunks do. */
    uint64_t end = last ? w->r->limit : chunk + size + 8;
    bool first = chunk == w->r->chunk;
    w->block.size = end - w->at;
    w->block.header = first ? CHUNK_HEADER : CHUNK_BLOCK_HEADER;
    name_state(w, chunk, &w->block);
    if ((word & CHUNK_ODD) == 0) return give(w, &w->block);
    struct walk_block odd = w->block;
    name_odd(w, &odd);
    return give(w, &odd);
}

static uint64_t lesser(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* The chunks from index on, up to the next one of which the lists or the scan say more: how many
 * are taken as a run. Neither the region's first nor its last is like the others. */
static size_t give_run(struct way *w, uint64_t chunk, size_t index)
{
    uint64_t end = w->r->first + w->r->n - 1, next = w->r->limit;
    if (w->visit_run == NULL || chunk == w->r->chunk) return 0;
    come_to(w, chunk);
    if (w->odd < w->odd_end) end = lesser(end, w->odd->index);
    if (w->f < w->f_end) next = lesser(next, w->f->chunk);
    if (w->c < w->c_end) next = lesser(next, w->c->chunk);
    if (w->top >= chunk) next = lesser(next, w->top);
    if (next == chunk || end <= index) return 0;
    const struct glibc_run run = {.address = w->at,
                                  .end = next + CHUNK_BLOCK_HEADER,
                                  .word = (const uint64_t *)w->h->own->words.item + index,
                                  .n = (size_t)end - index,
                                  .region = (unsigned)(w->r - w->h->region)};
    return w->visit_run(w->user, &run);
}

static bool walk_chunks(struct way *w)
{
    const uint64_t *words = w->h->own->words.item;
    size_t end = w->r->first + w->r->n;
    uint64_t chunk = w->r->chunk;
    for (size_t i = w->r->first; i < end; i++) {
        uint64_t from = chunk;
        for (size_t n = give_run(w, chunk, i); n > 0; n--)
            chunk += chunk_size(words[i++]);
        w->at += chunk - from;
        if (!give_chunk(w, chunk, i, i + 1 == end)) return false;
        chunk += chunk_size(words[i]);
    }
    return true;
}

/* One chunk in a mapping of its own; what stands before it, for it was aligned, and behind is
 * nobody's. */
static bool walk_mapped(struct way *w)
{
    uint64_t size = w->r->mapped;
    struct walk_block b = {.size = size, .header = CHUNK_HEADER, .state = WALK_USED};
    return give_foreign(w, w->r->chunk) && give(w, &b);
}

enum walk_result glibc_walk_runs(const struct glibc_heap *h, size_t region, const struct memory *m,
                                 glibc_visit_run *visit_run, walk_visit *visit, void *user,
                                 struct walk_damage *damage)
{
    struct way w = {.h = h, .visit_run = visit_run, .visit = visit, .user = user};
    begin(&w, h, region);
    w.window = window_of(m, w.r->end);
    w.at = w.r->start;
    if (w.r->kind != GLIBC_MAPPED && h->n_arenas != 0) w.top = h->arena[w.r->arena].top;
    bool on = w.r->kind == GLIBC_MAPPED ? walk_mapped(&w)
                                        : give_foreign(&w, w.r->chunk) && walk_chunks(&w);
    on = on && give_foreign(&w, w.r->end);
    w.damage.end = w.at;
    if (damage != NULL) *damage = w.damage;
    return !on ? WALK_STOPPED : w.damage.at != 0 ? WALK_DAMAGED : WALK_OK;
}

enum walk_result glibc_walk(const struct glibc_heap *h, size_t region, const struct memory *m,
                            walk_visit *visit, void *user, struct walk_damage *damage)
{
    return glibc_walk_runs(h, region, m, NULL, visit, user, damage);
}

/* ── Lists ── */

static struct glibc_listed listed(const struct glibc_heap *h, uint64_t chunk, uint64_t size,
                                  uint32_t arena, unsigned bin, unsigned cached)
{
    uint64_t block = block_of(h, chunk);
    uint64_t end = chunk + size + (bin == GLIBC_BIN_TOP ? 0 : 8);
    return (struct glibc_listed){block, end - block, arena, (uint16_t)bin, (uint16_t)cached};
}

typedef bool listed_visit(void *user, const struct glibc_listed *block);

/* The cached chunks of the owner (0: of a fastbin of that arena) from *i on. */
static bool visit_cached(const struct glibc_heap *h, bool fast, uint32_t arena, size_t *i,
                         listed_visit *visit, void *user)
{
    const struct glibc_cache *c = h->own->cached.item;
    for (; *i < h->own->cached.n; ++*i) {
        if ((c[*i].bin < GLIBC_BIN_TCACHE) != fast) return true;
        if (c[*i].again) continue;
        if (fast && c[*i].arena != arena) return true;
        const struct glibc_listed b =
            listed(h, c[*i].chunk, c[*i].size, c[*i].arena, c[*i].bin, c[*i].owner);
        if (!visit(user, &b)) return false;
    }
    return true;
}

void glibc_free_list(const struct glibc_heap *h, listed_visit *visit, void *user)
{
    size_t fast = 0, i = 0;
    if (h->own == NULL) return;
    const struct glibc_free *frees = h->own->frees.item;
    const uint32_t *order = h->own->order.item;
    for (uint32_t arena = 0; arena < h->n_arenas; arena++) {
        if (!visit_cached(h, true, arena, &fast, visit, user)) return;
        for (; i < h->own->order.n && frees[order[i]].arena == arena; i++) {
            const struct glibc_free *f = &frees[order[i]];
            const struct glibc_listed b = listed(h, f->chunk, f->size, arena, f->bin, 0);
            if (!visit(user, &b)) return;
        }
        uint64_t top = h->arena[arena].top;
        const uint64_t *word = top != 0 ? word_at(h, top) : NULL;
        if (word == NULL) continue;
        const struct glibc_listed b = listed(h, top, chunk_size(*word), arena, GLIBC_BIN_TOP, 0);
        if (!visit(user, &b)) return;
    }
}

void glibc_cached(const struct glibc_heap *h, listed_visit *visit, void *user)
{
    size_t i = 0;
    if (h->own == NULL) return;
    const struct glibc_cache *c = h->own->cached.item;
    while (i < h->own->cached.n && c[i].bin < GLIBC_BIN_TCACHE)
        i++;
    (void)visit_cached(h, false, 0, &i, visit, user);
}

/* ── Sums ── */

static bool is_of(uint32_t one, uint32_t arena) { return arena == GLIBC_NO_ARENA || arena == one; }

static void add_mapped(const struct glibc_heap *h, struct glibc_sums *s)
{
    const struct glibc_counts *c = &h->own->counts;
    for (size_t i = 0; i < h->n_regions && !c->known; i++) {
        if (h->region[i].kind != GLIBC_MAPPED) continue;
        s->hblks++;
        s->hblkhd += h->region[i].end - h->region[i].start;
    }
    if (c->known) s->hblks = c->n_mmaps, s->hblkhd = c->mmapped_mem;
}

void glibc_sums(const struct glibc_heap *h, uint32_t arena, struct glibc_sums *s)
{
    *s = (struct glibc_sums){0};
    if (h->own == NULL) return;
    const struct glibc_free *f = h->own->frees.item;
    const struct glibc_cache *c = h->own->cached.item;
    for (size_t i = 0; i < h->own->frees.n; i++)
        if (f[i].bin != 0 && is_of(f[i].arena, arena)) s->ordblks++, s->fordblks += f[i].size;
    for (size_t i = 0; i < h->own->cached.n; i++) {
        if (c[i].again || !is_of(c[i].arena, arena)) continue;
        bool fast = c[i].bin < GLIBC_BIN_TCACHE;
        *(fast ? &s->smblks : &s->cached) += 1;
        *(fast ? &s->fsmblks : &s->cached_bytes) += c[i].size;
    }
    s->fordblks += s->fsmblks;
    for (uint32_t i = 0; i < h->n_arenas; i++) {
        if (!is_of(i, arena)) continue;
        const uint64_t *word = h->arena[i].top != 0 ? word_at(h, h->arena[i].top) : NULL;
        uint64_t top = word != NULL ? chunk_size(*word) : 0;
        s->ordblks++;
        s->fordblks += top;
        s->arena += h->arena[i].system_mem;
        if (i == 0 || arena != GLIBC_NO_ARENA) s->keepcost = top;
    }
    s->uordblks = s->arena - s->fordblks;
    if (arena == GLIBC_NO_ARENA) add_mapped(h, s);
}
