/* parse_id.h: blocks as they are typed. Every function that fails leaves one line in error: what
 * was wrong, what was expected. */
#ifndef PARSE_ID_H
#define PARSE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/session.h"

/* The id that a word means as a pointer in C does: a name, else p and a number that an id has had.
 * 0: none. */
uint32_t parse_pointer(const struct ledger *ledger, const char *word);
/* One id of a block in use, or of one that was: 2, #2, a name, p2 (unless that is a name). */
bool parse_id_ever(const struct ledger *ledger, const char *word, uint32_t *id, char *error,
                   size_t error_bytes);
/* One id of a block in use. */
bool parse_id(const struct ledger *ledger, const char *word, uint32_t *id, char *error,
              size_t error_bytes);
/* "freed 4 commands ago", and of a file the line: for errors. Into text, which is returned. */
const char *parse_freed(const struct ledger *ledger, uint32_t id, char *text, size_t bytes);
/* Many: also 4-6 and all. Appends to *ids (malloc'd, the caller frees), refusing what is not in
 * use. Listens, and fails if it is stopped. */
bool parse_ids(struct session *s, const char *word, uint32_t **ids, size_t *n, char *error,
               size_t error_bytes);
/* Is each of them, which are ids of blocks in use, named once? O(n). Listens likewise. */
bool parse_ids_distinct(struct session *s, const uint32_t *ids, size_t n, char *error,
                        size_t error_bytes);

#endif
