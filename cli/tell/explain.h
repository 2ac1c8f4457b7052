/* explain.h: from the steps of a command to one plain sentence: what the allocator did and why brk
 * moved or stayed. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stddef.h>

#include "cli/session/session.h"

/* Write the sentence of the present trace. before is the snapshot before the command (to name the
 * blocks looked at), now the one after. */
void explain_trace(const struct session *s, const struct snapshot *before,
                   const struct snapshot *now, char *text, size_t bytes);

/* Name a block by the address of its header: "#2", "0x406060" if it has no id. */
void explain_block(const struct snapshot *s, uint64_t address, char *text, size_t bytes);

/* What is stuck and why: free memory that the policy or a switch keeps from being used or given
 * back. Lines, "" if nothing. */
void explain_stuck(const struct session *s, char *text, size_t bytes);

#endif
