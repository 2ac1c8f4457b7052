/* compare_options.h: the line of `brkview compare`. */
#ifndef COMPARE_OPTIONS_H
#define COMPARE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/score/lockstep.h"
#include "viz/theme.h"

enum { COMPARE_TRACES_MOST = 256, COMPARE_NAME = 64 };

/* Where operations come from. */
struct compare_trace {
    char *path; /* of a file, owned; NULL: made by generator */
    const struct generator *generator;
    uint64_t seed;
    char name[COMPARE_NAME]; /* as it is shown: the file's last word, or the shape */
};

struct compare_options {
    struct lockstep_setup heap[LOCKSTEP_MOST];
    size_t n_heaps;
    struct compare_trace *trace; /* owned */
    size_t n_traces;
    uint32_t n_ops; /* of those that are made */
    const char *cc, *cflags; /* of heaps that are files; NULL */
    unsigned align; /* of their payloads; 0: as their forms say */
    const char *commands; /* -e; NULL */
    bool json, plain, ascii, help;
    bool no_memory; /* why it could not be parsed */
    enum theme_name theme; /* THEME_N: not said */
    bool theme_auto;
    double timeout; /* seconds */
};

const char *compare_options_help(void);

/* False with one line in error: wrong usage, or no memory. argv lives as long as o, and o is to be
 * released either way. */
bool compare_options_parse(struct compare_options *o, int argc, char **argv, char *error,
                           size_t error_bytes);
void compare_options_release(struct compare_options *o);

#endif
