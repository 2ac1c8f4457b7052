/* session_private.h: what the verbs of a session are made of. For the files of cli/session only. */
#ifndef SESSION_PRIVATE_H
#define SESSION_PRIVATE_H

#include "cli/session/session.h"

/* False; s->error is that line. */
bool session_fail(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What is expected instead, behind the allocator's own words: "; expected less", or "". */
const char *session_expected(enum heap_status status);

/* One request. True if the verb succeeded; s->answer holds the answer. Else s->error says why, in
 * the allocator's words. */
bool session_ask(struct session *s, enum wire_op op, uint64_t a, uint64_t b, uint64_t c,
                 const void *data, uint32_t data_bytes);

/* What a stranger's allocator has printed by now is put to s->printed. */
void session_take_printed(struct session *s);

/* The target did not answer in time, or told how it ends: a last look from outside, then it is
 * ended. */
void session_end_hung(struct session *s);

/* How the stranger's checker is judged, with what it said the time before: c of a request that
 * calls it. 0: it has none. */
uint64_t session_judged(const struct session *s);
/* It said that, behind the last request. False: s->error says that it says no. */
bool session_judge_said(struct session *s, uint64_t said);

/* Put a block that the target made into the ledger. */
bool session_keep_block(struct session *s, uint64_t address, uint64_t requested,
                        struct session_block *made);

/* Can all of [from, to) be read now, in the target? */
bool own_readable(struct session *s, uint64_t from, uint64_t to);
/* Read the heap's bytes, and which pages of it are there, for a look. False on no memory. */
bool own_view_read(struct session *s, uint64_t start, uint64_t brk);
/* The look has come to that picture: find what changed, and mark it. */
void own_view_commit(struct session *s, const struct snapshot *now);
/* The map that the allocator tells itself, by mm_blocks (brkview.h), where it can and that can be
 * so (else v->wrong). False: there is none. */
bool own_view_report(struct session *s, uint64_t start, uint64_t brk,
                     const struct ledger_block *live, size_t n);

static inline enum block_state session_block_state(enum walk_state state)
{
    static const enum block_state states[WALK_N_STATES] = {
        [WALK_USED] = BLOCK_USED,       [WALK_IS_FREE] = BLOCK_FREE,
        [WALK_FOREIGN] = BLOCK_FOREIGN, [WALK_IS_DAMAGED] = BLOCK_DAMAGED,
        [WALK_CACHED] = BLOCK_CACHED,   [WALK_QUARANTINED] = BLOCK_QUARANTINED,
    };
    return states[state];
}

/* A picture of the process that is watched. NULL: nothing that was read agreed (it is in change),
 * there is no memory, or *stopped; s->memory and s->target say what else may have been. */
struct snapshot *session_look_at_process(struct session *s, bool *stopped);

/* Keep the picture that is about to be replaced by now, with its root, if it is sound and now is
 * not; let the kept one go once now is sound. */
void session_keep_sound(struct session *s, const struct snapshot *now,
                        const struct heap_root *root);

/* Let a picture go, NULL allowed; what it took of memory is what the next look takes. */
void session_let_go(struct session *s, struct snapshot *old);

#endif
