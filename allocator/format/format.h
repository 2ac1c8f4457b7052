/* format.h: the seam: how a block format is read from outside and judged. One file format_NAME.c a
 * format; formats.c holds the table. How its blocks lie stands in block.h, for what runs in a
 * target needs that, too. */
#ifndef FORMAT_H
#define FORMAT_H

#include "walk_met.h"

struct walk; /* walk_private.h */
struct check; /* check_private.h */

struct format {
    const struct block_format *blocks;
    /* Visit the blocks of [root->start, limit), and what is foreign between them, as walk_blocks
     * says. NULL: the heap holds no record of them. */
    enum walk_result (*walk)(struct walk *w);
    /* Judge a used or free block; the walk has just met it. NULL: there is nothing that the walk
     * has not judged. */
    void (*check_block)(struct check *c, const struct walk_block *block);
    /* Judge the list and the words of the root that lead to it; then what stands between the
     * blocks. NULL: there are none. */
    void (*check_list)(struct check *c);
    void (*check_gaps)(struct check *c);
};

extern const struct format format_bump, format_header, format_fit, format_opaque;
extern const struct format *const formats[];
extern const unsigned n_formats;

/* The format of the heap's policy; NULL if nobody here knows the policy, or how to read its
 * blocks. */
const struct format *format_of(const struct heap_root *root);

#endif
