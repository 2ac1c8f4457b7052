/* build.h: a stranger's sources made into a library that brkview-own can load. */
#ifndef BUILD_H
#define BUILD_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct build_setup {
    const char *cc, *cflags; /* cut at blanks; NULL: cc, and no more flags */
    char *const *files;
    size_t n_files;
    bool m32; /* made for 32 bits */
    bool wrap_sbrk; /* calls of sbrk become calls of __wrap_sbrk */
};

struct build {
    char folder[PATH_MAX - 64]; /* of ours, below TMPDIR or /tmp; "": none was made */
    char library[PATH_MAX];
    char *said; /* what the compiler said, as it is: hostile; NULL or "": nothing */
};

/* Compile with -g -Wall -O2 -DDRIVER, where the labs' headers are found behind all others, among
 * which are those of the folder above the first file's. What a single file includes stands in
 * folder/depends, as make wants it, where the compiler can tell. False
 * with one line in error: nothing could be made of it, said may tell why. To be released. */
bool build_make(struct build *b, const struct build_setup *setup, char *error, size_t error_bytes);

/* What is in the folder goes with it. */
void build_release(struct build *b);

#endif
