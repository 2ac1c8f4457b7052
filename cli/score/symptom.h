/* symptom.h: how a trace fails, as far as it must be the same for two failures to be taken for one;
 * and tries of many traces, side by side. */
#ifndef SYMPTOM_H
#define SYMPTOM_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/score/runner.h"
#include "cli/score/verdict.h"
#include "cli/score/waste.h"

#define SYMPTOM_WASTE "waste" /* a class of verdicts, as those of scores */

struct symptom {
    bool any; /* it fails */
    bool later; /* in the second run on the same heap; the first was sound */
    double seconds; /* of the first run on that heap; 0: it did not end */
    int signal; /* that it was ended by; 0: none */
    struct verdict verdict;
};

/* How traces are run, and what they are to fail by. */
struct symptom_of {
    const struct runner *runner;
    enum runner_pass pass;
    const char *name; /* how a trace is called */
    uint64_t
        waste; /* what is valid fails by so many bytes; 0: by none. The pass is to be placed. */
};

/* Run t once. False with one line in error: it could not be run, or was stopped. */
bool symptom_find(struct symptom *s, const struct symptom_of *of, const struct trace *t,
                  char *error, size_t error_bytes);

/* The same class, and the same signal, assertion and run of the trace. */
bool symptom_is_same(const struct symptom *a, const struct symptom *b);

/* How many tries run at once: as many as there are processors for us, within most. */
size_t symptom_most_tries(size_t most);
/* The first of n traces that fails as wanted, which *found then is; n: none. Each is run in a
 * process of ours beside the others. SIZE_MAX with one line in error: they could not be run, or
 * were stopped. */
size_t symptom_first(struct symptom *found, const struct symptom *wanted,
                     const struct symptom_of *of, const struct trace *const t[], size_t n,
                     char *error, size_t error_bytes);

#endif
