/* popup.h: the list of completions, over the screen. */
#ifndef POPUP_H
#define POPUP_H

#include "cli/prompt/line.h"
#include "viz/canvas.h"

/* Draw the list in a frame that ends above bottom_row, near the canvas's cursor; in columns if it
 * is long, scrolled to the chosen word. Does not move the cursor. Nothing is drawn where there is
 * no room. */
void popup_draw(struct canvas *c, int bottom_row, const struct line_matches *m);

#endif
