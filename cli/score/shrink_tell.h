/* shrink_tell.h: what came of shrink, for people and as JSON. */
#ifndef SHRINK_TELL_H
#define SHRINK_TELL_H

#include <stdbool.h>

#include "cli/score/score_options.h"
#include "cli/score/shrink.h"

/* How the small trace is called. */
const char *shrink_name(const struct score_options *o);

/* Write the small trace, if there is one, and tell what it came to. s: how shrink ended of t;
 * error: what it said under SHRINK_FAILED. False: there is none, or it could not be written, which
 * was told. */
bool shrink_tell(const struct score_options *o, const struct runner *r, const struct trace *t,
                 const struct shrunk *s, enum shrink_end end, const char *error);

#endif
