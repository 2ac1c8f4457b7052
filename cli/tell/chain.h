/* chain.h: the links of a list as they stand in memory, believed by nobody: "#1 -> #2 -> #1 (a
 * circle)". */
#ifndef CHAIN_H
#define CHAIN_H

#include "cli/session/session.h"

#define CHAIN_MAX 256u

/* Follow next (header) or next_free (the fits) from the root on, a dozen blocks at most, until it
 * ends, leads nowhere or closes. arrow stands between two blocks. Into text, which is returned; ""
 * where there is no list, or nothing can be read. */
const char *chain_text(struct session *s, const char *arrow, char text[CHAIN_MAX]);
/* "next" or "next_free" */
const char *chain_name(const struct session *s);

#endif
