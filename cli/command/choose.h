/* choose.h: which block a word means, and which one is meant where there is none. */
#ifndef CHOOSE_H
#define CHOOSE_H

#include "cli/command/lab.h"
#include "cli/command/parse.h"

/* Where a block is meant by something else than its address: its word is %s. */
#define CHOOSE_NO_IDS                                                                              \
    "%s is no address; expected one such as 0x5555557592a0, for the blocks of a running program "  \
    "have no ids"

/* Look anew for the block that word means to somebody who wants to see it: an id or name in use,
 * the id of a freed one that is still a free block of its own, or an address inside the block.
 * False, and out says why, if there is none. O(blocks). */
bool choose_block(struct lab *lab, const char *word, struct snapshot_block *b, struct outcome *out);

/* The first word, else the selected block in such a word: the one that was chosen, else the one
 * that changed last. Into text. NULL, and out says how to choose one, if there is none. */
const char *choose_word(struct lab *lab, const struct arguments *args, char *text, size_t bytes,
                        struct outcome *out);

#endif
