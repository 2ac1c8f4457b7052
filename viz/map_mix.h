/* map_mix.h: how a cell of the heap map looks that has bytes of several kinds. */
#ifndef MAP_MIX_H
#define MAP_MIX_H

#include "map.h"

struct map_ink {
    char32_t glyph;
    enum style style;
};

/* What the kinds of a run of cells are short of, in bytes: header, live, padding. */
struct map_mix {
    double owed[3];
};

/* Before the first of MAP_MIX_RUN cells; before: sums of all that lies below it. O(1) */
void map_mix_begin(struct map_mix *mix, const struct snapshot_sums *before,
                   uint64_t bytes_per_cell);
#define MAP_MIX_RUN 16u

/* The next cell, which has these bytes. */
struct map_ink map_mix_ink(struct map_mix *mix, const struct snapshot_sums *sums,
                           uint64_t bytes_per_cell, bool ascii);

#endif
