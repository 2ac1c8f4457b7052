/* check.h: the invariants of a heap, numbered, one function each, over the same reader of memory as
 * the walk.
 *
 *   I1  the root is true: magic, known policy and order, start <= top, both aligned
 *   I2  the blocks tile [start, top) without hole or overlap, each aligned and at least the
 *       policy's minimum
 *   I3  fits: each block's prev_size is the whole size of the block just before, 0 at the start and
 *       behind a fence
 *   I4  root.last (header: root.first too) is the last (first) block, 0 when there is none
 *   I5  fits: the free list holds every free block exactly once, and nothing else
 *   I6  fits: the links agree in both directions, and free_head and free_tail are their ends
 *   I7  fits: the free list is in the order that the switch says (address, size-up, size-down)
 *   I8  fits: no two free neighbours, if coalesce has always been on
 *   I9  next-fit: the rover is 0 or a block of the free list; other policies: 0
 *   I10 brk is not below top
 *   I11 brk is not above the limit, counted from start
 *   I12 fits: the fences are in address order inside the heap, gap_tail is the last of them
 *   I13 canary: each used block's guards, before and behind its payload, are as they were put on
 *   I14 poison: each free block holds nothing but poison behind header and links, and each block in
 *       quarantine as far as it was asked for
 *   I15 quarantine: the blocks in it are used blocks of the heap, each once, and not more of them
 *       than the switch says
 *
 * A heap that is damaged so that the walk can't go on breaks I1 or I2, and what can't be judged
 * then is passed over. */
#ifndef CHECK_H
#define CHECK_H

#include "walk.h"

#define CHECK_N_INVARIANTS 15

struct check_finding {
    unsigned invariant; /* 1 to CHECK_N_INVARIANTS */
    uintptr_t address; /* of the block that breaks it; 0 for the root */
    enum block_field field; /* the word of it that is false, if one can be named; else FIELD_N */
    uint64_t expected, found;
    char text[160]; /* one sentence, printable ASCII: "I3: block 0x406060: prev_size is 0, expected
                       96" */
};

/* Check the heap whose root is at address root_address and whose break is brk. Up to most findings
 * are put into findings; returns how many there are in all (0: the heap is sound). Never allocates
 * and never reads outside the root and [start, brk). O(blocks + free blocks), with canary another
 * O(blocks), with poison O(bytes that are free). */
size_t check_heap(const struct memory *m, uintptr_t root_address, uintptr_t brk,
                  struct check_finding *findings, size_t most);

/* What the invariant says, one line, for help and for the manual; NULL out of range. */
const char *check_invariant_text(unsigned invariant);

#endif
