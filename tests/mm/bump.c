/* bump.c: nothing is ever used again; no realloc. Sound. */
#include <stddef.h>

#include "memlib.h"

int mm_init(void) { return 0; }

void *mm_malloc(size_t n)
{
    void *p = mem_sbrk((int)((n + 7) & ~(size_t)7));
    return p == (void *)-1 ? NULL : p;
}

void mm_free(void *p) { (void)p; }
