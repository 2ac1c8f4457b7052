/* sound.h: what the words of the heap were when it was last sound. They need not have been kept:
 * they follow from the blocks. */
#ifndef SOUND_H
#define SOUND_H

#include "cli/session/session.h"

/* What field of the block at address (0: of the root) is in a sound heap with the blocks that there
 * were. False if that can't be told. O(free blocks) for the links of the free list, else O(log
 * blocks). */
bool sound_word(const struct session *s, uint64_t block, enum block_field field, uint64_t *value);

/* The block with its header at address, as it is, or as it was when the heap was sound; false if
 * none was there. */
bool sound_block(const struct session *s, uint64_t address, struct snapshot_block *b);

#endif
