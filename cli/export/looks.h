/* looks.h: the looks at a running program that were kept, shown one after the other. */
#ifndef LOOKS_H
#define LOOKS_H

#include "cli/export/kind.h"
#include "cli/export/record.h"

/* Hand each over, as a step without an outcome, with the lab's session at that look. The lab is as
 * before afterwards. False: the taker ended it. */
bool looks_play(struct lab *lab, struct record_taker *taker);

/* The sums of each look, as a list. */
bool looks_json(struct export *e, FILE *to);

#endif
