/* glibc_lists.c: the bins of free chunks, each followed as malloc searches it, from its end by bk.
 *
 * A link is believed if it leads to a chunk that the scan found free. Where bk of one and fd of the
 * next do not agree, a third word decides: fd is right if it leads to one that leads back. What a
 * broken list still holds is found from its other end. */
#include "glibc_private.h"

struct bin {
    struct glibc_looking *l;
    const struct glibc_arena *arena;
    uint32_t index; /* of the arena */
    unsigned number;
    uint64_t self; /* what stands for the bin in the links */
    uint64_t fd, bk; /* its own words */
    size_t from; /* in own->order */
};

/* ── Which free chunk is where ── */

/* In [low, high) of frees. */
static struct glibc_free *free_in(const struct glibc_private *own, size_t low, size_t high,
                                  uint64_t chunk)
{
    struct glibc_free *frees = own->frees.item;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (frees[middle].chunk < chunk)
            low = middle + 1;
        else
            high = middle;
    }
    return low < own->frees.n && frees[low].chunk == chunk ? &frees[low] : NULL;
}

struct glibc_free *free_at(const struct glibc_private *own, uint64_t chunk)
{
    return free_in(own, 0, own->frees.n, chunk);
}

struct glibc_free *free_near(const struct glibc_private *own, size_t place, uint64_t chunk)
{
    const struct glibc_free *frees = own->frees.item;
    size_t n = own->frees.n, step = 1, low = place, high = place;
    if (place >= n) return free_at(own, chunk);
    if (frees[place].chunk <= chunk) {
        for (; high < n && frees[high].chunk < chunk; step *= 2)
            low = high, high = n - high > step ? high + step : n;
        return free_in(own, low, high < n ? high + 1 : n, chunk);
    }
    for (; low > 0 && frees[low].chunk > chunk; step *= 2)
        high = low, low = low > step ? low - step : 0;
    return free_in(own, low, high, chunk);
}

/* ── Findings ── */

static void found_link(const struct bin *b, uint64_t holder, enum block_field field, uint64_t found,
                       const char *wrong)
{
    if (holder == b->self)
        found_head(b->l, 6, true, b->arena->address, field == FIELD_CHUNK_BK ? "bk" : "fd",
                   b->number, found, wrong);
    else
        found_false(b->l, 6, block_of(b->l->h, holder), field, found, wrong);
}

/* More than this is no single false size. */
#define HINTS_MOST 1024u

void add_hint(struct glibc_looking *l, uint64_t chunk)
{
    if (!l->h->held || l->again || l->own->hints.n == HINTS_MOST || chunk % CHUNK_HEADER != 0)
        return;
    uint64_t *hint = list_add(l, &l->own->hints, sizeof *hint);
    if (hint != NULL) *hint = chunk;
}

/* No chunk was found at at; but one is there, as its neighbours in the list know. */
static void add_listed_hint(struct glibc_looking *l, uint64_t at)
{
    uint64_t words[4], back, forth;
    if (read_at(l, at, words, sizeof words) && read_word(l, words[2] + 24, &back) && back == at &&
        read_word(l, words[3] + 16, &forth) && forth == at)
        add_hint(l, at);
}

/* holder's link leads to at, where the scan found no free chunk. Is it one all the same, as its own
 * link says? Then it is the flag behind it that is false. */
static void found_no_free(const struct bin *b, uint64_t holder, enum block_field field, uint64_t at)
{
    const uint64_t *word = word_at(b->l->h, at);
    uint64_t back, behind, tag;
    if (word == NULL) add_listed_hint(b->l, at);
    bool leads_back = word != NULL &&
                      read_word(b->l, at + (field == FIELD_CHUNK_BK ? 16 : 24), &back) &&
                      back == holder;
    uint64_t next = word != NULL ? at + chunk_size(*word) : 0;
    if (leads_back && read_word(b->l, next, &tag) && tag == chunk_size(*word) &&
        read_word(b->l, next + 8, &behind))
        found_word(b->l, 3, block_of(b->l->h, next), FIELD_CHUNK_SIZE, behind,
                   behind & ~CHUNK_PREV_INUSE);
    else
        found_link(b, holder, field, at, ", where no free block is");
}

/* ── Following ── */

/* Does the chunk's fd lead to one, or to the bin, whose bk leads back? */
static bool follows(const struct bin *b, const struct glibc_free *f)
{
    if (f->fd == b->self) return b->bk == f->chunk;
    const struct glibc_free *other = free_at(b->l->own, f->fd);
    return other != NULL && other->bk == f->chunk;
}

static bool take(struct bin *b, struct glibc_free *f)
{
    uint32_t *place = list_add(b->l, &b->l->own->order, sizeof *place);
    if (place == NULL) return false;
    *place = (uint32_t)(f - (struct glibc_free *)b->l->own->frees.item);
    f->bin = (uint16_t)b->number;
    if (b->number != GLIBC_BIN_UNSORTED && bin_of_size(f->size) != b->number)
        found_false(b->l, 7, block_of(b->l->h, f->chunk), FIELD_CHUNK_SIZE, f->size,
                    ", which is not a size of its bin");
    return true;
}

/* From the bin's end to its head. True: it came round to the bin. */
static bool follow_back(struct bin *b)
{
    uint64_t holder = b->self;
    size_t place = 0;
    for (uint64_t at = b->bk; at != b->self;) {
        struct glibc_free *f = free_near(b->l->own, place, at);
        if (f == NULL || f->arena != b->index)
            return found_no_free(b, holder, FIELD_CHUNK_BK, at), false;
        if (f->bin != 0) {
            found_link(b, holder, FIELD_CHUNK_BK, at, ", a block that is in a list already");
            return false;
        }
        if (f->fd != holder && follows(b, f)) {
            found_link(b, holder, FIELD_CHUNK_BK, at, ", but the block there follows another");
            return false;
        }
        if (f->fd != holder)
            found_word(b->l, 6, block_of(b->l->h, at), FIELD_CHUNK_FD, f->fd, holder);
        if (!take(b, f)) return true;
        place = (size_t)(f - (struct glibc_free *)b->l->own->frees.item);
        holder = at;
        at = f->bk;
    }
    if (b->fd != holder)
        found_head(b->l, 6, true, b->arena->address, "fd", b->number, b->fd,
                   ", but the list ends elsewhere");
    return true;
}

/* What the way from the end did not come to: from the head on. */
static void follow_forth(struct bin *b)
{
    for (uint64_t at = b->fd; at != b->self;) {
        struct glibc_free *f = free_at(b->l->own, at);
        if (f == NULL) add_listed_hint(b->l, at);
        if (f == NULL || f->arena != b->index || f->bin != 0 || !take(b, f)) return;
        at = f->fd;
    }
}

/* ── Large bins ── */

static void expect(const struct bin *b, const struct glibc_free *f, enum block_field field,
                   uint64_t found, uint64_t expected)
{
    if (found != expected) found_word(b->l, 8, block_of(b->l->h, f->chunk), field, found, expected);
}

/* From the end sizes ascend; of each size the last one met is in the ring of sizes. */
static void judge_large(const struct bin *b)
{
    const struct glibc_free *first = NULL, *last = NULL, *frees = b->l->own->frees.item;
    const uint32_t *order = b->l->own->order.item;
    size_t n = frees != NULL ? b->l->own->order.n : 0;
    for (size_t i = b->from; i < n; i++) {
        const struct glibc_free *f = &frees[order[i]],
                                *next = i + 1 < n ? &frees[order[i + 1]] : NULL;
        if (next != NULL && next->size < f->size)
            found_false(b->l, 8, block_of(b->l->h, next->chunk), FIELD_CHUNK_SIZE, next->size,
                        ", out of order in its bin");
        if (next != NULL && next->size == f->size) continue;
        if (last != NULL) {
            expect(b, f, FIELD_CHUNK_FD_NEXTSIZE, f->fd_nextsize, last->chunk);
            expect(b, last, FIELD_CHUNK_BK_NEXTSIZE, last->bk_nextsize, f->chunk);
        }
        if (first == NULL) first = f;
        last = f;
    }
    if (last == NULL) return;
    expect(b, first, FIELD_CHUNK_FD_NEXTSIZE, first->fd_nextsize, last->chunk);
    expect(b, last, FIELD_CHUNK_BK_NEXTSIZE, last->bk_nextsize, first->chunk);
}

/* ── All ── */

static bool read_bins_of(struct glibc_looking *l, uint32_t index)
{
    const struct glibc_arena *a = (struct glibc_arena *)l->own->arenas.item + index;
    uint64_t words[2 * N_BINS];
    bool whole = true;
    if (!read_at(l, a->bins, words, sizeof words)) return l->unreadable = true, false;
    for (size_t i = 0; i < N_BINS; i++) {
        struct bin b = {.l = l,
                        .arena = a,
                        .index = index,
                        .number = (unsigned)i + 1,
                        .self = bin_at(a, (unsigned)i + 1),
                        .fd = words[2 * i],
                        .bk = words[2 * i + 1],
                        .from = l->own->order.n};
        bool round = follow_back(&b);
        if (!round) follow_forth(&b);
        if (round && b.number >= GLIBC_BIN_LARGE) judge_large(&b);
        whole &= round;
    }
    return whole;
}

void read_bins(struct glibc_looking *l)
{
    bool whole = true;
    for (uint32_t i = 0; i < l->own->arenas.n && !l->no_memory; i++)
        whole &= read_bins_of(l, i);
    const struct glibc_free *frees = l->own->frees.item;
    for (size_t i = 0; i < l->own->frees.n && whole && !l->no_memory; i++)
        if (frees[i].bin == 0)
            found_count(l, 9, block_of(l->h, frees[i].chunk), "the number of bins that it is in", 0,
                        1);
}
