/* play.c: see play.h. */
#include "cli/session/play.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/session/session_private.h"
#include "cli/source/own_target.h"

enum { BATCH_LEAST = 16, BATCH_FIRST = 128, MOST_MS = 40 }; /* operations, and what they take */

struct batch {
    struct session *s;
    const struct play_op *op;
    uint32_t n;
    struct play_slot *slot;
    struct play_done *done;
    uint64_t how; /* WIRE_PLAY_TOLD, WIRE_PLAY_PLAIN, WIRE_PLAY_CHECKED */
    struct wire_play wire[WIRE_PLAY_MAX];
};

static struct play_slot *slot_of(const struct batch *b, const struct play_op *op)
{
    return op->slot == PLAY_NOTHING ? NULL : &b->slot[op->slot];
}

/* What it holds now: a payload that is known, or what an operation of this batch will make. */
static void refer(const struct batch *b, const struct play_slot *slot, struct wire_play *wire)
{
    uint64_t payload = 0, requested = 0;
    if (slot->made_by) {
        wire->made_by = slot->made_by;
    } else if (slot->block && ledger_find(&b->s->ledger, slot->block, &payload, &requested)) {
        wire->payload = payload;
        wire->was_key = slot->key;
        wire->was = (uint32_t)requested;
    }
}

static void put(struct batch *b, uint32_t i)
{
    const struct play_op *op = &b->op[i];
    struct play_slot *slot = slot_of(b, op);
    struct wire_play *wire = &b->wire[i];
    *wire = (struct wire_play){.kind = op->kind, .size = op->size, .key = op->key};
    if (!slot) return;
    if (op->kind != WIRE_PLAY_ALLOC) refer(b, slot, wire);
    slot->made_by = i + 1;
}

/* Slots know what is only asked for; what came of it is put in their place. */
static void settle(struct batch *b)
{
    for (uint32_t i = 0; i < b->n; i++) {
        struct play_slot *slot = slot_of(b, &b->op[i]);
        if (slot) slot->made_by = 0;
    }
}

static bool keep_made(struct batch *b, const struct play_op *op, struct play_slot *slot,
                      uint64_t payload)
{
    struct session *s = b->s;
    slot->block = payload ? ledger_add(&s->ledger, payload, op->size) : 0;
    slot->key = op->key;
    if (payload && slot->block == 0) s->no_memory = true;
    s->trace.n_alloc += slot->block != 0;
    return !payload || slot->block || session_fail(s, "out of memory");
}

static bool keep_freed(struct batch *b, struct play_slot *slot)
{
    struct session *s = b->s;
    uint64_t payload, requested;
    uint32_t id = slot->block;
    slot->block = 0;
    if (!id || !ledger_find(&s->ledger, id, &payload, &requested)) return true;
    s->trace.n_free++;
    s->trace.freed = payload - session_front_bytes(s);
    if (!ledger_freed_room(&s->ledger) || !ledger_drop(&s->ledger, id, s->seq)) s->no_memory = true;
    return !s->no_memory || session_fail(s, "out of memory");
}

static bool keep_resized(struct batch *b, const struct play_op *op, struct play_slot *slot,
                         uint64_t payload)
{
    struct session *s = b->s;
    uint64_t old, requested;
    if (!slot->block || !ledger_find(&s->ledger, slot->block, &old, &requested))
        return keep_made(b, op, slot, payload);
    if (!payload) return op->size != 0 || keep_freed(b, slot);
    if (payload == old) s->trace.resized = payload - session_front_bytes(s);
    if (!ledger_freed_room(&s->ledger) ||
        !ledger_move(&s->ledger, slot->block, payload, op->size, s->seq))
        s->no_memory = true;
    return !s->no_memory || session_fail(s, "out of memory");
}

static void note_failure(struct batch *b, const struct play_op *op, uint32_t status)
{
    struct play_done *d = b->done;
    if (status == HEAP_OK || (op->size == 0 && op->kind != WIRE_PLAY_FREE)) return;
    b->s->trace.n_failed++;
    if (d->n_failed++ > 0) return;
    d->first_failed = d->n;
    snprintf(d->words, sizeof d->words, "%s",
             status < HEAP_N_STATUSES ? heap_status_text((enum heap_status)status) : "it failed");
}

static bool take(struct batch *b, const struct play_op *op, uint64_t result)
{
    uint64_t payload = WIRE_PLAYED_PAYLOAD(result);
    uint32_t status = WIRE_PLAYED_STATUS(result);
    struct play_slot *slot = slot_of(b, op);
    bool ok = true;
    note_failure(b, op, status);
    if (slot && op->kind == WIRE_PLAY_ALLOC)
        ok = keep_made(b, op, slot, payload);
    else if (slot && op->kind == WIRE_PLAY_REALLOC)
        ok = status != HEAP_OK && !payload ? op->size != 0 || keep_freed(b, slot)
                                           : keep_resized(b, op, slot, payload);
    else if (slot && status == HEAP_OK)
        ok = keep_freed(b, slot);
    else if (slot) /* the program has no use for it any more, whatever the allocator makes of it */
        slot->block = 0;
    b->done->n++;
    return ok;
}

/* A target that has died in it did what came before: what a stranger's allocator was at stands in
 * its result. Nothing is known of what that returned. */
static bool note_death(struct batch *b)
{
    const struct own_target *own = b->s->target.own;
    uint32_t at = own && own->told ? own->told->op : 0;
    b->done->n += at < b->n ? at : 0;
    return false;
}

static bool play_batch(struct batch *b)
{
    struct session *s = b->s;
    for (uint32_t i = 0; i < b->n; i++)
        put(b, i);
    bool checked = b->how & WIRE_PLAY_CHECKED;
    bool ok = session_ask(s, WIRE_PLAY, b->n, b->how, checked ? session_judged(s) : 0, b->wire,
                          b->n * (uint32_t)sizeof b->wire[0]);
    settle(b);
    if (!ok) return s->target.alive ? false : note_death(b);
    bool fewer = checked && s->answer.head.n_results > 0 && s->answer.head.n_results < b->n;
    if (fewer) b->n = s->answer.head.n_results;
    s->trace.n_verbs += b->n - 1;
    for (size_t i = 0; i < s->answer.head.n_steps; i++)
        b->done->n_steps += step_trace_weight(&s->answer.steps[i]);
    for (uint32_t i = 0; i < b->n && ok; i++)
        ok = i < s->answer.head.n_results ? take(b, &b->op[i], s->answer.results[i])
                                          : session_fail(s, "the target did not do all operations");
    b->done->unsound = ok && checked && !session_judge_said(s, s->answer.head.result);
    return ok;
}

static double milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* So many that somebody who stops it need not wait, and that no answer is taken for missing. */
static size_t next_most(size_t most, size_t least, double ms)
{
    if (ms > MOST_MS) return most > least ? most / 2 : most;
    return ms < MOST_MS / 4 && most < WIRE_PLAY_MAX ? most * 2 : most;
}

bool play_ops(struct session *s, struct play_run *run, struct play_done *done)
{
    struct batch b;
    /* Nobody knows how long a stranger's checker takes. */
    size_t least = run->checked ? 1 : BATCH_LEAST, most = run->checked ? 1 : BATCH_FIRST;
    b.s = s, b.slot = run->slot, b.done = done;
    b.how = (run->told ? WIRE_PLAY_TOLD : 0) | (run->plain ? WIRE_PLAY_PLAIN : 0) |
            (run->checked && session_judged(s) ? WIRE_PLAY_CHECKED : 0);
    *done = (struct play_done){.n = 0};
    while (done->n < run->n && !done->unsound) {
        size_t before = done->n, left = run->n - before;
        if (!session_go_on(s)) return session_fail(s, "it was stopped");
        double begin = milliseconds();
        b.op = run->op + before;
        if (run->plain && most > WIRE_PLAY_MAX / 2) most = WIRE_PLAY_MAX / 2;
        b.n = (uint32_t)(left < most ? left : most);
        if (!play_batch(&b)) return false;
        most = next_most(most, least, milliseconds() - begin);
        if (run->behind) run->behind(run, before, s->answer.results, done->n - before);
    }
    return true;
}

bool play_known(struct session *s, const struct play_run *run, const uint64_t *results,
                struct play_done *done)
{
    struct batch b;
    b.s = s, b.slot = run->slot, b.done = done;
    *done = (struct play_done){.n = 0};
    s->trace.n_verbs += run->n;
    for (size_t i = 0; i < run->n; i++)
        if (!session_go_on_at(s, i) || !take(&b, &run->op[i], results[i]))
            return s->stop ? session_fail(s, "it was stopped") : false;
    return true;
}
