/* bad_behind.c: a block at the end of the heap has a word written behind it, which the labs let
 * pass; from the AFTER-th free on. */
#ifndef AFTER
#define AFTER 0
#endif
static unsigned n_frees;
#define ON_FREE(b)                                                                                 \
    if (++n_frees > AFTER && b == last) ((char *)next_of(b))[4096] = 1;
#include "tags.c"
