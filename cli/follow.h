/* follow.h: the processes below a program that is watched, each watched, too. */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct followed;

#define FOLLOWED_MAX 256u /* at once; those that begin when there are so many are only counted */

struct follow {
    pid_t root;
    double rate;
    bool never_stop;
    struct followed *first; /* owned, newest first, ended ones too */
    size_t n; /* that live */
    size_t n_unseen; /* that began and could not be watched, or had ended before */
};

/* See who is there, and look at those whose turn it is. */
void follow_tick(struct follow *f);
/* Seconds until the next one's turn. */
double follow_wait(const struct follow *f);
/* What was seen of each, on standard error, or as a list. */
void follow_tell(const struct follow *f);
json_t *follow_json(const struct follow *f);
void follow_release(struct follow *f);

#endif
