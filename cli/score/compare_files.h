/* compare_files.h: those of the heaps that are files, made ready (own_open.h). */
#ifndef COMPARE_FILES_H
#define COMPARE_FILES_H

#include "cli/score/compare_options.h"
#include "cli/score/own_open.h"

struct compare_files {
    struct own_open *open[LOCKSTEP_MOST]; /* owned; NULL: a policy */
};

/* Compile each and find its functions; o's heaps lead to them. False with one line in error. To be
 * released either way, and not before their sessions are. */
bool compare_files_open(struct compare_files *f, struct compare_options *o, char *error,
                        size_t error_bytes);
void compare_files_release(struct compare_files *f);

#endif
