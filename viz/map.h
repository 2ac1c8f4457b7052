/* map.h: where the bytes of the heap lie on the heap map. The map is read like a page: lines of
 * cells, each with its first address in a gutter at the left where there is room, and below each
 * line, if there is room, a row for marks. M1  bytes_per_cell is a power of two; cell k of the map
 * is cell first + k of the axis (axis.h), and first a multiple of 16 M2  the drawing and the mouse
 * use this one plan */
#ifndef MAP_H
#define MAP_H

#include "axis.h"
#include "scene.h"

struct map {
    struct area area; /* of lines and marks, without the heading */
    int gutter; /* columns left of the cells */
    int line_cells, lines; /* at least 1 each */
    int line_rows; /* 2: the second is for marks; for a projector 4 to 12, of which all but the last
                      show the cells */
    int body; /* rows of a line above the one that has the labels */
    struct axis axis;
    uint64_t bytes_per_cell, first;
    uint64_t from; /* the offset where its first cell begins */
    uint64_t was; /* bytes_per_cell before the last command, if that changed it and nobody asked for
                     the scale; else 0 */
    uint64_t heap_bytes; /* the length of the axis */
    bool brk_last; /* brk is the end of the axis, */
    uint64_t page_bytes; /* and from its start to the end of the last page that brk touches are so
                            many; else as heap_bytes */
};

struct map map_plan(struct area area, const struct picture *p);
static inline uint64_t map_cells(const struct map *m)
{
    return (uint64_t)m->lines * (uint64_t)m->line_cells;
}
/* How many bytes a cell stands for where the whole heap is shown in so many cells: a power of two,
 * at least MAP_CELL_WHOLE, for a projector down to 1. */
uint64_t map_fit(const struct axis *a, uint64_t cells, bool projector);
#define MAP_CELL_WHOLE 4u
#define MAP_CELL_FINE                                                                              \
    16u /* up to so many bytes a cell shows nearly always a part of one block alone */
/* The same, but the coarser scale held is kept while the heap takes at least a quarter of the map
 * at it: not every small change is a change of scale. held 0: none. */
uint64_t map_hold(const struct axis *a, uint64_t cells, bool projector, uint64_t held);

/* The largest first cell of a map that is still filled, a multiple of 16. */
uint64_t map_first_most(const struct axis *a, uint64_t cells, uint64_t bytes_per_cell);
/* The first cell, a multiple of 16 up to that, of a map that begins at offset or shortly before. */
uint64_t map_first_at(const struct axis *a, uint64_t cells, uint64_t bytes_per_cell,
                      uint64_t offset);

/* The cells that show any of [from, to), offsets; false if none of them is on the map. */
bool map_cells_of(const struct map *m, uint64_t from, uint64_t to, uint64_t *first, uint64_t *last);
/* The offset of an address, be it of the heap or what lies behind the only region; UINT64_MAX: it
 * is no place of the axis. */
uint64_t map_offset(const struct snapshot *s, uint64_t address);

/* The cell at row, column of the canvas; false if none is there. */
bool map_cell_at(const struct map *m, int row, int column, uint64_t *cell);

#endif
