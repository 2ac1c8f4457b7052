/* axis.h: cells along the axis on which the regions of a heap lie (snapshot.h).
 *   A1  a heap of one region: cell k has the bytes [k * bytes_per_cell, + bytes_per_cell)
 *   A2  of several: each begins a cell of its own, and one cell stands for the gap before it;
 *       unless they are so many that gaps would take more than
 *       an eighth of the map: then the regions lie end to end, and a cell may have bytes of several
 *       */
#ifndef AXIS_H
#define AXIS_H

#include "snapshot.h"

struct axis {
    const struct snapshot *snapshot; /* looked at only if parted */
    uint64_t length; /* bytes */
    bool parted; /* gaps have cells */
};

struct axis_cell {
    uint64_t from, to; /* its bytes, offsets; to may lie beyond the end of the axis. Of a gap: none,
                          where the region behind it begins */
    bool gap;
    size_t region; /* of a gap: the one behind it */
};

/* For a map of so many cells. */
struct axis axis_of(const struct snapshot *s, uint64_t cells);
/* All below are O(1), or O(regions) if the axis is parted. bytes_per_cell is not 0. */
uint64_t axis_cells(const struct axis *a, uint64_t bytes_per_cell); /* that the whole takes */
uint64_t axis_cell_of(const struct axis *a, uint64_t bytes_per_cell,
                      uint64_t offset); /* the one that has that byte */
uint64_t axis_cells_to(const struct axis *a, uint64_t bytes_per_cell,
                       uint64_t offset); /* that what lies below it takes */
struct axis_cell axis_cell(const struct axis *a, uint64_t bytes_per_cell, uint64_t cell);

#endif
