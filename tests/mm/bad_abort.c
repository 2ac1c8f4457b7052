/* bad_abort.c: it says something and calls abort at the first free. */
#include <stdio.h>
#include <stdlib.h>
#define ON_FREE(b)                                                                                 \
    if (in_use(b)) {                                                                               \
        printf("\033[31mnot so\n");                                                                \
        abort();                                                                                   \
    }
#include "tags.c"
