/* compare.h: `brkview compare` without a screen, on traces. */
#ifndef COMPARE_H
#define COMPARE_H

#include "cli/score/compare_options.h"
#include "cli/score/lockstep.h"

/* Read the trace, or make it. False with one line in error, which names it. To be released with
 * trace_release. */
bool compare_trace_open(const struct compare_trace *from, uint32_t n_ops, struct trace *trace,
                        char *error, size_t error_bytes);

/* Play all traces on all heaps, and write the tables. The exit status. */
int compare_traces(const struct compare_options *o);

#endif
