/* bad_misaligned.c: sizes are rounded to 4 bytes. */
#define ROUNDED(n) (((n) + 11) & ~(size_t)3)
#include "tags.c"
