/* bad_late.c: where a block of the least size is freed between two free ones, the size of what they
 * become is written behind the header of the block that follows, and not in it. */
#define ON_FREE(b)                                                                                 \
    if (size_of(b) == 16 && b != last && !in_use(next_of(b)) && next_of(b) != last && b->before && \
        !in_use((struct block *)((char *)b - b->before)))                                          \
        next_of(next_of(b))[1].size = b->before;
#include "tags.c"
