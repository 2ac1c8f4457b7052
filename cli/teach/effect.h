/* effect.h: what a command came to, in the numbers that answers are judged by. */
#ifndef LESSON_EFFECT_H
#define LESSON_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lab;
struct outcome;

#define EFFECT_FREE_MAX 64u

enum effect_stat {
    EFFECT_HEAP_BYTES,
    EFFECT_LIVE_BYTES,
    EFFECT_PADDING_BYTES,
    EFFECT_HEADER_BYTES,
    EFFECT_FREE_BYTES,
    EFFECT_LARGEST_FREE,
    EFFECT_BLOCKS,
    EFFECT_USED,
    EFFECT_FREE,
    EFFECT_CACHED, /* blocks, of a running program */
    EFFECT_CACHED_BYTES,
    EFFECT_N_STATS
};

/* Why the heap looks as it does after an alloc or a free. Those of an alloc come first, then those
 * of a free; each kind has letters from a on. */
enum effect_reason {
    REASON_GROWN, /* nothing fits: brk moves up */
    REASON_WHOLE, /* a free block is taken whole */
    REASON_SPLIT, /* a free block is split */
    REASON_REFUSED, /* out of memory */
    REASON_MARKED, /* only marked free */
    REASON_MERGED, /* merged with a free neighbour, brk stays */
    REASON_TRIMMED, /* given back: brk moves down */
    REASON_N
};

/* Where a block is that a running program's free was given. */
enum effect_kept {
    KEPT_NOWHERE, /* no block went out of use */
    KEPT_CACHED, /* for its thread's next malloc of that size, or in a fastbin */
    KEPT_BIN, /* free, in the unsorted bin or one by size */
    KEPT_TOP, /* merged into the top of its region */
    KEPT_GONE, /* its memory went back to the kernel */
    KEPT_N
};

struct effect_free {
    uint32_t id;
    uint64_t offset, payload;
}; /* id: whose it was last, 0; offset of the header from the heap's start */

struct effect {
    bool ran; /* a command was run; if not, only the heap's numbers below hold */
    bool ok;
    int64_t delta; /* of brk */
    uint64_t heap_start;
    uint64_t address; /* of the payload that it returned, 0: it returned none */
    uint32_t reused; /* the free block in whose place the new one begins, 0: none */
    uint64_t usable; /* of a running program: payload bytes of the block that came into use, the
                        highest of several; 0: none did. Its address is address, and */
    bool again; /* a block began there that was cached or free */
    enum effect_kept kept; /* of the block that went out of use, the highest of several */
    enum effect_reason reason;
    uint64_t stat[EFFECT_N_STATS];
    struct effect_free free[EFFECT_FREE_MAX]; /* the free list, in search order */
    size_t n_free; /* at most EFFECT_FREE_MAX of them */
};

/* Of the command that out tells, while the snapshot before it is still there; out NULL: of the heap
 * as it is. */
void effect_gather(struct effect *effect, struct lab *lab, const struct outcome *out);

const char *effect_stat_name(enum effect_stat stat); /* "free_bytes", as in JSON */
const char *effect_kept_name(enum effect_kept kept); /* "cached" */
char effect_reason_letter(enum effect_reason reason);
const char *effect_reason_text(enum effect_reason reason); /* "nothing fits: brk moves up" */

#endif
