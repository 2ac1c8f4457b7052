/* own_edges.c: the payloads that live in one heap: a bit for each grain of it in which one begins,
 * and one for each in which one ends. Above each 64 words of bits is a word that tells which of
 * them are not zero, and so on up to one word: what stands last before a place is found in as many
 * steps up and down (as in P. van Emde Boas, "Preserving order in a forest in less than logarithmic
 * time", 1975, with a base of 64).
 *
 * I1: a payload begins with its first grain, and no other payload begins or ends there or in any
 * grain up to its last. So a new one overlaps none if none begins in it, and the last that began
 * before it has ended. */
#include <stddef.h>
#include <sys/mman.h>

#include "allocator/target/own_ranges.h"

enum { LEVELS = 6, BITS = 64 }; /* 64^6 grains are more than there are addresses below 4 GiB */

struct bits {
    uint64_t *level[LEVELS]; /* the last is of one word */
};

static struct {
    uintptr_t from;
    size_t bytes;
    unsigned shift; /* of a grain */
    size_t n_levels;
    struct bits begin, end;
    struct range {
        uintptr_t lo, hi; /* hi 0: it does not live */
    } * range; /* by name */
    uint32_t n;
} edges;

/* ── Bits ── */

static void set(const struct bits *b, size_t i)
{
    for (size_t k = 0; k < edges.n_levels; k++, i /= BITS) {
        uint64_t *word = &b->level[k][i / BITS], was = *word;
        *word = was | UINT64_C(1) << i % BITS;
        if (was) return;
    }
}

static void clear(const struct bits *b, size_t i)
{
    for (size_t k = 0; k < edges.n_levels; k++, i /= BITS) {
        uint64_t *word = &b->level[k][i / BITS];
        *word &= ~(UINT64_C(1) << i % BITS);
        if (*word) return;
    }
}

static size_t highest(uint64_t word) { return (size_t)(BITS - 1 - __builtin_clzll(word)); }

/* The last that is set up to i; SIZE_MAX: none is. */
static size_t last(const struct bits *b, size_t i)
{
    uint64_t word = b->level[0][i / BITS] & UINT64_MAX >> (BITS - 1 - i % BITS);
    size_t k = 0;
    while (!word) {
        i /= BITS;
        if (++k == edges.n_levels) return SIZE_MAX;
        word = b->level[k][i / BITS] & ((UINT64_C(1) << i % BITS) - 1);
    }
    for (;;) {
        i = i / BITS * BITS + highest(word);
        if (k-- == 0) return i;
        word = b->level[k][i];
        i *= BITS;
    }
}

/* ── Payloads ── */

bool own_edges_init(uint32_t n, uintptr_t from, size_t bytes, unsigned grain)
{
    size_t words = 0, at[LEVELS], of = bytes / grain + 1;
    edges.from = from;
    edges.bytes = bytes;
    edges.n = n;
    edges.shift = (unsigned)__builtin_ctz(grain);
    for (edges.n_levels = 0; of > 1 || edges.n_levels == 0;) {
        of = (of + BITS - 1) / BITS;
        at[edges.n_levels++] = words;
        words += of;
    }
    size_t range_bytes = ((size_t)n + 1) * sizeof *edges.range;
    edges.range = mmap(NULL, range_bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if ((void *)edges.range == MAP_FAILED) return false;
    uint64_t *word = mmap(NULL, 2 * words * sizeof *word, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if ((void *)word == MAP_FAILED) {
        munmap(edges.range, range_bytes);
        return false;
    }
    for (size_t k = 0; k < edges.n_levels; k++) {
        edges.begin.level[k] = word + at[k];
        edges.end.level[k] = word + words + at[k];
    }
    return true;
}

void own_edges_clear(void)
{
    for (uint32_t i = 0; i < edges.n; i++)
        if (edges.range[i].hi) own_edges_remove(i);
}

static size_t grain_of(uintptr_t at) { return (at - edges.from) >> edges.shift; }

static bool any(size_t first, size_t to)
{
    size_t begun = last(&edges.begin, to);
    if (begun == SIZE_MAX || begun >= first) return begun != SIZE_MAX;
    size_t ended = last(&edges.end, first);
    return ended == SIZE_MAX || ended < begun || ended == first;
}

/* Some payload has a byte of it: which? */
static uint32_t name_of(uintptr_t lo, uintptr_t hi)
{
    for (uint32_t i = 0; i < edges.n; i++)
        if (lo < edges.range[i].hi && edges.range[i].lo < hi) return i;
    return OWN_NONE;
}

uint32_t own_edges_find(uintptr_t lo, uintptr_t hi)
{
    if (lo < edges.from || lo >= hi || hi - edges.from > edges.bytes) return OWN_NONE;
    return any(grain_of(lo), grain_of(hi - 1)) ? name_of(lo, hi) : OWN_NONE;
}

uint32_t own_edges_add(uint32_t name, uintptr_t lo, uintptr_t hi)
{
    size_t first = grain_of(lo), to = grain_of(hi - 1);
    if (any(first, to)) {
        uint32_t other = name_of(lo, hi);
        if (other != OWN_NONE) return other;
    }
    edges.range[name] = (struct range){lo, hi};
    set(&edges.begin, first);
    set(&edges.end, to);
    return OWN_NONE;
}

void own_edges_remove(uint32_t name)
{
    struct range *r = &edges.range[name];
    if (!r->hi) return;
    clear(&edges.begin, grain_of(r->lo));
    clear(&edges.end, grain_of(r->hi - 1));
    r->hi = 0;
}
