/* segment.c: of CS107's form: a segment that is given. Nothing is used again. Sound, unless START
 * says otherwise. */
#include <string.h>

#include "allocator.h"

#ifndef BEYOND
#define BEYOND 0
#endif

static char *next, *end;

bool myinit(void *start, size_t bytes)
{
    next = start;
    end = next + bytes;
    return bytes > 0;
}

void *mymalloc(size_t size)
{
    size_t bytes = (size + 2 * ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (bytes > (size_t)(end + BEYOND - next)) return NULL;
    char *p = next + ALIGNMENT;
    memcpy(next, &size, sizeof size);
    next += bytes;
    return p;
}

void myfree(void *p) { (void)p; }

void *myrealloc(void *p, size_t size)
{
    size_t had;
    if (size == 0) return NULL;
    void *fresh = mymalloc(size);
    if (!p || !fresh) return fresh;
    memcpy(&had, (char *)p - ALIGNMENT, sizeof had);
    return memcpy(fresh, p, had < size ? had : size);
}

bool validate_heap(void) { return next <= end; }
