/* word.h: writing the heap's own words. Whoever changes a word of a header, a link or the root does
 * it here, so that every change is told (steps.h). */
#ifndef WORD_H
#define WORD_H

#include <stdint.h>
#include <string.h>

#include "allocator/format/block.h"
#include "allocator/format/block_fields.h"
#include "heap_state.h"

/* The field of the block at that address in this process; of the root if block is 0. */
uint64_t word_get(const struct heap *h, enum block_field field, uintptr_t block);

/* What word_set does for somebody who listens. */
void word_set_told(struct heap *h, enum block_field field, uintptr_t block, uint64_t value);

/* Write it, and tell STEP_WRITE if that changes it. While nobody listens it costs the store
 * alone. */
static inline void word_set(struct heap *h, enum block_field field, uintptr_t block, uint64_t value)
{
    unsigned char *at = (block == 0 ? (unsigned char *)&h->root : (unsigned char *)block) +
                        block_fields[field].offset;
    uint32_t narrow = (uint32_t)value;
    if (h->steps != NULL)
        word_set_told(h, field, block, value);
    else if (block_fields[field].bytes == sizeof narrow)
        memcpy(at, &narrow, sizeof narrow);
    else
        memcpy(at, &value, sizeof value);
}

/* The same for the word number index of a field that is an array. */
void word_set_at(struct heap *h, enum block_field field, uintptr_t block, uint32_t index,
                 uint64_t value);

/* Fill [from, to) with byte, and tell STEP_FILL; block is whose guard it is, or 0. Nothing is done,
 * and nothing told, if there are no bytes. */
void word_fill(struct heap *h, uintptr_t block, uintptr_t from, uintptr_t to, unsigned char byte);

/* A block is to begin here: clear those of its first words, bytes in all, that lie in memory which
 * the present verb has grown. They hold what was left there before the last trim, which is in
 * nobody's picture of the heap. */
void word_clear(const struct heap *h, uintptr_t block, uint32_t bytes);

#endif
