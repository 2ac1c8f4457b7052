/* glibc_private.h: what the files glibc_*.c share. A chunk is what glibc calls one: two words
 * before the payload; a block begins eight bytes behind it (block.h). */
#ifndef GLIBC_PRIVATE_H
#define GLIBC_PRIVATE_H

#include "glibc.h"
#include "window.h"

#define CHUNK_HEADER UINT64_C(16) /* prev_size and size */
#define CHUNK_LEAST UINT64_C(32)
#define CHUNK_FENCE UINT64_C(16) /* the size of a fencepost: a header alone */
#define CHUNK_PREV_INUSE UINT64_C(1)
#define CHUNK_MMAPPED UINT64_C(2)
#define CHUNK_NON_MAIN UINT64_C(4)
#define CHUNK_FLAGS UINT64_C(7)
/* Never set in a size: here, that a row of struct glibc_odd says more of the chunk. */
#define CHUNK_ODD UINT64_C(8)
#define CHUNK_PAGE UINT64_C(4096)

#define SMALL_LEAST 1024u /* the least chunk of a large bin */
#define N_BINS 126u
#define N_FAST 10u
#define HEAP_MOST (UINT64_C(64) << 20) /* bytes of an arena's heap, to which it is aligned */
#define ADDRESS_LIMIT (UINT64_C(1) << 56)

static inline uint64_t chunk_size(uint64_t word) { return word & ~UINT64_C(15); }

/* A free chunk of a bin, as it was read. */
struct glibc_free {
    uint64_t chunk, size;
    uint64_t fd, bk, fd_nextsize, bk_nextsize; /* the last two of large ones only, else 0 */
    uint32_t arena;
    uint16_t bin; /* 0: no bin was found to hold it */
};

/* A chunk in a fastbin or tcache. */
struct glibc_cache {
    uint64_t chunk, size;
    uint32_t arena;
    uint16_t bin;
    uint16_t owner; /* h->tcache, from 1 on; 0: a fastbin */
    uint32_t order; /* its place in own->cached */
    uint64_t stored; /* the link that led to it, as it is stored */
    bool again; /* it was met before: it counts there */
};

/* More of a chunk whose size word has CHUNK_ODD: foreign memory, or a word that can't be true. */
struct glibc_odd {
    uint64_t index; /* of its size word */
    bool foreign;
    enum walk_state would_be;
    enum block_field field;
    uint64_t found, expected;
};

/* Every so many chunks of a region. */
struct glibc_mark {
    uint64_t chunk;
    size_t index;
};
#define MARK_EVERY 64u

/* A growing array. */
struct glibc_list {
    void *item;
    size_t n, room;
};

#define FINDINGS_KEPT 64u

struct glibc_private {
    /* What was found once, and is tried first. */
    uint64_t main_state; /* 0: not found */
    unsigned layout;
    uint64_t malloc_par; /* where the word sbrk_base is; 0: not found */
    bool malloc_par_sought[2]; /* while sbrk_base was 0, and later */
    unsigned wait, wait_next; /* looks until mmapped chunks are sought everywhere again, */
    uint64_t deep_from; /* and where that goes on */
    unsigned links; /* enum glibc_links */
    /* Of the last look. */
    struct glibc_list regions, arenas, tcaches; /* h's */
    struct glibc_list words; /* uint64_t: size words of all regions, in order of address */
    struct glibc_list marks; /* struct glibc_mark */
    struct glibc_list frees; /* struct glibc_free, in order of address */
    struct glibc_list order; /* uint32_t: places in frees, in order of search */
    struct glibc_list odds; /* struct glibc_odd */
    struct glibc_list cached; /* struct glibc_cache, in order of search */
    struct glibc_list by_address; /* the same, in order of address */
    struct glibc_list mapped, mapped_before; /* mmapped chunks, and those of the last look */
    struct glibc_list hints; /* uint64_t: where lists know chunks, and the scan found none */
    struct glibc_list candidates; /* uint64_t: used chunks as large as a tcache's */
    struct check_finding finding[FINDINGS_KEPT];
    size_t n_findings;
    struct glibc_counts {
        bool known;
        uint64_t n_mmaps, mmapped_mem, tcache_count;
    } counts; /* malloc's own */
};

enum glibc_links { LINKS_UNKNOWN, LINKS_PROTECTED, LINKS_PLAIN };

/* One look. */
struct glibc_looking {
    struct glibc_heap *h;
    struct glibc_private *own;
    const struct memory *m;
    const struct glibc_map *map;
    size_t n_maps;
    uint64_t brk;
    bool unreadable, no_memory;
    bool torn; /* something does not hold together that is no finding */
    bool again; /* the second reading of this look */
    bool too_many; /* chunks that may be tcaches */
    uint64_t tried[2]; /* up to where bins were taken to begin, at even words and at odd ones */
    uint64_t second_best; /* a main_arena whose ring does not close, or 0, */
    unsigned second_layout; /* and its layout */
    unsigned links_score[3]; /* by enum glibc_links: lists that hold together if stored so */
};

/* ── glibc_memory.c ── */

/* Room for more items; false and l->no_memory. */
bool list_grow(struct glibc_looking *l, struct glibc_list *list, size_t bytes);
/* One more item of bytes, not set yet; NULL and l->no_memory. */
static inline void *list_add(struct glibc_looking *l, struct glibc_list *list, size_t bytes)
{
    if (list->n == list->room && !list_grow(l, list, bytes)) return NULL;
    return (char *)list->item + list->n++ * bytes;
}
/* [start, end) is readable as one piece. */
bool maps_cover(const struct glibc_looking *l, uint64_t start, uint64_t end);
/* The mapping that holds address; NULL. */
const struct glibc_map *map_at(const struct glibc_looking *l, uint64_t address);
/* bytes bytes from address; false, to untouched, if they are not in the mappings or can't be
 * read. */
bool read_at(struct glibc_looking *l, uint64_t address, void *to, size_t bytes);
bool read_word(struct glibc_looking *l, uint64_t address, uint64_t *word);

/* ── glibc_find.c ── */

/* How malloc_state lies: by where its bins begin. */
struct glibc_layout {
    uint32_t bins, fast;
};
extern const struct glibc_layout glibc_layouts[];
/* main_arena and the arenas that it leads to. False: it is not there. */
bool find_arenas(struct glibc_looking *l);
/* malloc's own counts, where main_arena's heap is known to begin at sbrk_base; 0: it has none. */
void find_counts(struct glibc_looking *l, uint64_t sbrk_base);

/* ── glibc_regions.c ── */

void find_regions(struct glibc_looking *l);
/* NULL and l->no_memory. */
struct glibc_region *add_region(struct glibc_looking *l, struct glibc_region region);

/* ── glibc_main.c ── */

void find_main(struct glibc_looking *l);

/* ── glibc_mapped.c ── */

/* Does a region found so far, of the first n, overlap with these bytes? */
bool is_taken(const struct glibc_looking *l, uint64_t start, uint64_t end, size_t n);

/* After all other regions. */
void find_mapped(struct glibc_looking *l);

/* ── glibc_scan.c ── */

/* Read the size words and free chunks of all regions. */
void scan_regions(struct glibc_looking *l);

/* ── glibc_lists.c, glibc_cached.c, glibc_tcache.c ── */

/* More chunks than this that may be tcaches are not looked at. */
#define CANDIDATES_MOST 4096u
/* The sizes of their chunks: up to 2.41, and from 2.42 on. */
#define TCACHE_CHUNK 0x290u
#define TCACHE_CHUNK_WIDE 0x300u
/* A chunk of the scan, with the first two words of its payload: it may be a tcache. */
void tcache_candidate(struct glibc_looking *l, uint64_t chunk, const uint64_t two[2]);

void read_bins(struct glibc_looking *l);
void read_cached(struct glibc_looking *l);
/* A list leads to a chunk where none was found; it is known by its own words. */
void add_hint(struct glibc_looking *l, uint64_t chunk);
struct glibc_free *free_at(const struct glibc_private *own, uint64_t chunk);
/* The same, sought from a place in frees on, to both sides: lists mostly go in order of address. */
struct glibc_free *free_near(const struct glibc_private *own, size_t place, uint64_t chunk);
/* The size word of the chunk that begins at address; NULL: none begins there. */
const uint64_t *word_at(const struct glibc_heap *h, uint64_t address);
const struct glibc_region *region_at(const struct glibc_heap *h, uint64_t address);
/* The least chunk of a tcache's bin for large ones, from 64 on. */
uint64_t tcache_least(unsigned place);
/* The bin of free chunks of that size. */
unsigned bin_of_size(uint64_t size);
/* The word that an empty bin's links hold. */
static inline uint64_t bin_at(const struct glibc_arena *a, unsigned bin)
{
    return a->bins + UINT64_C(16) * (bin - 1) - CHUNK_HEADER;
}

/* ── glibc_check.c ── */

/* "G4: block 0x...: prev_size is 0, expected 96"; found_false: "G2: block 0x...: size is 7WRONG".
 */
void found_word(struct glibc_looking *l, unsigned invariant, uint64_t block, enum block_field field,
                uint64_t found, uint64_t expected);
void found_false(struct glibc_looking *l, unsigned invariant, uint64_t block,
                 enum block_field field, uint64_t found, const char *wrong);
/* "G14: the arena at 0x...: WHAT is N, expected M", and of a block. */
void found_arena(struct glibc_looking *l, unsigned invariant, uint64_t state, const char *what,
                 uint64_t found, uint64_t expected, unsigned base);
void found_count(struct glibc_looking *l, unsigned invariant, uint64_t block, const char *what,
                 uint64_t found, uint64_t expected);
/* "G1: block 0x...: it can't be read". */
void found_unread(struct glibc_looking *l, uint64_t block);
/* "G15: the arena at 0x...: WRONG". */
void found_ring(struct glibc_looking *l, uint64_t state, const char *wrong);
/* WHAT, the link of a bin that leads into its list, is false: a word of the arena, or block, at
 * address. */
void found_head(struct glibc_looking *l, unsigned invariant, bool arena, uint64_t address,
                const char *what, unsigned bin, uint64_t found, const char *wrong);

/* The block of a chunk: where it begins. */
uint64_t block_of(const struct glibc_heap *h, uint64_t chunk);

#endif
