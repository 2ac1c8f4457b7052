/* filter.h: system calls that are refused, as a sandbox does, for this process and what it starts.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>

/* What is refused: a call by its number, if from is 0; else only where its fourth argument
 * (pread64: the offset) is from or more. */
struct filter_row {
    long call;
    unsigned from;
    int error; /* errno that it gets */
};

/* False if there is no seccomp here. */
bool filter_install(const struct filter_row *rows, unsigned n);

#endif
