/* bad_crash.c: the free of a large block writes through a null pointer. */
static char *volatile table;
#define ON_FREE(b)                                                                                 \
    if (size_of(b) > 1000) table[size_of(b)] = 1;
#include "tags.c"
