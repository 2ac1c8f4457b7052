/* layout.h: which part of the screen each scene has. Everything that needs to know asks here, so
 * that what is drawn, what the mouse finds and how far a key scrolls agree. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "scene.h"

struct layout {
    bool too_small;
    struct area title, process, heap, blocks, detail, history, log, output, notice, command,
        lesson; /* rows 0: not shown */
    int rule[4]; /* rows that get a horizontal rule, -1 for none */
    int column, columns; /* of the whole, which rules cross */
    int split[2]; /* columns that get a vertical rule between blocks, detail and log, -1 for none */
};

/* area: of the whole screen, its last prompt_rows rows are the prompt's. */
struct layout layout_make(const struct canvas *c, struct area area, const struct picture *p,
                          int prompt_rows);

/* Whose the blocks are, if the heap does not tell them: above the table, where it has room. NULL:
 * it tells them. */
const char *layout_caption(const struct picture *p);
/* The part of the table that lists blocks, inside its area: below the headings. */
struct area layout_table_rows(struct area blocks, const struct picture *p);
/* The part of the heap scene that is the map: below the equation. */
struct area layout_map(struct area heap);
/* The first block that the table shows: view_table_from. */
size_t layout_table_from(struct area rows, const struct picture *p);

#endif
