/* spoken.h: the screen in lines, for people who read with their ears: the same picture that the scenes draw, said in order. */
#ifndef SPOKEN_H
#define SPOKEN_H

#include "cli/tell/outcome.h"

/* What the last command changed: blocks, the selected block's header words, brk. */
void spoken_changes(struct lab *lab, struct outcome *out);
/* Everything that the screen shows. */
void spoken_all(struct lab *lab, struct outcome *out);

#endif
