/* watched.h: the commands that look, of a program that runs by itself: what can be told of its heap
 * differs from what can be told of the lab's. */
#ifndef VERB_WATCHED_H
#define VERB_WATCHED_H

#include "cli/command/command.h"

bool stats_watched(struct lab *lab, const struct arguments *args, struct outcome *out);
bool why_watched(struct lab *lab, const struct arguments *args, struct outcome *out);
bool check_watched(struct lab *lab, const struct arguments *args, struct outcome *out);

#endif
