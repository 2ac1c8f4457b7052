/* ddmin.h: delta debugging: of parts that together fail, as few as still do (A. Zeller and
 * R. Hildebrandt, "Simplifying and isolating failure-inducing input", 2002; of its ddmin the
 * complements alone, which find the same minimum). */
#ifndef DDMIN_H
#define DDMIN_H

#include <stdbool.h>
#include <stddef.h>

enum { DDMIN_MOST_TRIES = 8 };
#define DDMIN_STOP ((size_t)-1)

struct ddmin {
    size_t n;
    bool *in; /* by part: it is among them; all that are fail together */
    size_t n_tries; /* at once, at most DDMIN_MOST_TRIES */
    /* Of n tries, each by part, the first that fails; n: none does; DDMIN_STOP: no more. */
    size_t (*first)(void *user, bool *const try[], size_t n);
    void *user;
};

/* Leave in what is needed: without any single one of them it does not fail. False: it was stopped,
 * or there is no memory; what is in then still fails. O(n²) tries at worst, O(m log n) where m of
 * n are needed that lie apart. */
bool ddmin_run(struct ddmin *d);

#endif
