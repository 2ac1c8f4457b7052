/* blame.h: which earlier operation did the harm that a failure shows: found by running the trace
 * once more with the bytes in question watched. */
#ifndef BLAME_H
#define BLAME_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/score/runner.h"
#include "cli/score/trace.h"
#include "cli/score/verdict.h"

/* Fill in v->blame for what found holds, the result of that pass, of which v is the verdict. Where
 * it can't be told it is left as it is. name: see verdict_of. */
void blame_find(struct verdict *v, const struct runner *r, const struct trace *t,
                enum runner_pass pass, const char *name, const struct own_result *found);

/* Run the pass, judge it, and find who is to blame. False with one line in error: it could not be
 * run. v->class is NULL where it is sound. */
bool blame_run(struct verdict *v, const struct runner *r, const struct trace *t,
               enum runner_pass pass, const char *name, char *error, size_t error_bytes);

#endif
