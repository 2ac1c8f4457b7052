/* free_blocks.h: the free blocks that a walk meets, in order of address, each found again when the
 * free list leads to it. */
#ifndef FREE_BLOCKS_H
#define FREE_BLOCKS_H

#include "viz/snapshot.h"

struct free_blocks {
    const struct snapshot *snapshot; /* borrowed, in the making */
    uint32_t *index; /* ascending: their places in the snapshot, */
    uint64_t *next; /* and their links as they stand in memory; both owned */
    size_t n, room, expected;
    size_t hint, step; /* where the last search ended, and how far from the one before: 1 or -1 */
};

/* None yet; where there is one, there will be about as many as expected. */
struct free_blocks free_blocks_of(const struct snapshot *snapshot, size_t expected);
/* The same in the memory of an old one, which is none then; if it has far too much, that is given
 * back. */
struct free_blocks free_blocks_in(struct free_blocks *old, const struct snapshot *snapshot,
                                  size_t expected);
void free_blocks_release(struct free_blocks *f); /* the end of it; a zero one is none */

/* The block that is added to the snapshot next, and its link. False on no memory. */
bool free_blocks_add(struct free_blocks *f, uint64_t next);
/* The address of the i-th, 0 behind the last. */
uint64_t free_blocks_address(const struct free_blocks *f, size_t i);
/* Which one is at address, SIZE_MAX if none is. In order of address, up or down, O(1); else
 * O(log n), and less where they lie evenly. */
size_t free_blocks_find(struct free_blocks *f, uint64_t address);

#endif
