/* word.h: writing the heap's own words. Whoever changes a word of a header, a link or the root does it here, so that every change
 * is told (steps.h). */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>

#include "allocator/format/block.h"
#include "heap.h"

/* The field of the block at that address in this process; of the root if block is 0. */
uint64_t word_get(const struct heap *h, enum block_field field, uintptr_t block);

/* Write it, and tell STEP_WRITE if that changes it. */
void word_set(struct heap *h, enum block_field field, uintptr_t block, uint64_t value);

/* The same for the word number index of a field that is an array. */
void word_set_at(struct heap *h, enum block_field field, uintptr_t block, uint32_t index, uint64_t value);

/* Fill [from, to) with byte, and tell STEP_FILL; block is whose guard it is, or 0. Nothing is done, and nothing told, if there are no bytes. */
void word_fill(struct heap *h, uintptr_t block, uintptr_t from, uintptr_t to, unsigned char byte);

/* A block is to begin here: clear those of its first words, bytes in all, that lie in memory which
 * the present verb has grown. They hold what was left there before the last trim, which is in nobody's picture of the heap. */
void word_clear(const struct heap *h, uintptr_t block, uint32_t bytes);

#endif
