/* spoken.h: the screen in lines, for people who read with their ears: the same picture that the
 * scenes draw, said in order. */
#ifndef SPOKEN_H
#define SPOKEN_H

#include "cli/tell/outcome.h"
#include "viz/picture.h"

/* What the last command changed: blocks, the selected block's header words, brk. */
void spoken_changes(const struct picture *p, struct outcome *out);
/* Everything that the screen shows. */
void spoken_all(const struct picture *p, struct outcome *out);

#endif
