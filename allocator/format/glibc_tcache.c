/* glibc_tcache.c: each thread's tcache, a struct that is the payload of a used chunk.
 *
 * No symbol leads to it. It is known by its size; that it is one is believed of the first chunk of
 * an arena, which was made for the thread that had it made, and of others if their lists lead to
 * chunks of their sizes. Up to 2.41 the struct counts the chunks of each list; from 2.42 on the
 * places that are left, so that place and length have one sum in all lists. */
#include "glibc_cached.h"

static const struct tcache_layout {
    uint64_t chunk; /* its size */
    uint32_t bins;
    bool counts; /* how many there are; else how many there may still be */
} layouts[] = {{TCACHE_CHUNK, 64, true}, {TCACHE_CHUNK_WIDE, 76, false}};
#define N_LAYOUTS (sizeof layouts / sizeof layouts[0])
#define BINS_MOST 76u
#define N_SMALL 64u

struct tcache {
    const struct tcache_layout *layout;
    uint64_t chunk;
    uint32_t arena;
    bool first; /* the first chunk of its region */
    uint16_t count[BINS_MOST];
    uint64_t entry[BINS_MOST]; /* payloads */
};

static const struct tcache_layout *layout_of(uint64_t chunk)
{
    for (size_t i = 0; i < N_LAYOUTS; i++)
        if (layouts[i].chunk == chunk) return &layouts[i];
    return NULL;
}

/* Counts are small numbers, and pointers are not. */
#define COUNT_MOST 4096u

void tcache_candidate(struct glibc_looking *l, uint64_t chunk, const uint64_t two[2])
{
    for (unsigned i = 0; i < 8; i++)
        if ((two[i / 4] >> 16 * (i % 4) & UINT16_MAX) > COUNT_MOST) return;
    if (l->own->candidates.n == CANDIDATES_MOST) {
        l->too_many = true;
        return;
    }
    uint64_t *kept = list_add(l, &l->own->candidates, sizeof *kept);
    if (kept != NULL) *kept = chunk;
}

static bool read_tcache(struct glibc_looking *l, uint64_t chunk, struct tcache *t)
{
    const struct glibc_region *r = region_at(l->h, chunk);
    const struct tcache_layout *layout = layout_of(chunk_size_at(l, chunk));
    if (layout == NULL || free_at(l->own, chunk) != NULL) return false;
    *t = (struct tcache){layout, chunk, r->arena, r->chunk == chunk, {0}, {0}};
    uint64_t payload = chunk + CHUNK_HEADER, counts = layout->bins * sizeof t->count[0];
    return read_at(l, payload, t->count, counts) &&
           read_at(l, payload + counts, t->entry, layout->bins * sizeof t->entry[0]);
}

static uint64_t least_size(unsigned bin)
{
    return bin < N_SMALL ? CHUNK_LEAST + UINT64_C(16) * bin : tcache_least(bin);
}

static uint64_t most_size(unsigned bin)
{
    if (bin < N_SMALL) return least_size(bin);
    return bin + 1 < BINS_MOST ? tcache_least(bin + 1) - 16 : UINT64_MAX;
}

/* Is it one, as far as the heads of its lists tell? Most of them must be true; and where the places
 * left are counted, most lists have some. */
static bool is_tcache(const struct glibc_looking *l, const struct tcache *t)
{
    unsigned good = 0, bad = 0, closed = 0;
    for (unsigned i = 0; i < t->layout->bins; i++) {
        uint64_t size = t->entry[i] != 0 ? chunk_size_at(l, t->entry[i] - CHUNK_HEADER) : 0;
        bool none = t->entry[i] == 0 && (!t->layout->counts || t->count[i] == 0);
        closed += t->entry[i] == 0 && t->count[i] == 0;
        if (size >= least_size(i) && size <= most_size(i))
            good++;
        else if (!none)
            bad++;
    }
    if (!t->layout->counts && closed > t->layout->bins / 2) return false;
    return t->first ? good + 1 >= bad : good > 3 * bad;
}

/* A program has one kind of them: that of the first chunk of an arena, if one is there. Where there
 * are no fastbins any more, it is the later one. */
static const struct tcache_layout *layout_there(struct glibc_looking *l)
{
    const struct glibc_region *r = l->own->regions.item;
    const struct glibc_arena *main = l->own->arenas.item;
    struct tcache t;
    if (main->fast == 0) return layout_of(TCACHE_CHUNK_WIDE);
    for (size_t i = 0; i < l->own->regions.n; i++)
        if (read_tcache(l, r[i].chunk, &t) && is_tcache(l, &t)) return t.layout;
    return NULL;
}

/* What count and length add up to in most lists: the room that each has. A majority vote; a list
 * may be closed, with neither room nor chunks. */
static uint64_t room_of(const struct tcache *t, const uint64_t n[BINS_MOST])
{
    uint64_t room = 0;
    unsigned votes = 0;
    for (unsigned i = 0; i < t->layout->bins; i++) {
        uint64_t sum = t->count[i] + n[i];
        if (sum == 0) continue;
        if (votes == 0) room = sum;
        if (sum == room)
            votes++;
        else
            votes--;
    }
    return room;
}

static void judge_counts(struct glibc_looking *l, const struct tcache *t,
                         const uint64_t n[BINS_MOST], const bool whole[BINS_MOST])
{
    uint64_t room = t->layout->counts ? 0 : room_of(t, n);
    char name[GLIBC_BIN_NAME];
    for (unsigned i = 0; i < t->layout->bins; i++) {
        bool closed = !t->layout->counts && t->count[i] == 0 && n[i] == 0;
        uint64_t expected = t->layout->counts ? n[i] : room - n[i];
        if (whole[i] && !closed && t->count[i] != expected)
            found_count(l, 11, block_of(l->h, t->chunk), glibc_bin_name(GLIBC_BIN_TCACHE + i, name),
                        t->count[i], expected);
    }
}

/* The words of one list anew: the program may have run on since. */
static bool read_list(struct glibc_looking *l, struct tcache *t, unsigned bin)
{
    uint64_t payload = t->chunk + CHUNK_HEADER, counts = t->layout->bins * sizeof t->count[0];
    return read_at(l, payload + bin * sizeof t->count[0], &t->count[bin], sizeof t->count[0]) &&
           read_at(l, payload + counts + bin * sizeof t->entry[0], &t->entry[bin],
                   sizeof t->entry[0]);
}

/* Keep one list. Of a program that runs it holds together only at some moments. */
static uint64_t keep_list(struct glibc_looking *l, struct tcache *t, const struct cached_list *list,
                          unsigned bin, bool *whole)
{
    const struct kept_lists before = kept_lists(l);
    for (unsigned tries = 1;; tries++) {
        uint64_t n = 0;
        *whole = true;
        if (t->entry[bin] != 0) n = follow_list(l, list, t->entry[bin] - CHUNK_HEADER, whole);
        if ((*whole && (!t->layout->counts || t->count[bin] == n)) || tries == LIST_TRIES ||
            !read_list(l, t, bin))
            return n;
        forget_lists(l, before);
    }
}

static void keep_tcache(struct glibc_looking *l, struct tcache *t)
{
    uint64_t n[BINS_MOST] = {0};
    bool whole[BINS_MOST];
    struct glibc_tcache *kept = list_add(l, &l->own->tcaches, sizeof *kept);
    if (kept == NULL) return;
    *kept = (struct glibc_tcache){.address = t->chunk + CHUNK_HEADER, .arena = t->arena};
    struct cached_list list = {.invariant = 12,
                               .arena = t->arena,
                               .owner = (uint16_t)l->own->tcaches.n,
                               .place = block_of(l->h, t->chunk),
                               .payloads = true};
    for (unsigned i = 0; i < t->layout->bins && !l->no_memory; i++) {
        list.bin = GLIBC_BIN_TCACHE + i;
        list.least = least_size(i);
        list.most = most_size(i);
        n[i] = keep_list(l, t, &list, i, &whole[i]);
    }
    if (!l->no_memory) judge_counts(l, t, n, whole);
}

void read_tcaches(struct glibc_looking *l, bool judging)
{
    const uint64_t *candidate = l->own->candidates.item;
    const struct tcache_layout *there = layout_there(l);
    struct tcache t;
    for (size_t i = 0; i < l->own->candidates.n && !l->no_memory; i++) {
        if (!read_tcache(l, candidate[i], &t) || !is_tcache(l, &t)) continue;
        if (there != NULL && t.layout != there) continue;
        if (!judging) keep_tcache(l, &t);
        for (unsigned bin = 0; bin < t.layout->bins && judging; bin++)
            if (t.entry[bin] != 0) judge_links(l, t.entry[bin] - CHUNK_HEADER, true);
    }
    /* Up to 2.41 the first chunk of all is a tcache, if there are any; from 2.43 on, which has no
     * fastbins, a thread makes its tcache when it first frees. */
    const struct glibc_counts *c = &l->own->counts;
    bool late = ((struct glibc_arena *)l->own->arenas.item)->fast == 0;
    bool none = l->own->words.n == 0 || (c->known && c->tcache_count == 0) || late;
    l->h->tcache_known = !l->too_many && (l->own->tcaches.n != 0 || none);
}
