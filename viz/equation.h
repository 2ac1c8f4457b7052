/* equation.h: heap bytes = live + padding + headers + free (+ cached + foreign + unknown +
 * damaged), in one row, and the legend of the map. */
#ifndef EQUATION_H
#define EQUATION_H

#include "pen.h"

/* In the first row of the pen's area, as detailed as fits. */
void equation_draw(const struct pen *pen, const struct snapshot *s);

#endif
