/* scribble.h: canvases full of anything, and texts that mean harm. */
#ifndef SCRIBBLE_H
#define SCRIBBLE_H

#include <stdint.h>
#include <stdio.h>

#include "viz/canvas.h"

#define SCRIBBLE_HOSTILE                                                                           \
    "<script>alert(1)</script> & \"quotes\" 'too' ]]> --> \x01\x1b[31m \xff\xfe \xe2\x80\xae "     \
    "\xef\xbf\xbe &#0; \\u003c"

/* Anything that a canvas can hold, among many blanks and repetitions; the same for the same seed.
 */
void scribble(struct canvas *c, uint32_t seed);
/* The same, but four seeds in a row differ in a few cells only. */
void scribble_on(struct canvas *c, uint32_t seed);

/* What a face wrote. Free text. */
struct written {
    char *text;
    size_t n;
};
FILE *written_begin(struct written *w);

#endif
