/* pager.h: a text of several lines (a table, help) over the screen, until a key takes it away. */
#ifndef PAGER_H
#define PAGER_H

#include "cli/prompt/keys.h"
#include "viz/canvas.h"

struct pager_place {
    size_t line, byte;
}; /* where a row of the screen begins */

struct pager {
    char *text; /* NULL: closed. Lines are cut into strings */
    char **lines;
    size_t n_lines;
    struct pager_place top;
    int rows, columns; /* for lines, as drawn last */
    bool ascii;
};

/* Show text (copied). False on no memory: it stays closed. */
bool pager_open(struct pager *p, const char *text);
void pager_close(struct pager *p);
void pager_draw(struct pager *p, struct canvas *c, int rows);
void pager_scroll(struct pager *p, long rows);

/* What a key did: moved or closed the text; or closed it and is to be heard by whoever is
 * underneath. */
bool pager_takes(struct pager *p, const struct key *key);

#endif
