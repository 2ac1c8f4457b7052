/* bad_garbled.c: a free clears a byte of what is behind. */
#define ON_FREE(b)                                                                                 \
    if (b != last) ((char *)(next_of(b) + 1))[3] = 0;
#include "tags.c"
