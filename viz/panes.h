/* panes.h: heaps side by side on one canvas, each in a pane: its map, its curves, what the last
 * command did to it. */
#ifndef PANES_H
#define PANES_H

#include "scene.h"

#define PANES_MOST 4
#define PANES_COLUMNS_MIN 40 /* of one pane */
#define PANES_ROWS_MIN 5

/* A heap at one moment. */
struct pane_point {
    uint64_t x; /* grows: operations of a trace, or commands */
    uint64_t heap_bytes, live_bytes, free_bytes;
};

struct pane_curve {
    const struct pane_point *point; /* oldest first */
    size_t n;
    uint64_t x_most; /* where the curve will end; 0: not known */
    bool has_free; /* free_bytes is known */
    bool parted; /* the heaps have parted, */
    uint64_t parted_x; /* here */
};

struct pane {
    const char *name;
    const struct picture *picture;
    struct pane_curve curve;
};

struct panes {
    const struct pane *pane;
    size_t n; /* at most PANES_MOST */
    const char *foot[2]; /* below all of them, a line each; NULL or "": none */
    enum style foot_style[2];
};

/* On an area of c: side by side where there is room, else below each other, on one scale. Where a
 * pane would be smaller than the least, it says so, and where brk is in each. */
void scene_panes(struct canvas *c, struct area area, const struct panes *p);
/* What a click selects: the pane and the block in it; SNAPSHOT_NONE: none. */
size_t scene_panes_hit(const struct canvas *c, struct area area, const struct panes *p, int row,
                       int column, size_t *pane);
/* How a pane shows its heap: cells of the map, bytes a cell, rows of the table. */
void scene_panes_scale(const struct canvas *c, struct area area, const struct panes *p, size_t pane,
                       uint64_t *bytes_per_cell, uint64_t *cells, size_t *table_rows);

#endif
