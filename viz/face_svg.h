/* face_svg.h: a canvas as one SVG picture that needs nothing beside it: no script, no font of its
 * own, no other file. */
#ifndef FACE_SVG_H
#define FACE_SVG_H

#include <stdio.h>

#include "canvas.h"

/* What a picture is called, and what it says to those who do not see it. Both UTF-8. */
struct caption {
    const char *title, *text;
};

/* A cell is 8 × 16 units of the picture; around it is a margin of the paper. Text is laid on the
 * grid by textLength, so that another font moves nothing. O(cells). False on a write error. */
bool face_svg_write(const struct canvas *c, enum theme_name theme, const struct caption *caption,
                    FILE *to);

#endif
