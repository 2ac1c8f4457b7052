/* ostep_ask.h: the homework's questions asked one by one, and their answers judged. */
#ifndef OSTEP_ASK_H
#define OSTEP_ASK_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/ostep/ostep_heap.h"

struct ostep_ask {
    FILE *in, *out;
    bool over; /* quit was said, or in has ended: nothing more is asked */
    size_t asked, right, told; /* told: of those asked, not answered but told */
};

/* Ask for a number: the address that an alloc returned, what a free did. The words tell it besides:
 * "(searched 4 elements)". */
void ostep_ask_number(struct ostep_ask *a, ostep_int expected, const char *words);
/* Ask for the free list: its addresses and sizes in order, however they are set apart; empty, none
 * or [] for none. */
void ostep_ask_list(struct ostep_ask *a, const struct ostep_blocks *list);
/* "7 of 10 answered right" */
void ostep_ask_score(const struct ostep_ask *a);

#endif
