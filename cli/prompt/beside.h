/* beside.h: the screen where several labs stand side by side (sides.h). */
#ifndef BESIDE_H
#define BESIDE_H

#include "cli/prompt/screen.h"

/* Draw all panes, and tell each lab its measures. */
void beside_draw(struct screen *s);
size_t beside_hit(struct screen *s, int row, int column, struct lab **lab); /* as screen_hit */
struct lab *beside_lab(const struct screen *s, size_t i); /* as screen_lab */

#endif
