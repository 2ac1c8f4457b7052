/* bad_realloc.c: realloc copies half of it. */
#define COPIED(n) ((n) / 2)
#include "tags.c"
