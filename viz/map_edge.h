/* map_edge.h: the end of the heap map: brk, the bytes behind it that are mapped and not heap, the
 * page's edge. */
#ifndef MAP_EDGE_H
#define MAP_EDGE_H

#include "map.h"
#include "pen.h"

struct map_edge {
    uint64_t brk; /* the cell in front of which brk stands; beyond the map's cells: out of sight */
    uint64_t edge; /* the cell in front of which the page ends */
    uint64_t end; /* nothing is drawn from this cell on: the edge has been drawn */
    bool to_scale; /* the edge stands where it is; else behind a break, at the end of a line */
    bool words_below; /* what lies between brk and the edge is told on the line below brk's */
};

struct map_edge map_edge_plan(const struct map *m, const struct canvas *c);

/* Over the cells that are drawn, and the marks. */
void map_edge_draw(const struct pen *pen, const struct map *m, const struct map_edge *e,
                   const struct picture *p);

#endif
