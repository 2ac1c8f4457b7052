/* rows.h: what stands in the rows of a canvas, as UTF-8. */
#ifndef ROWS_H
#define ROWS_H

#include <stdbool.h>

#include "viz/canvas.h"

const char *row_text(const struct canvas *c,
                     int row); /* all of it, until that of another row is asked for */
const char *row_trimmed(const struct canvas *c, int row); /* without the blanks at its end */
bool row_has(const struct canvas *c, int row, const char *text);
bool row_blank(const struct canvas *c, int row);
bool screen_has(const struct canvas *c, const char *text); /* one of the rows */

#endif
