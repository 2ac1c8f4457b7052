/* c_line.h: a line of C is a command, too: `p1 = malloc(64);` is `alloc 64`. The line is translated
 * into the command, and that is what runs, what the log keeps, and what `save` writes.
 *
 * A pointer is a name that was given, else p and the block's id. C knows no `force`: what C would
 * do to the bytes is done. */
#ifndef C_LINE_H
#define C_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/session/ledger.h"

#define C_NOTE_BYTES 160u

struct c_line {
    char *command; /* malloc'd */
    char note[C_NOTE_BYTES]; /* what C made of the numbers, "" */
    bool unassigned; /* a block is made, and no variable takes its address */
};

/* Is it C rather than a command? Neither what follows nor the ledger is judged. */
bool c_line_is(const char *line);
/* False with one line in error: what was wrong, what was expected; *c holds nothing then. */
bool c_line_parse(struct c_line *c, const struct ledger *ledger, const char *line, char *error,
                  size_t error_bytes);
/* Can a variable be called so? Not a word that C or the lab has for something else. */
bool c_line_can_name(const char *word);
/* The functions that are understood, from 0 on, and whether they return an address; NULL behind the
 * last. */
const char *c_line_function(size_t index, bool *returns);

#endif
