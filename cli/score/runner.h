/* runner.h: a trace on a stranger's allocator, in a process of its own (brkview-own, or for one of
 * 32 bits brkview-own32). */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include "allocator/format/own.h"
#include "cli/score/child.h"
#include "cli/score/form.h"
#include "cli/score/trace.h"

struct runner {
    const char *library; /* of 32 bits where the form says so: then brkview-own32 runs it */
    const struct form *form;
    unsigned align; /* of payloads */
    size_t heap_most; /* bytes */
    uint64_t watch_lo, watch_hi; /* bytes of the heap to be watched; equal: none */
    uint32_t step_op, step_round; /* of own_job */
    double seconds; /* a pass may take on a processor */
    bool check_heap; /* the form's check is called after each operation that is checked */
    bool libc; /* libc's malloc is measured, too */
    bool count; /* instructions, where they can be */
    bool check_only; /* nothing is measured */
    bool placed; /* a check tells where each payload lay */
};

/* The labs' own heap is open up to its most bytes, so that what writes behind brk passes there;
 * under RUNNER_CHECK it is caught, under RUNNER_CHECK_OPEN it is let pass. RUNNER_CHECK_QUICKLY
 * finds what RUNNER_CHECK finds, but perhaps at a later operation, and not every touch close behind
 * brk. */
/* RUNNER_COUNT measures by the processor's counter of instructions, RUNNER_SIMULATE by valgrind's
 * lackey, which counts those of the whole process; RUNNER_LIBC is RUNNER_TIME of libc's own malloc.
 */
enum runner_pass {
    RUNNER_CHECK_QUICKLY,
    RUNNER_CHECK,
    RUNNER_CHECK_OPEN,
    RUNNER_TIME,
    RUNNER_COUNT,
    RUNNER_SIMULATE,
    RUNNER_LIBC
};

struct runner_end {
    enum child_end end;
    int status; /* waitpid's */
    struct own_result result; /* texts of it are terminated; nothing else can be relied on */
    uint64_t instructions; /* of RUNNER_COUNT and RUNNER_SIMULATE; 0: they were not counted */
    struct own_place *place; /* of the trace's operations, if placed; NULL, or malloc'd */
    char *printed; /* what it printed, in a pass that checks; NULL, or malloc'd */
    size_t n_printed;
};

enum { RUNNER_TIMED_ROUNDS = 5, RUNNER_CHECKED_ROUNDS = 2, RUNNER_PRINTS_MOST = 1 << 20 };

bool runner_checks(enum runner_pass pass); /* else it measures */
/* How often a pass runs the trace, each time after another init. */
uint32_t runner_rounds(const struct runner *r, enum runner_pass pass);

/* False with one line in error: it could not be run at all. To be released if true. */
bool runner_run(const struct runner *r, const struct trace *t, enum runner_pass pass,
                struct runner_end *end, char *error, size_t error_bytes);
void runner_release(struct runner_end *end);

/* False; error says that what runs it could not begin, and what it needs. */
bool runner_complain(const struct runner *r, char *error, size_t error_bytes);

#endif
