/* bad_loop.c: two blocks that merge have no length, so that a search never comes behind them. */
#define MERGED(a, b) ((a)*0 + (b)*0)
#include "tags.c"
