/* bad_leak.c: nothing that is freed is used again. */
#define ON_FREE(b) return;
#include "tags.c"
