/* tells.c: edges.c, which tells its blocks. TOLD is what of one it tells. */
#include "edges.c"

#include "brkview.h"

#ifndef TOLD
#define TOLD(p)                                                                                    \
    {                                                                                              \
        (p) - sizeof(word), bytes(p), (p), used(p)                                                 \
    }
#endif

size_t mm_blocks(struct mm_block *b, size_t n)
{
    size_t i = 0;
    for (char *p = behind(first); bytes(p) > 0; p = behind(p), i++)
        if (i < n) b[i] = (struct mm_block)TOLD(p);
    return i;
}
