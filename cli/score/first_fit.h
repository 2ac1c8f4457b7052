/* first_fit.h: how large a heap need be for a trace, as a measure for others: reckoned, for first
 * fit by address, 8 bytes around a payload, that splits, merges free neighbours at once, extends
 * the last block where it is free, and resizes where it lies if it can. */
#ifndef FIRST_FIT_H
#define FIRST_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/score/trace.h"

struct first_fit {
    const struct trace *trace; /* borrowed */
    size_t at; /* operations done */
    uint64_t heap; /* bytes, which never get fewer */
    struct first_fit_block *block; /* owned, and so are they all */
    uint32_t n_blocks, last, first_free, unused;
    uint32_t *of_id;
    unsigned align;
};

/* align: of payloads. False: no memory. To be released either way. */
bool first_fit_begin(struct first_fit *f, const struct trace *trace, unsigned align);
/* The next operation. At worst as long as there are free blocks. */
void first_fit_step(struct first_fit *f);
void first_fit_release(struct first_fit *f);

#endif
