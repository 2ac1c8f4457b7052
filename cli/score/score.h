/* score.h: an allocator's score on one trace, and on all. */
#ifndef SCORE_H
#define SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/score/peak.h"
#include "cli/score/runner.h"
#include "cli/score/verdict.h"

struct score {
    const char *path; /* of the trace */
    bool valid;
    double util; /* the most bytes asked for that lived at once, by the heap's bytes at most */
    size_t n_ops; /* 0: the trace could not be read */
    double seconds; /* of all operations once, init included: the median of several rounds; 0:
                       not measured */
    uint64_t instructions; /* of all operations once, without init; 0: not counted */
    double libc_seconds; /* as seconds, by libc's malloc; 0: not measured */
    bool counts_util, counts_speed; /* in the total, as the trace's weight says */
    struct verdict verdict; /* where it is not valid */
    bool has_peak; /* peak was asked for, and could be told */
    struct peak peak;
    char *printed; /* the last of what it printed in the pass that checks; NULL: nothing */
    char note[1800]; /* what is odd about the trace or, where it is valid, the allocator; "":
                          nothing */
};

/* Score it. False with one line in error: no score, for we could not do it, or are asked to end. To
 * be released either way. */
bool score_trace(struct score *s, const struct runner *r, const char *path, char *error,
                 size_t error_bytes);
void score_release(struct score *s);

/* 1000 operations a second; 0 where no time was measured. */
double score_kops(double n_ops, double seconds);

/* The scores of all, as the course's drivers add them up. */
struct score_total {
    size_t n, n_valid;
    size_t n_util; /* how many util is the mean of: valid, and of a weight that counts it */
    double util;
    size_t n_ops; /* of those that are valid and measured, and of a weight that counts speed */
    double seconds;
    uint64_t instructions; /* of those whose were counted */
    size_t n_instructions; /* their operations */
    size_t n_libc_ops; /* of those that libc was measured on, and of a weight that counts speed */
    double libc_seconds;
    size_t n_kops;
    double kops; /* the geometric mean of theirs */
};
void score_add(struct score_total *total, const struct score *s);

#endif
