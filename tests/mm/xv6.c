/* xv6.c: of xv6's form: its own sbrk and its own headers, mm_init once in a process. Nothing is
 * used again; no realloc. Sound. */
#include "kernel/types.h"

#include "user/user.h"

#include "ummalloc.h"

static int begun;

int mm_init(void) { return begun++ == 0 ? 0 : -1; }

void *mm_malloc(uint size)
{
    char *p = sbrk((int)((size + 7) / 8 * 8));
    return p == (char *)-1 ? 0 : p;
}

void mm_free(void *p) { (void)p; }
