/* table.h: scores, told as they come: as the table that the course's drivers print, or as JSON. */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "cli/score/score.h"
#include "cli/score/score_options.h"

struct table {
    const struct score_options *o; /* json, tabs, scale and reference of them */
    int width; /* of a trace's name */
    const struct runner *runner; /* whose form is told at the end; NULL: none was found */
};

/* o, which is kept: its traces are what will be told. runner: see there; it is kept. */
void table_begin(struct table *t, const struct score_options *o, const struct runner *runner);
/* False: standard output can't be written. */
bool table_row(const struct table *t, const struct score *s);
/* {"error": …}: what is wrong, as a row has it. */
bool table_error(const struct verdict *v);
/* The same without the member; NULL: no memory. */
json_t *table_error_json(const struct verdict *v);
/* A line, which ends with j. False, and told: no memory (j is NULL), or it can't be written. */
bool table_put_json(json_t *j);
bool table_end(const struct table *t, const struct score_total *total);

#endif
