/* own_target.h: a stranger's allocator in the lab: what the target is started with, what it prints,
 * and how it ended, as far as it could write that down. */
#ifndef OWN_TARGET_H
#define OWN_TARGET_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/own.h"
#include "cli/source/written.h"

/* What is to be known of a library to start a lab on it. */
struct own_setup {
    char library[PATH_MAX];
    char title[64]; /* "mm.c", valid UTF-8 */
    unsigned align; /* of payloads, as the lab says */
    bool bool_init; /* mm_init says true for good; else a number below 0 for bad */
    enum own_heap heap; /* where its memory comes from */
    uint64_t segment; /* bytes, of OWN_HEAP_SEGMENT */
    enum own_says says; /* what its checker returns, where it has one */
    char name[OWN_N_CALLS][OWN_NAME]; /* of its functions; "": it has none */
};

/* Those that a lab can change between, by title. */
enum { OWN_LIST_MOST = 8 };
struct own_list {
    const struct own_setup *setup[OWN_LIST_MOST];
    size_t n;
};

/* Of a target that runs one. */
struct own_target {
    const struct own_setup *setup; /* borrowed */
    char heap[24]; /* "break", "pages", or how many bytes its segment has */
    int prints; /* a file in memory: its standard output and standard error */
    struct written written; /* what was taken out of there so far, as lines */
    int told_fd; /* of told, */
    const struct own_result *told; /* which it writes: hostile */
    uint64_t key; /* by which it makes copies of itself; 0: it makes none */
};

enum { OWN_PRINTS_MOST = 1 << 20, OWN_ENDED_MAX = 600 };

/* NULL and errno. */
struct own_target *own_target_new(const struct own_setup *setup);
/* Of a copy of the process that o is of, with files of its own if it is to be asked for anything
 * but copies. NULL and errno. */
struct own_target *own_target_of_copy(const struct own_target *o, bool asked);
void own_target_free(struct own_target *o); /* NULL is allowed */

/* In the child, between fork and exec: put both files in their places. The words of its command
 * line, which are of setup, NULL behind the last. */
#define OWN_TARGET_WORDS (5 + OWN_N_CALLS)
void own_target_become(const struct own_target *o, char *argv[OWN_TARGET_WORDS]);

/* What it has printed since it was asked last, at most bytes - 1 of it, ended with a zero byte;
 * zero bytes become spaces. Returns how many there were, which may be more; all of them are in
 * o->written, too. */
size_t own_target_printed(struct own_target *o, char *text, size_t bytes);

/* How it ended, as far as it wrote that down: "killed by signal 11 (SIGSEGV) at line 30 of mm.c, in
 * mm_free: address 0x0"; *signal is by what. Or why it could not begin. False: nothing is written.
 */
bool own_target_ended(const struct own_target *o, char *text, size_t bytes, int *signal);

#endif
