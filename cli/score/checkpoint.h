/* checkpoint.h: copies of a target, kept at operations of a trace that it has done, so that an
 * operation behind them is a few operations away. All descend from one target, so that what the
 * operations returned there is what they return in each. */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/session.h"

enum { CHECKPOINT_MOST = 128 };
#define CHECKPOINT_EVERY_MS 25.0 /* of playing; more while there is room for all of them */
#define CHECKPOINT_BYTES (UINT64_C(512) << 20) /* of all heaps, at most */

struct checkpoint {
    size_t at; /* operations done */
    double ms; /* that they took */
    uint64_t n_steps; /* that they told */
    struct target target; /* owned */
};

struct checkpoints {
    struct checkpoint *point; /* owned: n, by at */
    size_t n;
    struct session_setup setup; /* of all of them */
    double every_ms; /* CHECKPOINT_EVERY_MS */
    uint64_t *results; /* owned: of each operation up to the last that was done (WIRE_PLAYED) */
};

/* Of a trace of n_ops. False on no memory. To be released either way. */
bool checkpoints_init(struct checkpoints *c, size_t n_ops);
void checkpoints_release(struct checkpoints *c);

/* Are there some, and of heaps of that setup? */
bool checkpoints_are_of(const struct checkpoints *c, const struct session_setup *setup);
/* The last at no more than `at` operations; NULL. */
struct checkpoint *checkpoints_before(struct checkpoints *c, size_t at);
/* Keep a copy of the session's target, if there is none at these operations. Others may go for it:
 * those far from it whose neighbours are near, never the first. at 0: it is the first, and those
 * that there are end. False: there is none. */
bool checkpoints_add(struct checkpoints *c, struct session *s, size_t at, double ms,
                     uint64_t n_steps);
/* It has ended, or is of no use. */
void checkpoints_drop(struct checkpoints *c, struct checkpoint *point);

#endif
