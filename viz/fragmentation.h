/* fragmentation.h: what a heap loses, and to what: the difference between the bytes that it has and
 * the bytes that one can get. */
#ifndef FRAGMENTATION_H
#define FRAGMENTATION_H

#include "snapshot.h"

struct fragmentation {
    uint64_t header_bytes; /* of used blocks */
    uint64_t padding_bytes; /* internal fragmentation */
    uint64_t hole_bytes; /* whole free blocks below a used or foreign one: external fragmentation */
    uint64_t n_holes; /* runs of free neighbours below the top */
    uint64_t top_bytes; /* whole free blocks at the top, which could be given back */
    uint64_t fits_now; /* the largest request that fits without moving brk: bytes asked for, guards
                          apart */
    uint64_t fits_coalesced; /* the same, if free neighbours were one block */
    uint64_t fits_compacted; /* the same, if all used blocks were moved together, foreign ones
                                staying where they are */
};

/* O(1): it takes the snapshot's sums, and block_header and guard_bytes of its head. */
void fragmentation_find(struct fragmentation *f, const struct snapshot *s);

#endif
