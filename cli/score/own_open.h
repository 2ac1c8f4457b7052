/* own_open.h: files of a stranger's allocator, made ready for a lab of it. */
#ifndef OWN_OPEN_H
#define OWN_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/score/build.h"
#include "cli/score/form.h"
#include "cli/source/own_target.h"

struct own_files {
    struct build_setup build; /* cc, cflags; sources and objects, or one shared library */
    unsigned align; /* 0: as the form says */
    uint64_t segment; /* bytes, of a form whose init is given one; 0: 64 KiB */
};

/* What a session is started with: session_setup's own is &setup. */
struct own_open {
    struct own_setup setup;
    struct form form;
    struct build build;
    int library; /* its descriptor, counted from 1; 0: none of ours */
};

/* Compile, where it is no library yet, and find its functions. What the compiler says goes to
 * standard error as it is. False with one line in error. To be released in each case, and not
 * before the session is. */
bool own_open(struct own_open *o, const struct own_files *files, char *error, size_t error_bytes);
void own_open_release(struct own_open *o);

#endif
