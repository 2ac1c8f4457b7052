/* talks.c: sound, and it prints at each malloc and free, as who looks for a mistake does. */
#include <stdio.h>
#define ON_MALLOC(size) printf("\033[1mmalloc\033[0m of %zu\n", (size_t)(size));
#define ON_FREE(b) printf("free of %zu\n", size_of(b));
#include "tags.c"
