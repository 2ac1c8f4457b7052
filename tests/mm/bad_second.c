/* bad_second.c: mm_init does not forget the last block, so that a second heap begins behind the
 * first. */
#define FORGETS 0
#include "tags.c"
