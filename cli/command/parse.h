/* parse.h: from a typed line to words, sizes, ids. Every function that fails leaves one line in
 * error: what was wrong, what was expected. */
#ifndef PARSE_H
#define PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/session.h"

#define PARSE_LINE_MAX 65536u /* bytes of one command */

/* A command's words. Text in double quotes is one word, with \n \t \e \0 \\ \" and \xHH; it may
 * hold zero bytes, hence the lengths. */
struct arguments {
    int n; /* words after the command's own */
    char **word; /* [0, n), NUL-terminated */
    size_t *length; /* bytes of each */
    bool *quoted;
    size_t *at; /* where each begins in line */
    char *name; /* the command's word */
    const char *line; /* borrowed */
    void *storage;
};

/* Take line apart; it must outlive args. False on an open quote, a bad escape, a control byte, too
 * long a line, or no memory. */
bool arguments_parse(struct arguments *args, const char *line, char *error, size_t error_bytes);
void arguments_release(struct arguments *args);

/* 64, 0x40, 4k, 1M, 1G (binary multiples). what names it in errors: "SIZE". */
bool parse_size(const char *word, const char *what, uint64_t *size, char *error,
                size_t error_bytes);
/* The same, but zero is refused. */
bool parse_positive(const char *word, const char *what, uint64_t *size, char *error,
                    size_t error_bytes);
/* The most bytes of a heap: a positive size below 8 EiB. */
bool parse_limit(const char *word, const char *what, uint64_t *limit, char *error,
                 size_t error_bytes);
/* With a sign: +16, -4k, 0. */
bool parse_delta(const char *word, int64_t *delta, char *error, size_t error_bytes);
/* Is the word an address rather than an id (ids are small numbers and names): does it begin with
 * 0x? */
bool parse_is_hex(const char *word);
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
/* on, off, yes, no, 1, 0. */
bool parse_switch(const char *word, bool *on, char *error, size_t error_bytes);

#endif
