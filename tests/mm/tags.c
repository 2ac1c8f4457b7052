/* tags.c: a sound allocator of the malloc lab's form, for the tests: blocks in a row, each with its
 * own size and that of the block before it in front of its payload, first fit, freed neighbours
 * merge. Those that include it put one mistake in the place of one of these: */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "memlib.h"
#include "mm.h"

#ifndef ROUNDED /* bytes of a block for n of payload */
#define ROUNDED(n) (((n) + 15) & ~(size_t)7)
#endif
#ifndef REST_AT /* where the rest begins that is split off */
#define REST_AT(size) (size)
#endif
#ifndef GROWTH /* what mem_sbrk is asked for */
#define GROWTH(size) (size)
#endif
#ifndef COPIED /* by realloc */
#define COPIED(n) (n)
#endif
#ifndef FITS /* realloc stays where it is */
#define FITS(n, had) ((n) <= (had))
#endif
#ifndef MERGES
#define MERGES 1
#endif
#ifndef MERGED /* the size of two */
#define MERGED(a, b) ((a) + (b))
#endif
#ifndef ON_FREE
#define ON_FREE(b)
#endif
#ifndef ON_MALLOC
#define ON_MALLOC(size)
#endif
#ifndef ON_GROW /* last, where nothing fits, may become larger */
#define ON_GROW(size)
#endif
#ifndef FORGETS
#define FORGETS 1
#endif

team_t team = {"tags", "", "", "", ""};

struct block {
    uint32_t size; /* bytes, this among them; 1 is added while it is in use */
    uint32_t before; /* of the block before; 0: there is none */
};

static char *start;
static struct block *last;

static size_t size_of(const struct block *b) { return b->size & ~7u; }
static int in_use(const struct block *b) { return b->size & 1; }
static struct block *next_of(struct block *b) { return (void *)((char *)b + size_of(b)); }

static void set(struct block *b, size_t size, int used)
{
    b->size = (uint32_t)size | (uint32_t)used;
    if (b == last) return;
    next_of(b)->before = (uint32_t)size;
}

int mm_init(void)
{
    start = mem_heap_lo();
    if (FORGETS) last = NULL;
    return 0;
}

static void split(struct block *b, size_t size)
{
    size_t rest = size_of(b) - size;
    if (rest < 16) return;
    struct block *other = (void *)((char *)b + REST_AT(size));
    if (b == last) last = other;
    set(other, rest, 0);
    other->before = (uint32_t)size;
    set(b, size, 1);
}

static struct block *grow(size_t size)
{
    ON_GROW(size)
    struct block *b = mem_sbrk(GROWTH(size));
    if (b == (void *)-1) return NULL;
    b->before = last ? (uint32_t)size_of(last) : 0;
    last = b;
    b->size = (uint32_t)size | 1;
    return b;
}

static struct block *find(size_t size)
{
    for (struct block *b = last ? (void *)start : NULL; b; b = b == last ? NULL : next_of(b))
        if (!in_use(b) && size_of(b) >= size) return b;
    return NULL;
}

void *mm_malloc(size_t n)
{
    size_t size = ROUNDED(n);
    ON_MALLOC(size)
    struct block *b = find(size);
    if (b) {
        b->size |= 1;
        split(b, size);
    } else if ((b = grow(size)) == NULL) {
        return NULL;
    }
    return b + 1;
}

/* The block behind b becomes part of it. */
static void merge(struct block *b)
{
    struct block *other = next_of(b);
    size_t size = MERGED(size_of(b), size_of(other));
    if (other == last) last = b;
    set(b, size, 0);
}

void mm_free(void *p)
{
    struct block *b = p ? (struct block *)p - 1 : NULL;
    if (!b) return;
    ON_FREE(b)
    b->size &= ~7u;
    if (!MERGES) return;
    if (b != last && !in_use(next_of(b))) merge(b);
    struct block *before = b->before ? (void *)((char *)b - b->before) : NULL;
    if (before && !in_use(before)) merge(before);
}

void *mm_realloc(void *p, size_t n)
{
    if (!p) return mm_malloc(n);
    if (n == 0) {
        mm_free(p);
        return NULL;
    }
    struct block *b = (struct block *)p - 1;
    size_t had = size_of(b) - sizeof *b;
    if (FITS(n, had)) return p;
    void *fresh = mm_malloc(n);
    if (!fresh) return NULL;
    memcpy(fresh, p, COPIED(had));
    mm_free(p);
    return fresh;
}
