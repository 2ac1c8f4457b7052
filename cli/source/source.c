/* source.c: the words for what a source can't do. */
#include "cli/source/source.h"

#include <stdio.h>

const char *source_lacks(const struct source *source, unsigned needs, char *text, size_t bytes)
{
    static const char *const what[] = {"its allocator can't be asked",
                                       "nothing can be written there", "it can't be made again",
                                       "nothing runs there by itself"};
    unsigned missing = needs & ~source->can, i = 0;
    if (missing == 0) return NULL;
    while ((missing & (1u << i)) == 0)
        i++;
    snprintf(text, bytes, "the heap on show is that of %s: %s, for %s", source->name, what[i],
             source->decides);
    return text;
}
