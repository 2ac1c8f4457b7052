/* bad_outside.c: a large block is longer than what it grew by. */
#define GROWTH(size) ((size) > 4000 ? (size)-64 : (size))
#include "tags.c"
