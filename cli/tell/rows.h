/* rows.h: what the JSON has in rows, a block each or more, kept to be written row by row: as values
 * of the JSON they would take a kilobyte each. */
#ifndef ROWS_H
#define ROWS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct session;
struct rows;

struct rows_kind {
    /* Members of an object that has others already: ,"blocks":[…]. Needs no memory. s listens on
     * the way, NULL: nobody does. False: not all could be written, or it was stopped. */
    bool (*write)(const struct rows *rows, struct session *s, FILE *to);
    void (*free)(struct rows *rows);
};

/* The first member of each kind. */
struct rows {
    const struct rows_kind *kind;
};

void rows_free(struct rows *rows); /* may be NULL */
bool rows_write(const struct rows *rows, struct session *s, FILE *to);
/* The same as values, into object. False on no memory. */
bool rows_json(const struct rows *rows, json_t *object);

/* before, and n as value_number has it. */
void rows_put_number(const char *before, uint64_t n, FILE *to);

#endif
