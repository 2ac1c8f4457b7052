/* sample.h: what a benchmark needs of a clock and of statistics. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>

/* Milliseconds since some moment; never goes back. */
double sample_now_ms(void);

/* Milliseconds of processor time that this process has had: what others do beside it does not
 * count, nor what it waits for. */
double sample_cpu_ms(void);

/* The value below which a share q of the n values lies, n > 0; it sorts them. */
double sample_quantile(double *values, size_t n, double q);
double sample_median(double *values, size_t n);

#endif
