/* map.h: where the bytes of the heap lie on the heap map. The map is read like a page: lines of cells, each with its first address in a
 * gutter at the left where there is room, and below each line, if there is room, a row for marks.
 *   M1  bytes_per_cell is a power of two; cell k shows [from + k * bytes_per_cell, + bytes_per_cell), offsets from heap_start
 *   M2  the drawing and the mouse use this one plan */
#ifndef MAP_H
#define MAP_H

#include "scene.h"

struct map {
    struct area area; /* of lines and marks, without the heading */
    int gutter; /* columns left of the cells */
    int line_cells, lines; /* at least 1 each */
    int line_rows; /* 2: the second is for marks; for a projector 4 to 12, of which all but the last show the cells */
    int body; /* rows of a line above the one that has the labels */
    uint64_t bytes_per_cell, from;
    uint64_t was; /* bytes_per_cell before the last command, if that changed it and nobody asked for the scale; else 0 */
    uint64_t heap_bytes;
    uint64_t page_bytes; /* from heap_start to the end of the last page that brk touches */
};

struct map map_plan(struct area area, const struct picture *p);
static inline uint64_t map_cells(const struct map *m) { return (uint64_t)m->lines * (uint64_t)m->line_cells; }
/* How many bytes a cell stands for where the whole heap is shown in so many cells: a power of two, at least MAP_CELL_WHOLE, for a projector
 * down to 1. */
uint64_t map_fit(uint64_t heap_bytes, uint64_t cells, bool projector);
#define MAP_CELL_WHOLE 4u
#define MAP_CELL_FINE 16u /* up to so many bytes a cell shows nearly always a part of one block alone */
/* The same, but the coarser scale held is kept while the heap takes at least a quarter of the map at it: not every small change is a change of scale.
 * held 0: none. */
uint64_t map_hold(uint64_t heap_bytes, uint64_t cells, bool projector, uint64_t held);

/* The largest map_from that still fills the map, a multiple of 16 cells. */
uint64_t map_from_most(uint64_t heap_bytes, uint64_t cells, uint64_t bytes_per_cell);

/* The cell at row, column of the canvas; false if none is there. */
bool map_cell_at(const struct map *m, int row, int column, uint64_t *cell);

#endif
