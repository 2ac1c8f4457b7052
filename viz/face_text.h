/* face_text.h: a canvas as plain text, for pipes, golden frames and people who read with their
 * ears. */
#ifndef FACE_TEXT_H
#define FACE_TEXT_H

#include <stdio.h>

#include "canvas.h"

/* Rows as UTF-8 lines (ASCII if the canvas is), trailing blanks cut. False on a write error. */
bool face_text_write(const struct canvas *c, FILE *out);
/* The same with the styles: after each row, a row of style letters for the tests. */
bool face_text_write_styles(const struct canvas *c, FILE *out);

#endif
