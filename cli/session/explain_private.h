/* explain_private.h: what the files that make sentences share: what happened, and the clauses that several kinds of sentences have. */
#ifndef EXPLAIN_PRIVATE_H
#define EXPLAIN_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/session/explain.h"
#include "cli/session/words.h"

/* One verb, gathered from its steps. Of a kind that is told more than once the last one, but the first two of the coalescing ones. */
struct story {
    uint64_t n_probes, wanted; /* payload bytes */
    bool took, split, copied, fenced, kept, marked;
    struct step take, cut, sbrk, trim, copy, fence, quarantine;
    unsigned n_sbrk, n_trim, n_coalesce;
    struct step coalesce[2];
};

/* explain_block, in a small ring of static storage: up to four names in one sentence. */
const char *explain_name(const struct snapshot *s, uint64_t address);

/* "; brk stays at 0x411060", or why and whereto it moved. */
void explain_brk(struct words *w, const struct session *s, const struct story *story);
/* Why the block at address, which was freed, stays. subject is its name, or "it". */
void explain_kept(struct words *w, const struct session *s, const struct snapshot *now, uint64_t address, const char *subject);
/* A realloc that left its block in its place: trace.resized. */
void explain_resized(struct words *w, const struct session *s, const struct snapshot *before, const struct snapshot *now,
                     const struct story *story);

#endif
