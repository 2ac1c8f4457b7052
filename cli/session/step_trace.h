/* step_trace.h: the steps of one command of the person, which may be many verbs (repeat, source):
 * the first and the last are kept. */
#ifndef STEP_TRACE_H
#define STEP_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/steps.h"

#define STEP_TRACE_MAX 1024u

struct step_trace {
    struct step
        step[STEP_TRACE_MAX]; /* [0, n_head) are the first; the rest is a ring of the last */
    size_t n_head, n_tail, tail_at;
    uint64_t n_skipped; /* steps not kept between them */
    uint64_t n_verbs, n_failed; /* requests of this command, and how many were refused */
    uint64_t n_alloc, n_free; /* of those that succeeded */
    uint64_t freed; /* the address of the last block that was freed */
    uint64_t resized; /* the address of the last block that a realloc left in its place, 0: none */
    uint64_t touched_from,
        touched_to; /* the bytes that were written last past the allocator, equal: none */
    uint64_t shown_from, shown_to; /* the bytes that the map marks, in place of all that changed;
                                      equal: none, then all */
    unsigned shown; /* and how: enum change_kind */
    int error; /* errno of the last malloc, calloc or realloc that returned NULL; 0: none did */
    bool changed; /* the target was changed, or may have been */
    bool fresh; /* a fresh heap was made */
    bool aligned; /* a request was for more than the usual alignment */
    uint64_t brk_before;
};

void step_trace_reset(struct step_trace *t, uint64_t brk);
/* How many steps it stands for. */
uint64_t step_trace_weight(const struct step *s);
void step_trace_add(struct step_trace *t, const struct step *steps, size_t n);
/* In order, with one STEP_SKIPPED where some are missing: how many, and the i-th. */
size_t step_trace_n(const struct step_trace *t);
struct step step_trace_at(const struct step_trace *t, size_t i);

#endif
