/* glibc_cached.c: what is freed, but kept for the next request of its size: the fastbins of each
 * arena here, each thread's tcache in glibc_tcache.c. Both are single lists.
 *
 * From 2.32 on a link is stored xored with its own address >> 12. Which of the two it is, is told
 * by the lists themselves: stored so they lead from chunk to chunk. */
#include "glibc_cached.h"

#include <stdlib.h>

#define N_FAST 10u

static uint64_t link_of(unsigned links, uint64_t place, uint64_t stored)
{
    return links == LINKS_PLAIN ? stored : stored ^ place >> 12;
}

/* ── One list ── */

struct chase {
    struct glibc_looking *l;
    unsigned links;
    bool payloads;
    uint64_t at; /* a chunk; 0: the end */
    uint64_t stored; /* the link that led there, as it is stored */
};

uint64_t chunk_size_at(const struct glibc_looking *l, uint64_t chunk)
{
    const uint64_t *word = word_at(l->h, chunk);
    return word != NULL ? chunk_size(*word) : 0;
}

/* Go on to the next. False: the link can't be read. */
static bool chase_on(struct chase *c)
{
    uint64_t place = c->at + CHUNK_HEADER;
    if (!read_word(c->l, place, &c->stored)) return false;
    c->at = link_of(c->links, place, c->stored);
    if (c->payloads && c->at != 0) c->at -= CHUNK_HEADER;
    return true;
}

/* ── How links are stored ── */

/* So many links are followed to see whether they lead anywhere. */
#define TRIED 8u

/* Does a list that begins at chunk hold together, if links are stored so? */
static bool holds(struct glibc_looking *l, unsigned links, uint64_t chunk, bool payloads)
{
    struct chase c = {l, links, payloads, chunk, 0};
    for (unsigned i = 0; i < TRIED && c.at != 0; i++)
        if (chunk_size_at(l, c.at) == 0 || !chase_on(&c)) return false;
    return true;
}

void judge_links(struct glibc_looking *l, uint64_t chunk, bool payloads)
{
    for (unsigned links = LINKS_PROTECTED; links <= LINKS_PLAIN; links++)
        l->links_score[links] += holds(l, links, chunk, payloads);
}

/* ── Keeping ── */

static bool keep(struct glibc_looking *l, struct glibc_cache cache)
{
    struct glibc_cache *kept = list_add(l, &l->own->cached, sizeof *kept);
    if (kept == NULL) return false;
    *kept = cache;
    kept->order = (uint32_t)(l->own->cached.n - 1);
    return true;
}

/* holder's link is false; 0: the list's first, in the struct whose block, or arena, is at owner. */
static void found_link(struct glibc_looking *l, const struct cached_list *list, uint64_t holder,
                       uint64_t stored, const char *wrong)
{
    if (holder != 0)
        found_false(l, list->invariant, block_of(l->h, holder), FIELD_CHUNK_NEXT, stored, wrong);
    else
        found_head(l, list->invariant, list->owner == 0, list->place, "head", list->bin, stored,
                   wrong);
}

/* No chunk was found at at; but one of a size of the list may be there, as its header says. */
static void add_cached_hint(struct glibc_looking *l, const struct cached_list *list, uint64_t at)
{
    uint64_t word;
    if (!read_word(l, at + 8, &word) || (word & (CHUNK_ODD | CHUNK_MMAPPED)) != 0) return;
    if (chunk_size(word) >= list->least && chunk_size(word) <= list->most) add_hint(l, at);
}

uint64_t follow_list(struct glibc_looking *l, const struct cached_list *list, uint64_t chunk,
                     bool *whole)
{
    struct chase c = {l, l->own->links, list->payloads, chunk, chunk};
    uint64_t holder = 0, n = 0, hare = 0, lap = 1, steps = 0;
    if (c.links == LINKS_UNKNOWN) c.links = LINKS_PROTECTED;
    *whole = false;
    while (c.at != 0) {
        uint64_t size = chunk_size_at(l, c.at);
        bool used = size != 0 && free_at(l->own, c.at) == NULL;
        if (!used || size < list->least || size > list->most) {
            if (size == 0) add_cached_hint(l, list, c.at);
            found_link(l, list, holder, c.stored,
                       size == 0 ? ", where no block begins"
                                 : ", a block that can't be in this list");
            return n;
        }
        const struct glibc_cache cache = {c.at,        size, list->arena, (uint16_t)list->bin,
                                          list->owner, 0,    c.stored,    false};
        if (!keep(l, cache) || c.at == hare) return n; /* round: drop_doubles tells where */
        if (++steps == lap) hare = c.at, lap *= 2, steps = 0;
        n++;
        holder = c.at;
        if (!chase_on(&c)) return n;
    }
    *whole = true;
    return n;
}

/* ── Fastbins ── */

static void read_fast(struct glibc_looking *l, uint32_t arena, bool judging)
{
    const struct glibc_arena *a = (struct glibc_arena *)l->own->arenas.item + arena;
    uint64_t head[N_FAST];
    bool whole;
    if (a->fast == 0) return;
    if (!read_at(l, a->fast, head, sizeof head)) {
        l->unreadable = true;
        return;
    }
    for (unsigned i = 0; i < N_FAST && !l->no_memory; i++) {
        uint64_t size = CHUNK_LEAST + UINT64_C(16) * i;
        const struct cached_list list = {.invariant = 10,
                                         .bin = GLIBC_BIN_FAST + i,
                                         .arena = arena,
                                         .least = size,
                                         .most = size,
                                         .place = a->address};
        const struct kept_lists before = kept_lists(l);
        if (head[i] != 0 && judging) judge_links(l, head[i], false);
        for (unsigned tries = 1; head[i] != 0 && !judging; tries++) {
            (void)follow_list(l, &list, head[i], &whole);
            if (whole || tries == LIST_TRIES || !read_word(l, a->fast + UINT64_C(8) * i, &head[i]))
                break;
            forget_lists(l, before);
        }
    }
}

/* ── Each once ── */

static int by_chunk(const void *a, const void *b)
{
    const struct glibc_cache *x = a, *y = b;
    if (x->chunk != y->chunk) return x->chunk < y->chunk ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* The second time that a chunk is met, the link that led there is false; what it led to was met,
 * too. */
static void found_double(struct glibc_looking *l, const struct glibc_cache *c)
{
    const struct glibc_cache *before = c - 1;
    bool first = c->order == 0 || before->bin != c->bin || before->owner != c->owner ||
                 before->arena != c->arena;
    unsigned invariant = c->bin >= GLIBC_BIN_TCACHE ? 12 : 10;
    if (!first && before->again) return;
    if (first)
        found_count(l, invariant, block_of(l->h, c->chunk), "the number of lists that it is in", 2,
                    1);
    else
        found_false(l, invariant, block_of(l->h, before->chunk), FIELD_CHUNK_NEXT, c->stored,
                    ", which leads to a block that is in a list already");
}

static void drop_doubles(struct glibc_looking *l)
{
    struct glibc_list *cached = &l->own->cached, *sorted = &l->own->by_address;
    struct glibc_cache *c = cached->item, *s;
    size_t n = 0;
    sorted->n = 0;
    for (size_t i = 0; i < cached->n; i++) {
        if ((s = list_add(l, sorted, sizeof *s)) == NULL) return;
        *s = c[i];
    }
    s = sorted->item;
    if (sorted->n != 0) qsort(s, sorted->n, sizeof *s, by_chunk);
    for (size_t i = 0; i < sorted->n; i++)
        if (n != 0 && s[n - 1].chunk == s[i].chunk)
            c[s[i].order].again = true;
        else
            s[n++] = s[i];
    sorted->n = n;
    for (size_t i = 0; i < cached->n; i++)
        if (c[i].again) found_double(l, &c[i]);
}

static void sum_up(struct glibc_looking *l)
{
    const struct glibc_cache *c = l->own->cached.item;
    struct glibc_tcache *t = l->own->tcaches.item;
    for (size_t i = 0; i < l->own->cached.n; i++) {
        if (c[i].owner == 0 || c[i].again) continue;
        t[c[i].owner - 1].n++;
        t[c[i].owner - 1].bytes += c[i].size;
    }
}

static void read_lists(struct glibc_looking *l, bool judging)
{
    for (uint32_t i = 0; i < l->own->arenas.n && !l->no_memory; i++)
        read_fast(l, i, judging);
    read_tcaches(l, judging);
}

void read_cached(struct glibc_looking *l)
{
    const unsigned *score = l->links_score;
    if (l->own->links == LINKS_UNKNOWN) {
        read_lists(l, true);
        if (score[LINKS_PROTECTED] != score[LINKS_PLAIN])
            l->own->links =
                score[LINKS_PROTECTED] > score[LINKS_PLAIN] ? LINKS_PROTECTED : LINKS_PLAIN;
    }
    read_lists(l, false);
    if (!l->no_memory) drop_doubles(l);
    if (!l->no_memory) sum_up(l);
}
