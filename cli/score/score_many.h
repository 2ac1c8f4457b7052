/* score_many.h: the scores of many traces, several at once. */
#ifndef SCORE_MANY_H
#define SCORE_MANY_H

#include "cli/score/score.h"

enum { SCORE_MOST_JOBS = 64 };

struct score_many {
    const struct runner *runner;
    char *const *paths;
    size_t n_paths;
    unsigned jobs; /* processes that work at once; 1: this one */
    /* Told of each score, in the traces' order; it may keep nothing of it. False: no more. */
    bool (*tell)(void *user, const struct score *s);
    void *user;
};

/* False with one line in error, "" if tell said so or we are asked to end: not all were told. */
bool score_many(const struct score_many *m, char *error, size_t error_bytes);

#endif
