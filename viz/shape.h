/* shape.h: the glyphs that are drawn rather than written, so that no font is needed for them and
 * neighbours meet without a gap: lines, blocks, shades, and the signs of the maps. A shape lies on
 * a grid of 8 × 16 units, which is one cell; the faces scale it. */
#ifndef SHAPE_H
#define SHAPE_H

#include <stdbool.h>
#include <uchar.h>

#define SHAPE_COLUMNS 8
#define SHAPE_ROWS 16
#define SHAPE_PARTS_MAX 16
#define SHAPE_PATH_MAX 640

struct shape_part {
    enum { PART_RECT, PART_TRIANGLE, PART_DISC } kind;
    /* rect: left, top, width, height; triangle: three corners x, y; disc: centre x, y, radius */
    signed char at[6];
};

struct shape {
    int n;
    struct shape_part part[SHAPE_PARTS_MAX];
    bool stretches; /* one rectangle over the cell's whole width: a run of them is one wider
                       rectangle */
};

/* False if the glyph is none of them: it is written. */
bool shape_of(char32_t glyph, struct shape *s);

/* The shape as the rest of an SVG path whose current point is the cell's corner: closed parts in
 * relative steps, which lead back to the corner. */
const char *shape_path(const struct shape *s, char path[SHAPE_PATH_MAX]);

/* All of them, for those who need the table. */
extern const char32_t shape_glyphs[];
extern const unsigned shape_n_glyphs;

#endif
