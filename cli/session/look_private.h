/* look_private.h: a look in the making, for the files of it. */
#ifndef LOOK_PRIVATE_H
#define LOOK_PRIVATE_H

#include "cli/session/free_blocks.h"
#include "cli/session/gather.h"
#include "cli/session/session_private.h"

/* A snapshot in the making. What most blocks are is what they were in the picture before: whose
 * they are is asked of the ledger for the others, and where it has learnt something since. */
struct look {
    struct snapshot *snapshot;
    struct session *session;
    const struct snapshot *older; /* NULL: everything is asked */
    uint64_t touched[LEDGER_TOUCHED_MAX + 1]; /* ascending, up to UINT64_MAX */
    size_t at_touched; /* the first one not passed yet */
    uint64_t base;
    uint32_t front; /* bytes of a used block before its payload, by which the ledger knows it */
    struct free_blocks free;
    size_t gap; /* behind which of the ledger's gaps the last one found stands */
    struct walk_found found;
    size_t found_at; /* the free block that was found last */
    bool by_address; /* the free list is the free blocks in order of address */
    uint64_t n_met;
    bool no_memory, stopped;
    struct gather gather; /* the last one */
};

static inline struct ledger_known look_known_at(const struct look *l, uint64_t payload)
{
    return ledger_known_at(&l->session->ledger, payload);
}

/* Every so many blocks: is the look to go on? */
static inline bool look_goes_on(struct look *l)
{
    return session_go_on_at(l->session, ++l->n_met) || !(l->stopped = true);
}

/* Of heaps whose record nobody here reads: the blocks of a heap under bump, and of a stranger's. */
void look_at_bump(struct look *l, uint64_t brk);
void look_at_own(struct look *l, uint64_t brk);
/* Whose map of a stranger's heap is shown is known before the picture is begun. False: no memory.
 */
bool look_choose_own(struct session *s, uint64_t start, uint64_t brk);
/* Pages that are mapped are a region, where there is not one alone from the heap's start to brk.
 * False: no memory. */
bool look_add_runs(const struct session *s, struct snapshot *snapshot, uint64_t brk);

#endif
