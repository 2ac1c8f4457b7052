/* shapes.h: what the session knows, as JSON and as words: one place for the shapes that scripts are
 * promised. */
#ifndef SHAPES_H
#define SHAPES_H

#include "cli/session/session.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shape_word.h"

/* A line before what is told of a heap that is not as usual: of a dead target it is what was seen
 * last, in a race what is half done. */
void shape_tell_last_look(const struct session *s, struct outcome *out);
/* The "stats" object of the last look. */
json_t *shape_stats_json(struct session *s);
/* "own" where the title says which one, too. */
const char *shape_policy_name(const struct session *session);
json_t *shape_switches_json(const struct session_setup *setup);
/* Is it worth a word: the policy has it, and it is one of the allocator's choices, or a lock or
 * guard that is not as it is by default. */
bool shape_switch_shown(const struct session_setup *setup, enum heap_switch which);
/* "on", "address", "exact", "64K" */
const char *shape_switch_value(const struct session_setup *setup, enum heap_switch which,
                               char *text, size_t bytes);

/* Where the words of b stand, be it used, free, damaged (as one in use has them) or a foreign gap
 * with a fence; of any policy. */
size_t shape_block_words(enum heap_policy policy, bool canary, const struct snapshot_block *b,
                         struct block_word words[BLOCK_WORDS_MAX]);
/* The words of b, at most SHAPE_WORDS_MAX, read from the target, with what they were before the
 * command that left the trace marked. How many; 0 if it can't be read or has none. */
size_t shape_words(struct session *s, const struct step_trace *marked,
                   const struct snapshot_block *b, struct shape_word *words);
json_t *shape_word_json(const struct shape_word *word); /* {"name":…,"value":…} */

#endif
