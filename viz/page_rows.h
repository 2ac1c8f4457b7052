/* page_rows.h: rows of canvases as the texts that the page of face_html.h holds, each kept once.
 * See there for their form. */
#ifndef PAGE_ROWS_H
#define PAGE_ROWS_H

#include <stdio.h>

#include "canvas.h"

#define PAGE_LOOK_MARKS 64u /* look = marks * PAGE_LOOK_MARKS + style */
#define PAGE_LOOKS (8u * PAGE_LOOK_MARKS)
#define PAGE_LOOK_BACK 1u /* some theme fills its back */
#define PAGE_LOOK_LINE 2u /* some theme underlines it */

struct page_rows {
    char **text; /* by number, to be found again: open addressing, at most half full */
    size_t n, room;
    size_t *slot; /* number + 1; 0: empty */
    size_t n_slots;
    bool used[PAGE_LOOKS];
    uint8_t bits[PAGE_LOOKS]; /* PAGE_LOOK_*, of those used or not */
};

void page_rows_init(struct page_rows *p);
void page_rows_release(struct page_rows *p);

/* The number of a row's text, SIZE_MAX on no memory; *is_new: it was not there before. O(cells). */
size_t page_rows_add(struct page_rows *p, const struct canvas *c, int row, bool *is_new);
/* Write a text as JSON: whole, or as what differs from another (SIZE_MAX: none) if that is shorter.
 */
void page_rows_put(const struct page_rows *p, FILE *to, size_t number, size_t old);

#endif
