/* kind.h: what is exported, and as what. */
#ifndef KIND_H
#define KIND_H

#include <stdio.h>

#include "cli/command/lab.h"

#define EXPORT_COLUMNS 100 /* where there is no screen */
#define EXPORT_ROWS 30
#define EXPORT_COLUMNS_MAX 500
#define EXPORT_ROWS_MAX 200
#define EXPORT_ERROR 256

struct export;

/* A row of the table of kinds. */
struct export_kind {
    const char *ending; /* ".svg" */
    const char *what; /* "a picture" */
    bool session; /* it holds every step of the session, not the present state alone */
    bool (*write)(struct export *e, FILE *to);
};

struct export
{
    const struct export_kind *kind;
    struct lab *lab;
    int rows, columns;
    size_t n_steps,
        n_left_out; /* of a session's: pictures taken; and steps before them that were too many */
    char error[EXPORT_ERROR]; /* why it could not be made; "" if writing failed: errno says why */
};

#endif
