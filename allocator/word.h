/* word.h: writing the heap's own words. Whoever changes a word of a header, a link or the root does it here, so that every change
 * is told (steps.h). */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>

#include "block.h"
#include "heap.h"

/* The field of the block at that address in this process; of the root if block is 0. */
uint64_t word_get(const struct heap *h, enum block_field field, uintptr_t block);

/* Write it, and tell STEP_WRITE if that changes it. */
void word_set(struct heap *h, enum block_field field, uintptr_t block, uint64_t value);

#endif
