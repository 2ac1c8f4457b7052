/* scale.c: see scale.h. */
#include "cli/score/scale.h"

#include <string.h>

static const struct scale scales[] = {
    {.name = "csapp",
     .source = "CS:APP's handout (config.h: UTIL_WEIGHT .60, AVG_LIBC_THRUPUT 600E3)",
     .util_points = 60,
     .util_all = 1,
     .kops_all = 600},
    {.name = "mit",
     .source = "6.172's handout (config.h: UTIL_WEIGHT .60, AVG_LIBC_THRUPUT 1000E3)",
     .util_points = 60,
     .util_all = 1,
     .kops_all = 1000},
    {.name = "vt",
     .source = "Virginia Tech's handout (config.h: UTIL_WEIGHT .60, AVG_LIBC_THRUPUT 30000E3)",
     .util_points = 60,
     .util_all = 1,
     .kops_all = 30000},
    {.name = "pku",
     .source = "Peking University's handout (config.h: UTIL_WEIGHT .60, MIN_SPACE .70, MAX_SPACE "
               ".90, MIN_SPEED 4000E3, MAX_SPEED 14000E3)",
     .util_points = 60,
     .util_none = 0.70,
     .util_all = 0.90,
     .kops_none = 4000,
     .kops_all = 14000},
    {.name = "cmu",
     .source = "a handout of CMU's since 2016 (config.h: UTIL_WEIGHT .60, MIN_SPACE .25, MAX_SPACE "
               ".74, MIN_SPEED_RATIO .30, MAX_SPEED_RATIO .90 of the reference)",
     .util_points = 60,
     .util_none = 0.25,
     .util_all = 0.74,
     .kops_none = 0.30,
     .kops_all = 0.90,
     .of_reference = true},
    {.name = "psu",
     .source = "Penn State's handout (config.h: UTIL_WEIGHT .60, MIN_SPACE .50, MAX_SPACE .74, "
               "MIN_SPEED_RATIO .30, MAX_SPEED_RATIO .90 of the reference)",
     .util_points = 60,
     .util_none = 0.50,
     .util_all = 0.74,
     .kops_none = 0.30,
     .kops_all = 0.90,
     .of_reference = true},
    {.name = "wustl",
     .source =
         "WashU's handout (config.h: UTIL_WEIGHT .50, MIN_SPACE .55, MAX_SPACE .75, "
         "MIN_THROUGHPUT 10500, MAX_THROUGHPUT 18500; the geometric mean of the traces' speeds)",
     .util_points = 50,
     .util_none = 0.55,
     .util_all = 0.75,
     .kops_none = 10500,
     .kops_all = 18500,
     .geometric = true},
};
enum { N_SCALES = sizeof scales / sizeof scales[0] };

const struct scale *scale_at(size_t i) { return i < N_SCALES ? &scales[i] : NULL; }

const struct scale *scale_find(const char *name)
{
    for (size_t i = 0; i < N_SCALES; i++)
        if (strcmp(scales[i].name, name) == 0) return &scales[i];
    return NULL;
}

static double share(double value, double none, double all)
{
    if (value <= none) return 0;
    return value >= all ? 1 : (value - none) / (all - none);
}

struct scale_points scale_points(const struct scale *s, double util, double kops, double reference)
{
    double unit = s->of_reference ? reference : 1;
    return (struct scale_points){.util = s->util_points * share(util, s->util_none, s->util_all),
                                 .speed = (100 - s->util_points) *
                                          share(kops, s->kops_none * unit, s->kops_all * unit)};
}

/* The number whose n-th power is x, n > 0, x > 0: by halving, for libm is not linked. */
static double root(double x, size_t n)
{
    double lo = 0, hi = x > 1 ? x : 1;
    for (int i = 0; i < 200; i++) {
        double middle = lo + (hi - lo) / 2, power = 1;
        for (size_t k = 0; k < n && (middle < 1 || power <= x); k++)
            power *= middle;
        if (power < x)
            lo = middle;
        else
            hi = middle;
    }
    return hi;
}

double scale_mean(double mean, size_t n, double more)
{
    return n == 0 || mean <= 0 ? more : mean * root(more / mean, n + 1);
}
