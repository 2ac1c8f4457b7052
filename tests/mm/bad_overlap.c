/* bad_overlap.c: realloc stays where it is although the next block begins before its end. */
#define FITS(n, had) ((n) <= (had) + 16)
#include "tags.c"
