/* c_name.h: what a block's pointer is called in a line of C. */
#ifndef C_NAME_H
#define C_NAME_H

#include "cli/session/ledger.h"

/* A block's pointer in a line of C: the name that was given, else p and the id; where another block
 * has taken those, the address. Into text, which is returned. */
#define C_NAME_MAX 48u
const char *c_name(const struct ledger *ledger, uint32_t id, char *text, size_t bytes);
/* "p2 = ", "buf = ": what is assigned to when the block comes into being or moves; "" where no
 * variable is left for it. */
const char *c_name_target(const struct ledger *ledger, uint32_t id, char *text, size_t bytes);

#endif
