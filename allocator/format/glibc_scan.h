/* glibc_scan.h: what those share that go from chunk to chunk: glibc_scan.c, where all is as it
 * should be, glibc_mend.c, where a word is false, glibc_resync.c, which looks around. */
#ifndef GLIBC_SCAN_H
#define GLIBC_SCAN_H

#include "glibc_private.h"

/* A region while its chunks are read. */
struct scan {
    struct glibc_looking *l;
    struct glibc_region *region;
    struct window window; /* whoever reads by it leaves what was read before invalid */
    uint64_t top; /* the last chunk, if it is the arena's top; else 0 */
    unsigned top_asked; /* how often it was asked for anew */
    bool main;
    uint64_t budget; /* places that may still be searched */
    uint64_t at;
    /* The chunk before at; 0: a run begins at at. */
    uint64_t before, before_size;
    bool before_clear; /* its own PREV_INUSE is clear */
    const uint64_t *hint, *hint_end; /* chunks that lists know, in order of address */
    uint64_t link[4]; /* its first words, if it is free: fd, bk and the nextsize ones */
};

/* A size word that a chunk can have of which most bytes are left. */
static inline bool is_size(const struct scan *s, uint64_t word, uint64_t most)
{
    uint64_t no = CHUNK_ODD | CHUNK_MMAPPED | (s->main ? CHUNK_NON_MAIN : 0);
    return (word & no) == 0 && chunk_size(word) >= CHUNK_LEAST && chunk_size(word) <= most;
}

/* ── glibc_scan.c ── */

/* Keep the chunk at at, whose first words these are, as one with that size word and size, and what
 * must be known of it when the next is read: it is the one before then. False: no memory. */
bool scan_pass(struct scan *s, const uint64_t words[4], uint64_t word, uint64_t size);
/* The chunk before is free. */
void scan_free(struct scan *s);
/* The chunk before has a word that can't be true: keep that, and report it. */
void scan_damage(struct scan *s, enum block_field field, uint64_t found, uint64_t expected,
                 enum walk_state would_be, unsigned invariant);
/* Where the block of the chunk before begins. */
uint64_t scan_block(const struct scan *s);

/* ── glibc_mend.c: false when there is no memory left ── */

/* The header at at can't be true. */
bool scan_lost(struct scan *s, const uint64_t words[4]);
/* But for its PREV_INUSE, it can. */
bool scan_flag(struct scan *s, const uint64_t words[4]);
/* Its size leads past a chunk that a list knows. */
bool scan_over(struct scan *s, const uint64_t words[4], uint64_t known);

/* ── glibc_resync.c ── */

/* The first place in [from, most) where chunks go on; 0: none. */
uint64_t resync(struct scan *s, uint64_t from, uint64_t most);
/* A word of any mapping; the window's bytes are invalid then. */
bool read_aside(struct scan *s, uint64_t address, uint64_t *word);
/* Chunks go on from at; over, if not 0: without one at over. */
bool goes_on(struct scan *s, uint64_t at, uint64_t over);
/* The chunk is in a list of free ones, as its links say and those of its neighbours there. */
bool is_listed(struct scan *s, uint64_t chunk, uint64_t fd, uint64_t bk);

#endif
