/* bad_coalesce.c: sound, and a free block at the end of the heap is extended, but free neighbours
 * never merge. */
#define MERGES 0
#define ON_GROW(size)                                                                              \
    if (last && !in_use(last)) {                                                                   \
        if (mem_sbrk((size)-size_of(last)) == (void *)-1) return NULL;                             \
        last->size = (uint32_t)(size) | 1;                                                         \
        return last;                                                                               \
    }
#include "tags.c"
