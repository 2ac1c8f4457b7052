/* verb_look.h: what another command shows, too. */
#ifndef VERB_LOOK_H
#define VERB_LOOK_H

#include "cli/command/command.h"

bool run_show(struct lab *lab, const struct arguments *args, struct outcome *out);
bool run_dump(struct lab *lab, const struct arguments *args, struct outcome *out);

#endif
