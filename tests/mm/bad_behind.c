/* bad_behind.c: a block at the end of the heap has a word written behind it, which the labs let
 * pass. */
#define ON_FREE(b)                                                                                 \
    if (b == last) ((char *)next_of(b))[4096] = 1;
#include "tags.c"
