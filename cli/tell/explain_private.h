/* explain_private.h: what the files that make sentences share: what happened, and the clauses that
 * several kinds of sentences have. */
#ifndef EXPLAIN_PRIVATE_H
#define EXPLAIN_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/tell/explain.h"
#include "cli/text/textbuf.h"

/* One verb, gathered from its steps. Of a kind that is told more than once the last one, but the
 * first two of the coalescing ones. */
struct story {
    uint64_t n_probes, wanted; /* payload bytes */
    uint64_t brk_was; /* before the first sbrk that moved it */
    bool took, copied, fenced, kept, marked, refused;
    bool grown; /* sbrk moved brk up before a block was taken or cut */
    struct step take, sbrk, refusal, trim, copy, fence,
        quarantine; /* sbrk: one that moved it; refusal: one that could not */
    unsigned n_cuts, n_sbrk, n_trim,
        n_coalesce; /* n_cuts is 2 at most: an aligned block has free ones on both sides */
    struct step cut[2], coalesce[2];
};

/* explain_block, in a small ring of static storage: up to four names in one sentence. */
const char *explain_name(const struct snapshot *s, uint64_t address);

/* "; brk stays at 0x411060", or why and whereto it moved. */
void explain_brk(struct textbuf *w, const struct session *s, const struct story *story);
/* Behind join: that sbrk was refused, and by whom. */
void explain_refusal(struct textbuf *w, const char *join, const struct story *story);
/* An alloc, or a realloc that moved its block. */
void explain_alloc(struct textbuf *w, const struct session *s, const struct snapshot *before,
                   const struct snapshot *now, const struct story *story);
/* Why the block at address, which was freed, stays. subject is its name, or "it". */
void explain_kept(struct textbuf *w, const struct session *s, const struct snapshot *now,
                  uint64_t address, const char *subject);
/* A realloc that left its block in its place: trace.resized. */
void explain_resized(struct textbuf *w, const struct session *s, const struct snapshot *before,
                     const struct snapshot *now, const struct story *story);

#endif
