/* reading.h: the screen in lines, for people who read with their ears: the same picture that the scenes draw, said in order. */
#ifndef READING_H
#define READING_H

#include "cli/command/outcome.h"

/* What the last command changed: blocks, the selected block's header words, brk. */
void reading_changes(struct lab *lab, struct outcome *out);
/* Everything that the screen shows. */
void reading_all(struct lab *lab, struct outcome *out);

#endif
