/* axis.c: cells along the axis of a heap's regions. */
#include "axis.h"

#define GAPS_SHARE 8u /* of the cells, at most, gaps may take */

struct axis axis_of(const struct snapshot *s, uint64_t cells)
{
    size_t n = snapshot_n_regions(s);
    return (struct axis){
        .snapshot = s, .length = snapshot_length(s), .parted = n > 1 && n <= cells / GAPS_SHARE};
}

static uint64_t up(uint64_t bytes, uint64_t bytes_per_cell)
{
    return bytes / bytes_per_cell + (bytes % bytes_per_cell != 0);
}

/* Where a region lies. */
struct stretch {
    size_t region;
    uint64_t offset, bytes; /* on the axis */
    uint64_t cell, cells; /* without the gap before it, which has cell - 1 */
};

static void stretch_begin(const struct axis *a, uint64_t bytes_per_cell, struct stretch *x,
                          size_t region, uint64_t cell)
{
    const struct snapshot_region *r = snapshot_region(a->snapshot, region);
    x->region = region;
    x->offset = snapshot_region_offset(a->snapshot, region);
    x->bytes = r->end - r->start;
    x->cell = cell;
    x->cells = up(x->bytes, bytes_per_cell);
}

static bool stretch_next(const struct axis *a, uint64_t bytes_per_cell, struct stretch *x)
{
    if (x->region + 1 >= snapshot_n_regions(a->snapshot)) return false;
    stretch_begin(a, bytes_per_cell, x, x->region + 1, x->cell + x->cells + 1);
    return true;
}

uint64_t axis_cells(const struct axis *a, uint64_t bytes_per_cell)
{
    return axis_cells_to(a, bytes_per_cell, a->length);
}

/* The region that has that byte; what lies beyond all is the last one's. */
static struct stretch stretch_of(const struct axis *a, uint64_t bytes_per_cell, uint64_t offset)
{
    struct stretch x;
    stretch_begin(a, bytes_per_cell, &x, 0, 0);
    while (offset >= x.offset + x.bytes && stretch_next(a, bytes_per_cell, &x))
        ;
    return x;
}

uint64_t axis_cell_of(const struct axis *a, uint64_t bytes_per_cell, uint64_t offset)
{
    if (!a->parted) return offset / bytes_per_cell;
    struct stretch x = stretch_of(a, bytes_per_cell, offset);
    return x.cell + (offset - x.offset) / bytes_per_cell;
}

uint64_t axis_cells_to(const struct axis *a, uint64_t bytes_per_cell, uint64_t offset)
{
    if (!a->parted) return up(offset, bytes_per_cell);
    if (offset == 0) return 0;
    struct stretch x = stretch_of(a, bytes_per_cell, offset - 1);
    return x.cell + up(offset - x.offset, bytes_per_cell);
}

struct axis_cell axis_cell(const struct axis *a, uint64_t bytes_per_cell, uint64_t cell)
{
    struct axis_cell c = {.from = cell * bytes_per_cell};
    struct stretch x;
    if (!a->parted) {
        c.to = c.from + bytes_per_cell;
        return c;
    }
    stretch_begin(a, bytes_per_cell, &x, 0, 0);
    while (cell >= x.cell + x.cells && stretch_next(a, bytes_per_cell, &x))
        ;
    c.region = x.region;
    c.gap = cell < x.cell;
    c.from = c.to = x.offset;
    if (c.gap) return c;
    c.from += (cell - x.cell) * bytes_per_cell;
    c.to = c.from + bytes_per_cell;
    bool last = x.region + 1 == snapshot_n_regions(a->snapshot);
    if (!last && c.to > x.offset + x.bytes) c.to = x.offset + x.bytes;
    return c;
}
