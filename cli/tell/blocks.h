/* blocks.h: what `blocks` tells, as members of an outcome. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "cli/session/session.h"
#include "cli/tell/outcome.h"

/* "blocks" and "free_list", kept as out's rows, and what is damaged into its extra members. False
 * on no memory. */
bool blocks_tell(struct session *s, struct outcome *out);

#endif
