/* sample.c: see sample.h. */
#include "tests/support/sample.h"

#include <stdlib.h>
#include <time.h>

static double read_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double sample_now_ms(void) { return read_ms(CLOCK_MONOTONIC); }
double sample_cpu_ms(void) { return read_ms(CLOCK_PROCESS_CPUTIME_ID); }

static int sample_by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double sample_quantile(double *values, size_t n, double q)
{
    qsort(values, n, sizeof *values, sample_by_value);
    return values[(size_t)(q * (double)(n - 1))];
}

double sample_median(double *values, size_t n) { return sample_quantile(values, n, 0.5); }
