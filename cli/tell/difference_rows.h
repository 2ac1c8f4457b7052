/* difference_rows.h: the member "diff", in rows. */
#ifndef DIFFERENCE_ROWS_H
#define DIFFERENCE_ROWS_H

#include "cli/session/mark.h"
#include "cli/tell/rows.h"

/* A word of a block's header, link or front guard that was another. */
struct difference_word {
    uint64_t block, old, now;
    const char *name; /* static */
    uint32_t offset;
};

struct difference_words {
    struct difference_word *word;
    size_t n, room;
};
bool difference_words_add(struct difference_words *words,
                          const struct difference_word *word); /* false on no memory */

/* Takes what d and words hold, which are empty afterwards. NULL on no memory. */
struct rows *difference_rows_keep(struct difference *d, struct difference_words *words,
                                  const struct mark *a, const struct mark *b);

#endif
