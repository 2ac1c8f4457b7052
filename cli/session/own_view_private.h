/* own_view_private.h: what the files of it share. */
#ifndef OWN_VIEW_PRIVATE_H
#define OWN_VIEW_PRIVATE_H

#include "cli/session/own_view.h"

#define OWN_VIEW_HEADER_MOST 4096u /* bytes from a block's address to its payload */
#define OWN_VIEW_REPORT_MOST (1u << 22) /* blocks */

/* The word of so many bytes at offset at; what is not there is 0. */
uint64_t own_word_at(const struct own_bytes *b, size_t at, unsigned width);

/* Can it be the block of the payload there? */
static inline bool own_part_holds(const struct own_part *b, uint64_t payload)
{
    return b->used && payload >= b->payload && payload - b->address < b->size &&
           payload - b->address <= OWN_VIEW_HEADER_MOST;
}

/* False on no memory. */
bool own_map_add(struct own_map *m, const struct own_part *part);

#endif
