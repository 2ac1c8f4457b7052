/* shrink.h: of a trace that fails, a small one that fails in the same way: first what stands behind
 * the failing operation goes, then whole lives of blocks, then single frees and resizes, then
 * bytes, until none of these can go. What fails for want of bytes may have fewer blocks for larger
 * ones.
 *
 * Or, of a trace that is valid, a small one on which the heap becomes by as many bytes larger than
 * first fit needs. */
#ifndef SHRINK_H
#define SHRINK_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/score/runner.h"
#include "cli/score/symptom.h"
#include "cli/score/trace.h"

enum shrink_end {
    SHRINK_DONE,
    SHRINK_STOPPED, /* as it was asked to; what is there fails, and may be less than the least */
    SHRINK_LATE, /* likewise, after setup's seconds */
    SHRINK_SOUND, /* the trace does not fail */
    SHRINK_INVALID, /* it was to be valid, and waste; symptom is how it fails */
    SHRINK_UNSTEADY, /* it failed once, and then not in the same way */
    SHRINK_FAILED /* error says why */
};

struct shrunk {
    struct trace trace; /* under SHRINK_DONE, SHRINK_LATE and SHRINK_STOPPED; may have no operations
                           under the last */
    struct symptom symptom; /* its own */
    enum runner_pass pass; /* in which it fails */
    size_t n_tries;
    bool alike; /* what is left are mallocs of one byte, and one less does not fail */
    bool unseen; /* it fails in the second of two whole runs, and not as `score` runs it */
    /* Under SHRINK_SOUND: what the heap has more than first fit needs, and the most payload by the
     * heap. */
    bool measured;
    struct waste waste;
    double util;
};

struct shrink_setup {
    const struct runner *runner;
    const char *name, *whole; /* how the small trace is called, and the whole one */
    /* Told before each few tries; NULL: nobody is. */
    void (*progress)(void *user, size_t n_ops, size_t n_tries);
    void *user;
    uint64_t waste; /* bytes; 0: a failure is made small */
    double seconds; /* on the clock, after which what is found by then is taken; 0: none */
};

/* To be released however it ends. */
enum shrink_end shrink(struct shrunk *s, const struct shrink_setup *setup, const struct trace *t,
                       char *error, size_t error_bytes);
void shrink_release(struct shrunk *s);

#endif
