/* fit_private.h: what the two files of the fits' walk share: format_fit.c, from block to block, and
 * format_fence.c, from gap to gap. */
#ifndef FIT_PRIVATE_H
#define FIT_PRIVATE_H

#include "walk_private.h"

/* A run of ours, from where the walk is. */
struct fit_run {
    uintptr_t end; /* where the next gap begins, or the heap's end is */
    uintptr_t fence; /* behind the gap; 0 for none */
    bool doubtful; /* the fence does not say where the gap begins: end is the fence */
    uint64_t before; /* what prev_size of the next block should be */
};

/* Visit the blocks of the run. WALK_OK: all of them, up to w->at, where a gap begins if it is not
 * the run's end; or why not. */
enum walk_result fit_walk_run(struct walk *w, struct fit_run *run);

/* A header's words. */
struct fit_tags {
    uint64_t before, size_flags;
};

/* The header at at, where there is room for a block up to end. False if there is not, or it can't
 * be read. */
bool fit_read_tags(struct walk *w, uintptr_t at, uintptr_t end, struct fit_tags *t);

/* A size that a block can have which may be most bytes long. */
bool fit_is_size(const struct fit_tags *t, uint64_t most);

/* Look from gap on for a fence whose gap begins there; 0: none is found. */
uintptr_t fit_find_fence(struct walk *w, uintptr_t gap);

enum walk_result fit_walk(struct walk *w);

#endif
