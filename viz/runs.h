/* runs.h: a row of a canvas as runs: neighbours that look the same and are drawn in the same way.
 * For the faces that draw on paper. */
#ifndef RUNS_H
#define RUNS_H

#include "paint.h"
#include "shape.h"

enum run_kind { RUN_BLANK, RUN_TEXT, RUN_SHAPE };

struct run {
    enum run_kind kind;
    int column, columns; /* columns: with the second halves of wide characters */
    struct paint paint;
    char32_t glyph; /* of RUN_SHAPE: all of its cells have it */
    struct shape shape;
};

/* The run that begins at column, at most to the row's end. Text holds single blanks between words,
 * never at its end. */
struct run run_at(const struct canvas *c, enum theme_name theme, int row, int column);

/* A blank on the paper, with no line under it: nothing to draw. */
static inline bool run_empty(const struct run *r)
{
    return r->kind == RUN_BLANK && r->paint.on_paper && !r->paint.underline;
}

#endif
