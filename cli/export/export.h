/* export.h: pictures and records of a session for files: which kinds there are, and how each is made. */
#ifndef EXPORT_H
#define EXPORT_H

#include <stdio.h>

#include "cli/command/lab.h"
#include "viz/canvas.h"

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
    size_t n_steps, n_left_out; /* of a session's: pictures taken; and steps before them that were too many */
    char error[EXPORT_ERROR]; /* why it could not be made; "" if writing failed: errno says why */
};

/* The kind that the path's ending names, in either case; NULL if there is none. */
const struct export_kind *export_kind_of(const char *path);
/* The kinds from 0 on; NULL behind the last. */
const struct export_kind *export_kind_at(size_t index);
/* ".svg, .png, … or .json" */
const char *export_endings(void);

/* Bring what changed last into the picture that c is to show: the view that p has moves. */
void export_follow(struct lab *lab, const struct canvas *c, const struct picture *p, int prompt_rows);

/* Make it and write it to to. The session is not changed. False: see error. */
bool export_write(struct export *e, FILE *to);

#endif
