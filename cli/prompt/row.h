/* row.h: the prompt and what is typed, in one row of the screen. */
#ifndef ROW_H
#define ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "viz/canvas.h"

/* Draw prompt and text into a row, and put the canvas's cursor where byte point of the text is.
 * What does not fit is scrolled sideways, marked by < and >. Controls are shown as ^X, what is no
 * character as U+FFFD; \001 and \002 in the prompt are nothing. UTF-8 whatever the locale. O(length
 * of text). */
void row_draw(struct canvas *c, int row, const char *prompt, const char *text, size_t point);

#endif
