/* block_choice.h: which of the blocks are listed, and in which order. */
#ifndef BLOCK_CHOICE_H
#define BLOCK_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viz/snapshot.h"

struct block_choice {
    unsigned states; /* 1 << enum block_state of each that is listed; 0: all */
    uint64_t least, most; /* whole bytes */
    uint64_t from, to; /* blocks that have bytes in [from, to) */
    size_t region; /* SIZE_MAX: all */
    bool by_size; /* the largest first; else in order of address */
    size_t first; /* so many of them at most */
};

/* Everything, in order of address. */
struct block_choice block_choice_all(void);
bool block_choice_is_all(const struct block_choice *choice);

/* The places of those chosen in the snapshot, malloc'd. False on no memory. O(blocks), and O(n log
 * n) by size. */
bool block_choice_make(const struct snapshot *s, const struct block_choice *choice,
                       uint32_t **index, size_t *n);

#endif
