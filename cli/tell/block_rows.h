/* block_rows.h: the blocks of one moment, kept to be written row by row: as JSON values they would take a kilobyte each. */
#ifndef BLOCK_ROWS_H
#define BLOCK_ROWS_H

#include <jansson.h>
#include <stdio.h>

#include "cli/session/session.h"

struct block_rows;

/* The blocks of the last look. NULL on no memory. */
struct block_rows *block_rows_keep(const struct session *s);
void block_rows_free(struct block_rows *rows);

/* One of them as "blocks" has it: {"id":1,"address":…,"offset":…,"size":…,"header":…,"payload":…,"requested":…,"state":…} and what the state adds.
 * NULL on no memory, which is noted. */
json_t *block_row_json(const struct session *s, const struct snapshot_block *b);

/* "blocks" and "free_list", as members of an object that has others already. Needs no memory. False: not all could be written. */
bool block_rows_write(const struct block_rows *rows, FILE *to);
/* The same as values, into object. False on no memory. */
bool block_rows_json(const struct block_rows *rows, json_t *object);

#endif
