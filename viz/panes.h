/* panes.h: heaps side by side on one canvas, each in a pane: its map, its curves, what the last
 * command did to it. */
#ifndef PANES_H
#define PANES_H

#include "curves.h"
#include "scene.h"

#define PANES_MOST 4
#define PANES_COLUMNS_MIN 40 /* of one pane */
#define PANES_ROWS_MIN 5

struct pane {
    const char *name;
    const struct picture *picture;
    struct curve curve;
};

struct panes {
    const struct pane *pane;
    size_t n; /* at most PANES_MOST */
    const char *foot[2]; /* below all of them, up to two rows each; NULL or "": none */
    enum style foot_style[2];
    int prompt_rows; /* below the area: the terminal's size is told with them */
};

/* On an area of c: side by side where there is room, else below each other, on one scale. Where a
 * pane would be smaller than the least, it says so, and where brk is in each. */
void scene_panes(struct canvas *c, struct area area, const struct panes *p);
/* What a click selects: the pane and the block in it; SNAPSHOT_NONE: none. */
size_t scene_panes_hit(struct canvas *c, struct area area, const struct panes *p, int row,
                       int column, size_t *pane);
/* How a pane shows its heap: cells of the map, bytes a cell, rows of the table. */
void scene_panes_scale(struct canvas *c, struct area area, const struct panes *p, size_t pane,
                       uint64_t *bytes_per_cell, uint64_t *cells, size_t *table_rows);

#endif
