/* view.h: moving about: each function changes where the person looks, clamped to what there is.
 * cells and rows say how large the map and the table are on the screen (scene_map_scale,
 * scene_table_rows). */
#ifndef VIEW_H
#define VIEW_H

#include "picture.h"

void view_init(struct view *v);
/* direction > 0 zooms in by a factor of two around the selected block, < 0 out, 0 shows the whole
 * heap. At closest a cell is a byte. */
void view_zoom(struct view *v, const struct snapshot *s, uint64_t cells, int direction);
/* A cell shall stand for bytes bytes (rounded to a power of two). */
void view_zoom_to(struct view *v, const struct snapshot *s, uint64_t cells,
                  uint64_t bytes_per_cell);
/* Scroll map and table by half their size, pages times. */
void view_scroll(struct view *v, const struct snapshot *s, uint64_t cells, size_t rows, int pages);
/* The first block that a table of rows rows shows of n blocks: clamped, and where the table has
 * become another size, so that what was brought into sight last stays there. */
size_t view_table_from(const struct view *v, size_t n, size_t rows);
/* Select the block with that index (SNAPSHOT_NONE: none), and bring it into sight in map and table.
 * It stays so until something else changes. */
void view_select(struct view *v, const struct snapshot *s, uint64_t cells, size_t rows,
                 size_t block);
/* Select the next (+1) or previous (-1) block. */
void view_select_step(struct view *v, const struct snapshot *s, uint64_t cells, size_t rows,
                      int step);
/* A page is turned: the changes from now on, while held_page is not 0, are one, and the scale
 * before it is this one. */
void view_turn(struct view *v, const struct snapshot *s, uint64_t cells);

/* After a new snapshot: keep the selection on its block, or let it go where other blocks changed
 * and this one did not; follow what changed if it is out of sight, clamp the rest. */
void view_follow(struct view *v, const struct snapshot *s, const struct changes *c, uint64_t cells,
                 size_t rows);
/* The index of the selected block in s: the one that was chosen (or none), else the one that
 * changed last, else SNAPSHOT_NONE. */
size_t view_selected(const struct view *v, const struct snapshot *s, const struct changes *c);

#endif
