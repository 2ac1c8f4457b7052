/* trace_script.h: a script of the lab, or what the lab has told as JSON (--json, export FILE.json),
 * as a trace: its commands alloc, calloc, aligned, realloc and free, as they are typed or as C,
 * with ids and names, and those in repeat and random with a seed. A block's id in the trace is its
 * id in the lab, less one. What makes no operation is passed over, and counted in a note; what
 * changes the heap, but not by operations, is refused. Nothing is run. */
#ifndef TRACE_SCRIPT_H
#define TRACE_SCRIPT_H

#include "cli/score/trace.h"

/* Does it begin as such a text does: is its first line, but for comments, a command of the lab, or
 * a JSON object? */
bool trace_script_is(const char *text, size_t n);

/* As trace_parse. Lines are those of the text. */
bool trace_script_parse(struct trace *t, const char *text, size_t n, char *error,
                        size_t error_bytes);

#endif
