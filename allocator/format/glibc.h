/* glibc.h: the heap of a program on glibc's malloc, found and read from outside, without symbols:
 * by consistency. Versions 2.31 to 2.43, words of 8 bytes, little-endian. How its blocks lie stands
 * in block.h.
 *
 * One look reads every header once and remembers the size words and the links; what is asked of the
 * look afterwards (walk, lists, sums) comes from these, so that all agree with each other.
 *
 * Sources: malloc/malloc.c and malloc/arena.c of glibc 2.31 to 2.43 (struct malloc_state,
 * struct malloc_par, heap_info, tcache_perthread_struct, sysmalloc, int_mallinfo).
 *
 * Whatever the memory holds, a look ends and reads nothing outside the mappings given. It keeps 8
 * bytes for each chunk in use, and about 100 for one that is free or cached. */
#ifndef GLIBC_H
#define GLIBC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"
#include "memory.h"
#include "walk_met.h"

/* A mapping of the program. They come in order of address, and do not overlap. */
struct glibc_map {
    uint64_t start, end;
    bool readable, writable, anonymous;
    bool heap; /* [heap] */
    bool program; /* of the program's own file, or the bss behind it */
    bool libc; /* of libc.so.6 (up to 2.33 its name is libc-2.33.so), or the bss behind it */
};

enum glibc_result {
    GLIBC_OK,
    GLIBC_NONE, /* malloc was not used yet: there is no heap */
    GLIBC_FOREIGN, /* there is a heap, but it is not glibc's */
    GLIBC_TORN, /* it is glibc's, but does not hold together: it may be in change, or damaged */
    GLIBC_UNREADABLE, /* memory that must be read can't be */
    GLIBC_NO_MEMORY,
    GLIBC_N_RESULTS
};

enum glibc_region_kind { GLIBC_BRK, GLIBC_ARENA, GLIBC_MAPPED };
#define GLIBC_NO_ARENA UINT32_MAX

/* A run of memory that holds blocks. Regions come in order of address. The heap up to brk is one,
 * from the start of [heap] to brk, what others took of it included; so is each heap of an arena,
 * without heap_info and malloc_state, and each mmapped chunk with its whole mapping. */
struct glibc_region {
    enum glibc_region_kind kind;
    uint64_t start, end; /* blocks, foreign ones too, tile it; end of GLIBC_BRK: brk, or above it
                            where top is */
    uint32_t arena; /* of h->arena; GLIBC_NO_ARENA: of an mmapped chunk */
    /* The rest is glibc_*.c's own. */
    uint64_t chunk, limit; /* chunks lie in [chunk, limit) */
    uint64_t mapped; /* bytes of an mmapped block */
    size_t first, n; /* its size words */
};

struct glibc_arena {
    uint64_t address; /* of its malloc_state; arena 0 is main_arena */
    uint64_t top; /* its top chunk; 0: it has none yet */
    uint64_t last_remainder;
    uint64_t system_mem; /* bytes that it has from the kernel, as it counts them */
    uint64_t bins; /* where its bins begin: the word fd of the unsorted bin */
    uint64_t fast; /* where its fastbins begin; 0: this version has none */
    uint64_t threads; /* attached to it */
    uint32_t flags; /* 2: the kernel would not move brk on, so its memory lies apart */
};

/* What one thread keeps cached: its tcache_perthread_struct. */
struct glibc_tcache {
    uint64_t address; /* of the struct, the payload of a used block */
    uint32_t arena;
    uint32_t n; /* chunks in it */
    uint64_t bytes; /* of these */
};

struct glibc_heap {
    bool held; /* set by the caller, and kept: the program stands still, so that what does not hold
                  together is damage, worth a second reading by what the lists know */
    struct glibc_region *region;
    size_t n_regions;
    struct glibc_arena *arena;
    size_t n_arenas;
    struct glibc_tcache *tcache;
    size_t n_tcaches;
    bool tcache_known; /* false: what the threads keep cached is not known, those blocks are shown
                          as used */
    bool mapped_known; /* the mmapped chunks found are as many as malloc counts; false: it can't be
                          told whether there are more */
    uint64_t behind_top; /* bytes from the end of main_arena's top to brk: somebody else's sbrk, or
                            top was just about to move */
    struct glibc_private *own; /* what else a look keeps; owned */
};

/* Find and read the heap. *h is zero before the first look, and what the last look left before the
 * others: what was found is tried first where it was. brk: where the program's break is; 0 if that
 * is not known better than by the end of [heap]. With GLIBC_OK and GLIBC_TORN regions can be
 * walked, in all other cases there are none. GLIBC_NO_MEMORY leaves *h as good as released.
 * O(chunks), and O(free chunks x log) for the lists. */
enum glibc_result glibc_look(struct glibc_heap *h, const struct memory *m,
                             const struct glibc_map *maps, size_t n, uint64_t brk);

/* Give back all memory; *h is zero afterwards. Of a zero one, too. */
void glibc_release(struct glibc_heap *h);

/* Visit the blocks of a region as the last look read them, in order of address; they tile
 * [start, end). Where nobody can tell how it goes on, the rest is one damaged block. State, header
 * and bin are set; cached in WALK_CACHED ones: by which of h->tcache, from 1 on; 0: by a fastbin.
 * raw is NULL; window reads memory as it is now. damage may be NULL; as in walk_blocks,
 * WALK_DAMAGED says that some block was visited as damaged. Never allocates. */
enum walk_result glibc_walk(const struct glibc_heap *h, size_t region, const struct memory *m,
                            walk_visit *visit, void *user, struct walk_damage *damage);

/* Blocks that follow each other from address on: used, with a header of CHUNK_BLOCK_HEADER bytes,
 * and there is no more to be said of them. Their sizes are words, whose low four bits do not count.
 * Those of the n that end at or below end are of the run, be they few or none. */
struct glibc_run {
    uint64_t address, end;
    const uint64_t *word;
    size_t n;
    unsigned region;
};
/* Returns how many of them it has taken, from the first on. */
typedef size_t glibc_visit_run(void *user, const struct glibc_run *run);
/* The same, but a run is first given to visit_run: what that has taken, visit does not get. The
 * block behind is visit's. visit_run may be NULL. */
enum walk_result glibc_walk_runs(const struct glibc_heap *h, size_t region, const struct memory *m,
                                 glibc_visit_run *visit_run, walk_visit *visit, void *user,
                                 struct walk_damage *damage);

/* ── Bins ── */

/* walk_block's bin: 0, a bin by its number in malloc_state (1 unsorted, 2 to 63 small, 64 to 126
 * large), or one of these. */
enum {
    GLIBC_BIN_NONE = 0,
    GLIBC_BIN_UNSORTED = 1,
    GLIBC_BIN_SMALL = 2,
    GLIBC_BIN_LARGE = 64,
    GLIBC_BIN_LAST = 126,
    GLIBC_BIN_TOP = 127,
    GLIBC_BIN_FAST = 128, /* + 0 to 9 */
    GLIBC_BIN_TCACHE = 256 /* + 0 to 75 */
};
#define GLIBC_BIN_NAME 32u

/* "tcache 64", "fast 32", "unsorted", "small 128", "large 1024+", "top": kind, and the size of its
 * chunks, or the least of them. "" of 0 and of a number that no bin has. Returns text. */
const char *glibc_bin_name(unsigned bin, char text[GLIBC_BIN_NAME]);

/* A free block as a list has it. */
struct glibc_listed {
    uint64_t address; /* of the block, as the walk shows it */
    uint64_t size; /* of the block */
    uint32_t arena;
    uint16_t bin;
    uint16_t cached; /* as in walk_block */
};

/* Visit the free blocks in the order in which malloc would look at them: arena by arena, fast bins,
 * unsorted, small and large bins, each as it is searched, then top. Stops when visit returns
 * false. */
void glibc_free_list(const struct glibc_heap *h,
                     bool (*visit)(void *user, const struct glibc_listed *block), void *user);
/* The same of what the threads keep cached: tcache by tcache, bin by bin, the next to be handed out
 * first. */
void glibc_cached(const struct glibc_heap *h,
                  bool (*visit)(void *user, const struct glibc_listed *block), void *user);

/* ── Sums ── */

/* As mallinfo2 has them (sizes of chunks, cached ones counted as in use), and more. */
struct glibc_sums {
    uint64_t arena; /* system_mem */
    uint64_t ordblks, smblks; /* free chunks, top included; fastbin chunks */
    uint64_t hblks, hblkhd; /* mmapped chunks, and the bytes of their mappings */
    uint64_t fsmblks; /* bytes of the fastbins */
    uint64_t uordblks, fordblks; /* bytes in use, and free */
    uint64_t keepcost; /* bytes of top (in the sums of all: of main_arena's) */
    uint64_t cached, cached_bytes; /* chunks in tcaches, and their bytes */
};

/* Of one arena, or of all with GLIBC_NO_ARENA; hblks and hblkhd are of all only. */
void glibc_sums(const struct glibc_heap *h, uint32_t arena, struct glibc_sums *sums);

/* ── Words ── */

/* The words of a block's header and links as the walk has just shown it, in order of address; the
 * boundary tag of a free one is the last. Returns how many were put into words. */
#define GLIBC_WORDS_MAX 7u
size_t glibc_words(const struct walk_block *block, struct block_word words[GLIBC_WORDS_MAX]);

/* "PREV_INUSE, NON_MAIN_ARENA": the flags of a size word, "" if none is set. Returns text. */
#define GLIBC_FLAGS_TEXT 48u
const char *glibc_flags_text(uint64_t size_word, char text[GLIBC_FLAGS_TEXT]);

/* ── Invariants ──
 *
 *   G1  the chunks tile each region, up to top or the fencepost
 *   G2  each size is a multiple of 16, at least 32, and not more than the arena has
 *   G3  each PREV_INUSE says whether the chunk before is free
 *   G4  behind a free chunk prev_size is its size
 *   G5  no two neighbours are free
 *   G6  the links of the bins agree in both directions, and lead to free chunks
 *   G7  each bin holds the sizes of its class
 *   G8  large bins are in order of size, and their nextsize links make a ring
 *   G9  each free chunk is in a bin
 *   G10 fastbins hold chunks of their size, each once
 *   G11 a tcache's counts are the lengths of its lists
 *   G12 a tcache's lists hold chunks of their size class, each once
 *   G13 top reaches the end of its region
 *   G14 system_mem is the bytes of the arena's regions
 *   G15 the arenas lead to each other in a ring, and the heaps of each back to its first */
#define GLIBC_N_INVARIANTS 15

/* What the last look found wrong: up to most findings are put into findings, with the number of the
 * invariant, the block, the word and a sentence ("G4: block 0x...: prev_size is 0, expected 96");
 * returns how many there are in all (0: the heap is sound). Address 0: an arena's own words. Of a
 * program that runs, a finding may only say that the heap was in change. */
size_t glibc_check(const struct glibc_heap *h, struct check_finding *findings, size_t most);

/* What the invariant says, one line; NULL out of range. */
const char *glibc_invariant_text(unsigned invariant);

#endif
