/* scale.h: the performance index by which courses grade: so many points for utilization, the others
 * for speed, each between a bound that gives none and one that gives all. */
#ifndef SCALE_H
#define SCALE_H

#include <stdbool.h>
#include <stddef.h>

struct scale {
    const char *name;
    const char *source; /* whose numbers these are, in words */
    double util_points; /* of 100; the others are for speed */
    double util_none, util_all; /* utilization that gives no points, and all */
    double kops_none, kops_all; /* 1000 operations a second; of_reference: shares of it */
    bool of_reference; /* of an allocator of the course's, measured on the same machine */
    bool geometric; /* speed is the geometric mean of the traces', not all operations by all time */
};

/* The i-th, NULL behind the last. */
const struct scale *scale_at(size_t i);
const struct scale *scale_find(const char *name);

struct scale_points {
    double util, speed; /* of s->util_points, and of what is left of 100 */
};
/* util: from 0 to 1. reference: Kops; where the scale is of one, above 0. */
struct scale_points scale_points(const struct scale *s, double util, double kops, double reference);

/* The geometric mean of n numbers whose mean was mean, and of one more. */
double scale_mean(double mean, size_t n, double more);

#endif
