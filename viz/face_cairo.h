/* face_cairo.h: a canvas as PNG and PDF. face_cairo.c is the only file of the project that includes
 * cairo. */
#ifndef FACE_CAIRO_H
#define FACE_CAIRO_H

#include <stdio.h>

#include "canvas.h"
#include "face_svg.h"

#define FACE_PNG_CELL_COLUMNS 16 /* pixels of a cell */
#define FACE_PNG_CELL_ROWS 32
#define FACE_PNG_MARGIN 16
#define FACE_PNG_SIDE_MAX 32000 /* cairo's images end at 32,767 */

/* The same drawing as face_svg's, at twice its scale. Lines, blocks and shades need no font;
 * letters are the system's monospace ones. O(pixels). False with one line in *why: no memory, too
 * large, a write error. */
bool face_png_write(const struct canvas *c, enum theme_name theme, FILE *to, const char **why);
/* One page just as large as the picture, a cell 6 × 12 points. Text stays text. */
bool face_pdf_write(const struct canvas *c, enum theme_name theme, const struct caption *caption,
                    FILE *to, const char **why);

#endif
