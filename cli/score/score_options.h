/* score_options.h: the command line of `brkview score`, and of its kin. */
#ifndef SCORE_OPTIONS_H
#define SCORE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/score/generate.h"
#include "cli/score/scale.h"

struct score_options {
    const char *command; /* argv[0]: score, or another that takes some of its options */
    const char *output; /* NULL: not said */
    const char *cc, *cflags; /* NULL: not said */
    unsigned align; /* 0: as the form says */
    size_t heap_most; /* 0: as the form says */
    double timeout; /* seconds */
    double within; /* seconds that shrink may take; 0: any */
    uint64_t waste; /* bytes that shrink looks for; 0: not said */
    bool json, help;
    bool m32; /* made for 32 bits */
    bool tabs; /* the table is parted by tabs */
    bool instructions; /* are counted */
    bool check_heap; /* by the allocator's own check */
    bool libc; /* its malloc is measured, too */
    bool check_only; /* nothing is measured */
    unsigned jobs; /* traces that are run at once */
    const struct scale *scale; /* NULL: no index */
    double reference; /* Kops of the course's allocator; 0: not said */
    bool why; /* where the bytes are that are lost at the peak */
    const struct generator *generator; /* NULL: a trace is not to be made */
    uint64_t seed;
    uint32_t n_ops;
    char **files, **traces; /* of what is no option, and -f and -t: malloc'd, each trace too */
    size_t n_files, n_traces;
};

/* False with one line in error. To be released either way. */
bool score_options_parse(struct score_options *o, int argc, char **argv, char *error,
                         size_t error_bytes);
void score_options_release(struct score_options *o);

const char *score_options_help(void);

#endif
