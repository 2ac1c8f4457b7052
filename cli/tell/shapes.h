/* shapes.h: what the session knows, as JSON and as words: one place for the shapes that scripts are promised. */
#ifndef SHAPES_H
#define SHAPES_H

#include "cli/tell/outcome.h"
#include "cli/command/parse.h"

#define SHAPE_WORDS_MAX BLOCK_WORDS_MAX

/* One word of a block's header or links, as it stands in the target now. */
struct shape_word {
    enum block_field field;
    struct picture_word word;
};

const char *shape_state_name(enum block_state state); /* "used" */
/* Freed, but kept from reuse: a used block that is nobody's, and of which nothing was asked for. */
bool shape_is_quarantined(const struct lab *lab, const struct snapshot_block *b);

/* Look anew for the block that word means to somebody who wants to see it: an id or name in use, the id of a freed one that is still a
 * free block of its own, or an address inside the block. False, and out says why, if there is none. O(blocks). */
bool choose_block(struct lab *lab, const char *word, struct snapshot_block *b, struct outcome *out);

/* The first word, else the selected block in such a word: the one that was chosen, else the one that changed last. Into text. NULL, and out says how
 * to choose one, if there is none. */
const char *choose_word(struct lab *lab, const struct arguments *args, char *text, size_t bytes, struct outcome *out);

/* A block's pointer in a line of C: the name that was given, else p and the id; where another block has taken those, the address. Into text, which is
 * returned. */
#define SHAPE_C_NAME 48u
const char *shape_c_name(const struct lab *lab, uint32_t id, char *text, size_t bytes);
/* "p2 = ", "buf = ": what is assigned to when the block comes into being or moves; "" where no variable is left for it. */
const char *shape_c_target(const struct lab *lab, uint32_t id, char *text, size_t bytes);

/* "blocks" and "free_list", kept as out's rows, and what is damaged into its extra members. False on no memory. */
bool shape_blocks(struct lab *lab, struct outcome *out);
/* The value of a word of that kind: an address in hex, or a number. */
json_t *shape_field_json(enum block_field field, uint64_t value);
/* The "stats" object of the last look. */
json_t *shape_stats_json(struct lab *lab);
json_t *shape_switches_json(const struct session_setup *setup);
/* Is it worth a word: the policy has it, and it is one of the allocator's choices, or a lock or guard that is not as it is by default. */
bool shape_switch_shown(const struct session_setup *setup, enum heap_switch which);
/* "on", "address", "exact", "64K" */
const char *shape_switch_value(const struct session_setup *setup, enum heap_switch which, char *text, size_t bytes);

/* Where the words of b stand, be it used, free, damaged (as one in use has them) or a foreign gap with a fence; of any policy. */
size_t shape_block_words(enum heap_policy policy, bool canary, const struct snapshot_block *b,
                        struct block_word words[BLOCK_WORDS_MAX]);
/* The words of b, at most SHAPE_WORDS_MAX, read from the target. How many; 0 if it can't be read or has none. */
size_t shape_words(struct lab *lab, const struct snapshot_block *b, struct shape_word *words);
json_t *shape_word_json(const struct shape_word *word); /* {"name":…,"value":…} */

#endif
