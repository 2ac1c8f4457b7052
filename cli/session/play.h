/* play.h: operations of a trace, done in the session's heap many at once, with the ledger kept: a
 * round trip for up to WIRE_PLAY_MAX. What is asked for is filled with its pattern (pattern.h). */
#ifndef PLAY_H
#define PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/session.h"

/* What an id of the trace stands for. */
struct play_slot {
    uint32_t block; /* the ledger's id, 0: nothing that lives */
    uint32_t key; /* of its pattern */
    uint32_t made_by; /* of play_ops alone: 0 */
};

struct play_op {
    enum wire_play_kind kind;
    uint32_t slot; /* PLAY_NOTHING: free(NULL) */
    uint32_t size; /* bytes */
    uint32_t key; /* of the pattern of what it makes */
};
#define PLAY_NOTHING UINT32_MAX

struct play_done {
    size_t n; /* operations done */
    uint64_t n_steps; /* that they took */
    size_t n_failed, first_failed; /* of those; which, from 0 on */
    char words[200]; /* why the first failed */
    bool unsound; /* behind the last of them the stranger's checker says no: s->error */
};

struct play_run {
    const struct play_op *op; /* n of them */
    size_t n;
    struct play_slot *slot; /* by slot; kept */
    bool told; /* their steps are told, one by one; else counted */
    bool plain; /* payloads are left as they are */
    bool checked; /* the stranger's checker is called after each, up to the one where it says no */
    /* Operations from `from` on, n of them, are done, and returned that (WIRE_PLAYED); of plain
     * ones, where brk was then stands behind, at results[n] first. NULL: nobody wants to know. */
    void (*behind)(struct play_run *self, size_t from, const uint64_t *results, size_t n);
};

/* Do them. A block that the person has freed since is NULL to those that follow. False with
 * s->error: the target has died in operation done->n, or it was stopped before that, or there is no
 * memory; s->stop tells which. They do not look. */
bool play_ops(struct session *s, struct play_run *run, struct play_done *done);
/* The same of a heap in which they are done, and returned that: nothing is asked, and what the
 * session knows is brought to there. */
bool play_known(struct session *s, const struct play_run *run, const uint64_t *results,
                struct play_done *done);

#endif
