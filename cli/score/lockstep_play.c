/* lockstep_play.c: many operations of a heap in a round trip. What is told of each is as much as
 * heaps are compared by. Where more is wanted, the words of what went wrong, all is done again in a
 * fresh target up to there, and from there one by one. */
#include <stdlib.h>

#include "cli/score/lockstep_private.h"
#include "cli/source/own_target.h"
#include "cli/text/text.h"

struct many {
    struct play_run run;
    const struct trace_op *op; /* the first of them */
    struct lockstep_heap *heap;
    struct lockstep_record *record; /* of the next one; NULL: nobody wants it */
    bool odd; /* one failed, and nobody knows why */
    bool no_memory;
};

static uint64_t base_of(const struct lockstep_heap *h) { return h->session->ledger.base; }

static bool is_own(const struct lockstep_heap *h) { return h->setup->setup.policy == HEAP_OWN; }

/* A stranger's that has gone wrong is looked at step by step from then on. */
static bool can_do_many(const struct lockstep_heap *h)
{
    return !is_own(h) || (h->setup->setup.own->heap == OWN_HEAP_BREAK && !h->failure.op);
}

/* What session_judge_own finds wrong. */
static bool is_good(const struct lockstep_heap *h, uint64_t address, uint64_t size, uint64_t brk)
{
    uint64_t from = address - base_of(h);
    return !is_own(h) ||
           (address % h->setup->setup.own->align == 0 && address >= base_of(h) && from <= brk &&
            size <= brk - from && !cover_any(&h->cover, from, from + size));
}

static void cover(struct many *m, int32_t id, bool taken)
{
    struct lockstep_heap *h = m->heap;
    if (!is_own(h) || (!taken && !h->block[id])) return;
    if (!cover_set(&h->cover, h->at[id], h->at[id] + h->size[id], taken)) m->no_memory = true;
}

static bool note_freed(struct many *m, const struct trace_op *op, bool ok)
{
    if (op->id < 0) return ok;
    cover(m, op->id, false);
    lockstep_forget(m->heap, op->id);
    return ok;
}

static bool note_made(struct many *m, const struct trace_op *op, bool ok, uint64_t payload,
                      uint64_t brk)
{
    struct lockstep_heap *h = m->heap;
    if (!ok || !payload) return false;
    if (op->kind == TRACE_REALLOC) {
        cover(m, op->id, false);
        lockstep_forget(h, op->id);
    }
    ok = is_good(h, payload, op->size, brk);
    lockstep_keep(h, op, 1, payload); /* play_ops knows which */
    if (ok) cover(m, op->id, true);
    return ok;
}

static void note(struct many *m, const struct trace_op *op, uint64_t result, uint64_t brk)
{
    struct lockstep_heap *h = m->heap;
    bool ok = WIRE_PLAYED_STATUS(result) == HEAP_OK, frees = lockstep_frees(op);
    brk -= base_of(h);
    h->n_ops++;
    h->offset = 0;
    h->failed =
        frees ? !note_freed(m, op, ok) : !note_made(m, op, ok, WIRE_PLAYED_PAYLOAD(result), brk);
    h->n_failed += h->failed;
    h->n_requests += !frees;
    if (h->failed && !h->failure.op) m->odd = true;
    lockstep_heap_count(h, brk);
    if (m->record) *m->record++ = (struct lockstep_record){h->failed, h->grew, h->offset, h->brk};
}

static void behind(struct play_run *run, size_t from, const uint64_t *results, size_t n)
{
    struct many *m = (struct many *)run;
    struct lockstep_heap *h = m->heap;
    h->n_looked += h->session->answer.head.result;
    for (size_t i = 0; i < n && !m->odd && !m->no_memory; i++)
        note(m, &m->op[from + i], results[i], results[n + i]);
    for (size_t i = 0; i < n; i++) {
        int32_t id = m->op[from + i].id;
        if (id >= 0) h->block[id] = h->slot[id].block;
    }
}

/* As what the operation of the trace is done; what is asked for 0 bytes of is freed. */
static void convert(struct play_op *to, const struct trace_op *op)
{
    static const enum wire_play_kind kinds[] = {[TRACE_ALLOC] = WIRE_PLAY_ALLOC,
                                                [TRACE_REALLOC] = WIRE_PLAY_REALLOC,
                                                [TRACE_FREE] = WIRE_PLAY_FREE};
    *to = (struct play_op){.kind = lockstep_frees(op) ? WIRE_PLAY_FREE : kinds[op->kind],
                           .slot = op->id < 0 ? PLAY_NOTHING : (uint32_t)op->id,
                           .size = op->size};
}

/* At most LOCKSTEP_MANY. False: not all were done, or that is not known. */
static bool do_many(struct lockstep *l, struct lockstep_heap *h, size_t n,
                    struct lockstep_record *record)
{
    struct play_op op[LOCKSTEP_MANY];
    struct play_done done;
    struct many m = {.run = {.op = op, .n = n, .slot = h->slot, .plain = true, .behind = behind},
                     .op = &l->trace->op[h->n_ops],
                     .heap = h,
                     .record = record};
    for (size_t i = 0; i < n; i++) {
        convert(&op[i], &m.op[i]);
        if (m.op[i].id >= 0) h->slot[m.op[i].id].block = h->block[m.op[i].id];
    }
    step_trace_reset(&h->session->trace, h->session->target.brk);
    bool ok = play_ops(h->session, &m.run, &done);
    h->session->no_memory = h->session->no_memory || m.no_memory;
    return ok && !m.odd && !m.no_memory;
}

static void do_one_by_one(struct lockstep *l, struct lockstep_heap *h, size_t n,
                          struct lockstep_record *record)
{
    for (size_t i = 0; i < n; i++) {
        if (!h->death.op) lockstep_heap_do(h, &l->trace->op[h->n_ops]);
        if (h->death.op) h->grew = false;
        if (record) record[i] = (struct lockstep_record){h->failed, h->grew, h->offset, h->brk};
    }
}

/* The first n operations in a fresh target, none of which is news. */
static bool begin_again(struct lockstep *l, struct lockstep_heap *h, size_t n)
{
    struct lockstep_heap again;
    bool ok = lockstep_heap_begin(l, &again, h->setup);
    again.failure = h->failure;
    again.seen = h->seen;
    while (ok && again.n_ops < n && !again.death.op) {
        size_t left = n - again.n_ops, many = left < LOCKSTEP_MANY ? left : LOCKSTEP_MANY;
        if (!can_do_many(&again))
            do_one_by_one(l, &again, many, NULL);
        else if (!do_many(l, &again, many, NULL))
            ok = text_complain(l->error, sizeof l->error,
                               "%s: it did something else the second time",
                               text_printable(h->setup->name));
    }
    lockstep_heap_release(h);
    *h = again;
    return ok;
}

bool lockstep_heap_play(struct lockstep *l, struct lockstep_heap *h, size_t n,
                        struct lockstep_record *record)
{
    if (h->death.op) do_one_by_one(l, h, record ? LOCKSTEP_MANY : 0, record);
    while (!h->death.op && h->n_ops < n) {
        size_t from = h->n_ops, left = n - from;
        if (left > LOCKSTEP_MANY) left = LOCKSTEP_MANY;
        bool done = can_do_many(h) && do_many(l, h, left, record);
        if (h->session->no_memory) return lockstep_no_memory(l);
        if (!done && can_do_many(h) && !begin_again(l, h, from)) return false;
        if (!done) do_one_by_one(l, h, left, record);
        if (h->session->no_memory) return lockstep_no_memory(l);
        if (record) record += left;
    }
    return true;
}
