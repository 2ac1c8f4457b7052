/* bad_inplace.c: realloc that stays where it is clears the 13th byte. */
#define FITS(n, had) ((n) <= (had) && ((((char *)p)[12] = 0), 1))
#include "tags.c"
