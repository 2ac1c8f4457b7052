/* bad_split.c: what is split off begins inside the block before it. */
#define REST_AT(size) ((size)-16)
#include "tags.c"
