/* block_rows.h: the blocks of one moment, in rows. */
#ifndef BLOCK_ROWS_H
#define BLOCK_ROWS_H

#include <jansson.h>
#include <stdint.h>

#include "cli/session/session.h"
#include "cli/tell/block_choice.h"
#include "cli/tell/rows.h"

/* The blocks of the last look, those chosen, as "blocks", and all free ones as "free_list", with
 * the names of then. NULL on no memory. */
struct rows *block_rows_keep(const struct session *s, const struct block_choice *choice);
/* How many are chosen, and the i-th. */
size_t block_rows_n(const struct rows *rows);
struct snapshot_block block_rows_at(const struct rows *rows, size_t i);
/* The newest name that a block had then, NULL. O(log names). */
const char *block_rows_name(const struct rows *rows, uint32_t id);

/* One of them as "blocks" has it:
 * {"id":1,"address":…,"offset":…,"size":…,"header":…,"payload":…,"requested":…,"state":…} and what
 * the state adds. NULL on no memory, which is noted. */
json_t *block_row_json(const struct session *s, const struct snapshot_block *b);

#endif
