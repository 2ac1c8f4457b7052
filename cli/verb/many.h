/* many.h: what repeat, random and source share. */
#ifndef MANY_H
#define MANY_H

#include "cli/command/lab.h"

#define MANY_REPEAT_MAX 1000000u
#define MANY_PROGRESS_EVERY 4096u

/* Every so many, say how many of how many were done. */
void many_progress(struct lab *lab, const char *what, uint64_t done, uint64_t total);
/* A command within another has been told; its sentence and its line of C are not the whole's. */
void many_nested_done(struct outcome *out);
/* False, with the words for it. */
bool many_too_many(const struct lab *lab, struct outcome *out);

#endif
