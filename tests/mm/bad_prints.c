/* bad_prints.c: it prints without end at the first free. */
#include <stdio.h>
#define ON_FREE(b)                                                                                 \
    while (in_use(b))                                                                              \
        puts("free");
#include "tags.c"
