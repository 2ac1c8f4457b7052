/* brkview.h: what an allocator of your own may tell brkview, which else can only guess: its blocks.
 * A function that is not static, in mm.c:
 *
 *     #include "brkview.h"
 *     size_t mm_blocks(struct mm_block *b, size_t n)
 *     {
 *         size_t i = 0;
 *         for (char *p = first; p != end; p = next(p), i++)
 *             if (i < n) b[i] = (struct mm_block){header(p), bytes(p), p, is_used(p)};
 *         return i;
 *     }
 *
 * It writes the first n of all blocks, used and free, in order of address, and returns how many
 * there are. brkview --allocator calls it after each command; it must change nothing. */
#ifndef BRKVIEW_H
#define BRKVIEW_H

#include <stddef.h>

struct mm_block {
    void *address; /* its first byte */
    size_t size; /* bytes, header and all */
    void *payload; /* what mm_malloc returned, or would */
    int used; /* 0: it is free */
};

size_t mm_blocks(struct mm_block *b, size_t n);

#endif
