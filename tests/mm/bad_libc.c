/* bad_libc.c: it asks libc. */
#include <stdlib.h>

int mm_init(void) { return 0; }
void *mm_malloc(size_t n) { return malloc(n); }
void mm_free(void *p) { free(p); }
void *mm_realloc(void *p, size_t n) { return realloc(p, n); }
