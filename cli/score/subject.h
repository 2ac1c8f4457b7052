/* subject.h: a stranger's allocator, from the command line to what can be run. */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "cli/score/build.h"
#include "cli/score/form.h"
#include "cli/score/runner.h"
#include "cli/score/score_options.h"

struct subject {
    struct build build;
    struct form form;
    struct runner runner; /* points into this: a subject can't be moved */
};

/* Compile the files and find their form; what the compiler said is told on standard error. False
 * with one line in error. To be released either way. */
bool subject_open(struct subject *s, const struct score_options *o, char *error,
                  size_t error_bytes);
void subject_release(struct subject *s);

#endif
