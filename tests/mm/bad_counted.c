/* bad_counted.c: the 4000th malloc hands out the block of the 3999th again. */
static void *again;
static unsigned n_mallocs;
#define ON_MALLOC(size)                                                                            \
    if (++n_mallocs == 4000) return again;
#define mm_malloc counted_malloc
#include "tags.c"
#undef mm_malloc
void *mm_malloc(size_t n) { return again = counted_malloc(n); }
