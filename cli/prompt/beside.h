/* beside.h: the scenes where several labs stand side by side (sides.h). */
#ifndef BESIDE_H
#define BESIDE_H

#include "cli/score/sides.h"
#include "viz/canvas.h"

/* Draw all panes above the last prompt_rows rows of c, and tell each lab its measures. notice: what
 * stands in the foot while nothing else does. */
void beside_draw(struct canvas *c, const struct sides *s, const char *notice, int prompt_rows);
/* The block at a place of that frame, and the lab it is of; SNAPSHOT_NONE. */
size_t beside_hit(struct canvas *c, const struct sides *s, int prompt_rows, int row, int column,
                  struct lab **lab);

#endif
