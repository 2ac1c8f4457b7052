/* curves.h: how a heap went: brk, utilization (live bytes by the heap's) and fragmentation (free
 * bytes by the heap's). */
#ifndef CURVES_H
#define CURVES_H

#include "scene.h"

/* A heap at one moment. */
struct curve_point {
    uint64_t x; /* grows: operations of a trace, or commands */
    uint64_t heap_bytes, live_bytes, free_bytes;
};

struct curve {
    const struct curve_point *point; /* oldest first */
    size_t n;
    uint64_t x_most; /* where the curve will end; 0: not known */
    bool has_free; /* free_bytes is known, */
    bool guessed; /* by a guess */
    uint64_t heap_most; /* bytes that fill the curve of brk, if more than its own: another heap's */
    bool parted; /* the heaps have parted, */
    uint64_t parted_x; /* here */
};

/* Three curves of so many rows each, with what they come to. */
void curves_draw(struct canvas *c, struct area area, int rows, const struct curve *curve);
/* What they come to, in one row. */
void curves_figures(struct canvas *c, struct area area, const struct curve *curve);

#endif
