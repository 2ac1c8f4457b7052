/* session.c: the life of a session, and its verbs: each asks the target once and keeps the ledger.
 * Looking stands in look.c. */
#include "cli/session/session_private.h"
#include "cli/source/source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fail(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool fail(struct session *s, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(s->error, sizeof s->error, format, list);
    va_end(list);
    return false;
}

void session_setup_defaults(struct session_setup *setup, enum heap_policy policy)
{
    *setup = (struct session_setup){
        .policy = policy,
        .limit = HEAP_NO_LIMIT,
        .value = {[HEAP_SPLIT] = 1,
                  [HEAP_COALESCE] = 1,
                  [HEAP_TRIM] = 1,
                  [HEAP_ORDER] = HEAP_ORDER_ADDRESS,
                  [HEAP_GROWTH] = 1,
                  [HEAP_LOCK] = 1},
    };
}

/* ── Asking ── */

bool session_go_on(struct session *s)
{
    struct timespec now;
    if (s->stop || !s->ear) return !s->stop;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ms =
        (long)(now.tv_sec - s->heard.tv_sec) * 1000 + (now.tv_nsec - s->heard.tv_nsec) / 1000000;
    if (ms >= (long)s->ear->every_ms) {
        s->heard = now;
        s->ear->hear(s->ear, s);
    }
    return !s->stop;
}

void session_end_target(struct session *s, struct target *t, const char *why)
{
    if (t->source && !t->source->end(t, why)) snprintf(s->left, sizeof s->left, "%s", t->left);
}

/* The target did not answer in time. It gets a last look from outside, then it is ended. */
static void end_hung(struct session *s)
{
    char holder[TARGET_HOLDER], words[sizeof s->target.ended];
    s->target.hung = false;
    session_look(s);
    target_holder(&s->target, holder, sizeof holder);
    snprintf(words, sizeof words, "ended, because it did not answer%.60s", holder);
    session_end_target(s, &s->target, words);
}

static bool fail_dead(struct session *s)
{
    return fail(s, "the target is dead (%s); expected `undo` or `reset` first", s->target.ended);
}

static bool step_changes(const struct step *step)
{
    return step->kind == STEP_WRITE || step->kind == STEP_SBRK || step->kind == STEP_TRIM ||
           step->kind == STEP_COPY || step->kind == STEP_FILL;
}

/* What is expected instead, behind the allocator's own words. */
static const char *expected_of(enum heap_status status)
{
    switch (status) {
    case HEAP_NO_MEMORY:
    case HEAP_BAD_SIZE:
    case HEAP_PRODUCT:
    case HEAP_TOO_FAR:
        return "; expected less";
    case HEAP_ZERO_SIZE:
        return "; expected at least one";
    case HEAP_UNKNOWN_LENGTH:
        return ", for bump keeps no record; expected a policy that does, such as header";
    case HEAP_NOT_A_BLOCK:
        return "; expected what an alloc returned, unharmed";
    case HEAP_ALREADY_FREE:
        return "; expected one that is in use";
    case HEAP_DAMAGED:
    case HEAP_CYCLE:
        return "; expected a sound heap: `check` tells what broke, `undo` mends it";
    default:
        return "";
    }
}

bool session_ask(struct session *s, enum wire_op op, uint64_t a, uint64_t b, uint64_t c,
                 const void *data, uint32_t data_bytes)
{
    char lacks[SOURCE_LACKS_MAX];
    if (!s->target.alive) return fail_dead(s);
    if (source_lacks(s->target.source, SOURCE_ASK, lacks, sizeof lacks))
        return fail(s, "%s", lacks);
    session_go_on(s);
    struct wire_request request = {.op = op, .a = a, .b = b, .c = c, .data_bytes = data_bytes};
    s->trace.n_verbs++;
    if (!s->target.source->ask(&s->target, &request, data, &s->answer, s->timeout)) {
        if (s->target.hung) end_hung(s);
        s->trace.changed = true;
        s->trace.n_failed++;
        return fail(s,
                    "the target was %s while it did this; `undo` or `reset` brings the heap back",
                    s->target.ended);
    }
    const struct wire_answer *answer = &s->answer.head;
    trace_add(&s->trace, s->answer.steps, answer->n_steps);
    for (size_t i = 0; i < answer->n_steps && !s->trace.changed; i++) {
        const struct step *step = &s->answer.steps[i];
        s->trace.changed = step_changes(step) && !(step->kind == STEP_SBRK && step->b == step->c);
    }
    if (answer->status == HEAP_OK) {
        s->trace.changed = true;
        return true;
    }
    s->trace.n_failed++;
    if (answer->error != 0) s->trace.error = answer->error;
    if (answer->status == HEAP_LIMIT)
        return fail(s,
                    "out of memory: the limit of %" PRIu64
                    " bytes refused, not the kernel (the heap has %" PRIu64 " now)",
                    s->setup.limit, s->target.brk - s->target.hello.heap_start);
    if (answer->status == HEAP_NOT_EMPTY)
        return fail(s, "the heap is not empty, and canaries change the format of its blocks; "
                       "expected an empty heap, as after `reset`");
    if (answer->status == HEAP_BUSY)
        return fail(s, "a thread is held inside the allocator; expected `race step 1`, `race step "
                       "2` or `race end` first");
    return fail(s, "%s%s", heap_status_text((enum heap_status)answer->status),
                expected_of((enum heap_status)answer->status));
}

/* ── Life ── */

static bool fail_to_answer(struct session *s, const struct target *t)
{
    char holder[TARGET_HOLDER] = "";
    if (t->alive) target_holder(t, holder, sizeof holder);
    if (holder[0]) return fail(s, "the fresh target did not answer%s", holder);
    return fail(s, "the fresh target did not answer (%s)", t->alive ? "it hangs" : t->ended);
}

/* Bring a fresh target to setup. Nothing of this is the person's doing, so it leaves no trace. */
static bool bring_up(struct session *s, struct target *t, const struct session_setup *setup)
{
    struct wire_request requests[2 + HEAP_N_SWITCHES] = {{.op = WIRE_POLICY, .a = setup->policy}};
    size_t n = 1;
    requests[n++] = (struct wire_request){.op = WIRE_LIMIT, .a = setup->limit};
    struct session_setup
        usual; /* a lock and guards that are as a fresh heap has them need not be asked for */
    session_setup_defaults(&usual, setup->policy);
    for (unsigned i = 0; i < HEAP_N_SWITCHES; i++)
        if (heap_policy_has(setup->policy, (enum heap_switch)i) &&
            (i < HEAP_LOCK || setup->value[i] != usual.value[i]))
            requests[n++] = (struct wire_request){.op = WIRE_SET, .a = i, .b = setup->value[i]};
    for (size_t i = 0; i < n; i++) {
        if (!t->source->ask(t, &requests[i], NULL, &s->answer, s->timeout))
            return fail_to_answer(s, t);
        if (s->answer.head.status != HEAP_OK)
            return fail(s, "the fresh target refused its setup: %s",
                        heap_status_text((enum heap_status)s->answer.head.status));
    }
    return true;
}

bool session_restart(struct session *s, const struct session_setup *setup)
{
    struct target fresh;
    if (!target_start(&fresh, s->aslr, s->timeout, s->error, sizeof s->error)) return false;
    fresh.source = &source_lab;
    if (!bring_up(s, &fresh, setup)) {
        session_end_target(s, &fresh, NULL);
        return false;
    }
    session_end_target(s, &s->target, NULL);
    s->target = fresh;
    process_memory_watch(&s->memory, fresh.pid);
    s->setup = *setup;
    s->race = (struct session_race){0};
    uint32_t now = s->ledger.now, away = s->ledger.away;
    ledger_release(&s->ledger);
    ledger_init(&s->ledger, fresh.hello.heap_start);
    s->ledger.now = now;
    s->ledger.away = away;
    s->trace.changed = s->trace.fresh = true;
    return true;
}

bool session_start(struct session *s, const struct session_setup *setup, bool aslr,
                   struct target_timeout *timeout)
{
    *s = (struct session){
        .aslr = aslr, .timeout = timeout, .first_setup = *setup, .target = {.fd = -1}};
    log_init(&s->log);
    ledger_init(&s->ledger, 0);
    if (!process_memory_init(&s->memory, 0)) return fail(s, "out of memory");
    if (!session_restart(s, setup) || !session_look(s)) {
        session_release(s);
        return false;
    }
    trace_reset(&s->trace, s->target.brk);
    return true;
}

void session_release(struct session *s)
{
    session_end_target(s, &s->target, NULL);
    process_memory_release(&s->memory);
    ledger_release(&s->ledger);
    log_release(&s->log);
    session_forget(s);
    snapshot_free(s->snapshot);
    snapshot_free(s->sound);
    s->snapshot = s->sound = NULL;
}

bool session_notice_death(struct session *s)
{
    if (!s->target.source->has_ended(&s->target)) return false;
    const struct snapshot_stats *stats = snapshot_stats(s->snapshot);
    log_add_death(&s->log, s->seq, s->target.signal, s->target.ended, stats->heap_bytes,
                  stats->live_bytes);
    session_look(s);
    return true;
}

/* ── The verbs ── */

bool session_keep_block(struct session *s, uint64_t address, uint64_t requested,
                        struct session_block *made)
{
    uint64_t offset = address - s->ledger.base;
    if (address < s->ledger.base || offset % HEAP_ALIGN != 0 || offset >= SESSION_HEAP_MAX)
        return fail(s,
                    "the target answered with 0x%" PRIx64
                    ", which can't be in its heap; `reset` makes a fresh one",
                    address);
    uint32_t id = ledger_add(&s->ledger, address, requested);
    s->no_memory = s->no_memory || id == 0;
    if (id == 0)
        return fail(s, "brkview has no memory left to remember the block at 0x%" PRIx64, address);
    s->trace.n_alloc++;
    *made = (struct session_block){id, address, requested};
    if (block_is_recorded(s->setup.policy)) return true;
    for (size_t i = 0; i < s->answer.head.n_steps;
         i++) { /* bump keeps no record of what alignment left over */
        const struct step *step = &s->answer.steps[i];
        if (step->kind == STEP_SBRK && step->b < address && address < step->c)
            ledger_add_gap(&s->ledger, step->b, address - step->b);
    }
    return true;
}

bool session_alloc(struct session *s, uint64_t size, struct session_block *made)
{
    return session_ask(s, WIRE_ALLOC, size, 1, 0, NULL, 0) &&
           session_keep_block(s, s->answer.head.result, size, made);
}

bool session_alloc_many(struct session *s, uint64_t size, uint64_t count, uint64_t *done)
{
    struct session_block made;
    *done = 0;
    while (*done < count && session_go_on(s)) {
        uint64_t batch = count - *done < WIRE_BATCH_MAX ? count - *done : WIRE_BATCH_MAX;
        bool ok = session_ask(s, WIRE_ALLOC, size, batch, 0, NULL, 0);
        if (!s->target.alive) return false;
        uint64_t n = s->answer.head.n_results;
        if (batch == 1 && ok && n == 0) s->answer.results[0] = s->answer.head.result, n = 1;
        for (uint64_t i = 0; i < n; i++, ++*done)
            if (!session_keep_block(s, s->answer.results[i], size, &made)) return false;
        s->trace.n_verbs += ok && n ? n - 1 : n; /* the one that was refused, too */
        if (!ok) return false;
    }
    return true;
}

bool session_calloc(struct session *s, uint64_t count, uint64_t size, struct session_block *made)
{
    return session_ask(s, WIRE_CALLOC, count, size, 0, NULL, 0) &&
           session_keep_block(s, s->answer.head.result, count * size, made);
}

bool session_aligned(struct session *s, uint64_t alignment, uint64_t size,
                     struct session_block *made)
{
    s->trace.aligned = true;
    return session_ask(s, WIRE_ALIGNED, alignment, size, 0, NULL, 0) &&
           session_keep_block(s, s->answer.head.result, size, made);
}

/* An alloc returned the address, and the allocator knows no block there: it is not the address that
 * is wrong. */
static bool fail_unsound(struct session *s, uint32_t id)
{
    if (!s->target.alive || s->answer.head.status != HEAP_NOT_A_BLOCK) return false;
    return fail(s, "no header that agrees with the heap stands before #%" PRIu32 "'s payload%s", id,
                expected_of(HEAP_DAMAGED));
}

/* Else nothing is done: whose a free block was would be lost. */
static bool can_remember_freed(struct session *s, uint32_t id)
{
    if (ledger_freed_room(&s->ledger)) return true;
    s->no_memory = true;
    return fail(
        s, "brkview has no memory left to remember that #%" PRIu32 " was freed: nothing was done",
        id);
}

bool session_realloc(struct session *s, uint32_t id, uint64_t size, struct session_block *now)
{
    uint64_t payload, requested;
    if (!ledger_find(&s->ledger, id, &payload, &requested)) return fail(s, "#%u is not in use", id);
    if (!can_remember_freed(s, id)) return false;
    if (!session_ask(s, WIRE_REALLOC, payload, size, 0, NULL, 0)) return fail_unsound(s, id);
    uint64_t address = s->answer.head.result;
    if (address < s->ledger.base || address % HEAP_ALIGN != 0 ||
        address - s->ledger.base >= SESSION_HEAP_MAX)
        return fail(s,
                    "the target answered with 0x%" PRIx64
                    ", which can't be in its heap; `reset` makes a fresh one",
                    address);
    if (!ledger_move(&s->ledger, id, address, size, s->seq)) s->no_memory = true;
    if (address == payload) s->trace.resized = address - session_front_bytes(s);
    *now = (struct session_block){id, address, size};
    return true;
}

bool session_realloc_null(struct session *s, uint64_t size, struct session_block *made)
{
    return session_ask(s, WIRE_REALLOC, 0, size, 0, NULL, 0) &&
           session_keep_block(s, s->answer.head.result, size, made);
}

bool session_free_null(struct session *s)
{
    bool before = s->trace.changed, ok = session_ask(s, WIRE_FREE, 0, 0, 0, NULL, 0);
    if (ok) s->trace.changed = before;
    return ok;
}

bool session_free(struct session *s, uint32_t id)
{
    uint64_t payload, requested;
    if (!ledger_find(&s->ledger, id, &payload, &requested)) return fail(s, "#%u is not in use", id);
    if (!can_remember_freed(s, id)) return false;
    if (!session_ask(s, WIRE_FREE, payload, 0, 0, NULL, 0)) return fail_unsound(s, id);
    s->trace.n_free++;
    s->trace.freed = payload - session_front_bytes(s);
    if (!ledger_drop(&s->ledger, id, s->seq)) s->no_memory = true;
    return true;
}

bool session_free_at(struct session *s, uint64_t payload)
{
    return session_ask(s, WIRE_FREE, payload, 0, 0, NULL, 0);
}

bool session_sbrk(struct session *s, int64_t delta, bool force, uint64_t *before)
{
    bool ok = session_ask(s, WIRE_SBRK, (uint64_t)delta, force, 0, NULL, 0);
    if (delta == 0 && s->trace.n_verbs == 1)
        s->trace.changed = !s->target.alive; /* asking where brk is changes nothing */
    if (!ok) return false;
    *before = s->answer.head.result;
    return true;
}

bool session_write(struct session *s, uint64_t address, const void *bytes, size_t n)
{
    for (size_t done = 0; done < n;) {
        size_t piece = n - done < WIRE_DATA_MAX ? n - done : WIRE_DATA_MAX;
        if (!session_ask(s, WIRE_WRITE, address + done, 0, 0, (const char *)bytes + done,
                         (uint32_t)piece))
            return false;
        done += piece;
    }
    s->trace.touched_from = address;
    s->trace.touched_to = address + n;
    return true;
}

bool session_fill(struct session *s, uint64_t address, uint64_t n, uint8_t byte)
{
    if (!session_ask(s, WIRE_FILL, address, n, byte, NULL, 0)) return false;
    s->trace.touched_from = address;
    s->trace.touched_to = address + n;
    return true;
}

bool session_set(struct session *s, enum heap_switch which, uint64_t value)
{
    if (!heap_policy_has(s->setup.policy, which))
        return fail(s, "policy %s has no switch %s; expected a policy that does, such as first-fit",
                    heap_policy_name(s->setup.policy), heap_switch_name(which));
    if (!session_ask(s, WIRE_SET, which, value, 0, NULL, 0)) return false;
    s->setup.value[which] = value;
    return true;
}

bool session_limit(struct session *s, uint64_t limit)
{
    if (!session_ask(s, WIRE_LIMIT, limit, 0, 0, NULL, 0)) return false;
    s->setup.limit = limit;
    return true;
}
