/* blocks.h: what `blocks` tells, as members of an outcome. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "cli/session/session.h"
#include "cli/tell/block_choice.h"
#include "cli/tell/outcome.h"

/* "blocks", those chosen, and "free_list", kept as out's rows, and what is damaged into its extra
 * members. False on no memory. */
bool blocks_tell(struct session *s, const struct block_choice *choice, struct outcome *out);

#endif
