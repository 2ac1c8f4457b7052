/* map_gap.h: where one region of a heap ends on the map and another begins. */
#ifndef MAP_GAP_H
#define MAP_GAP_H

#include "map.h"
#include "pen.h"

/* Into the cells that stand for gaps, and among the marks what begins behind each; nothing for a
 * heap of one region. Over cells and marks that are drawn. */
void map_gap_draw(const struct pen *pen, const struct map *m, const struct picture *p);

#endif
