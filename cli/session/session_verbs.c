/* session_verbs.c: what a session asks of its target: each verb asks once and keeps the ledger. */
#include "cli/session/session_private.h"
#include "cli/source/source.h"

#include <inttypes.h>

/* What the target answered with, before it is believed. A stranger's allocator may have answered
 * with anything. */
static bool can_be_payload(struct session *s, uint64_t address)
{
    if (s->setup.policy == HEAP_OWN) return address != 0 || session_fail(s, "it returned NULL");
    uint64_t offset = address - s->ledger.base;
    if (address >= s->ledger.base && offset % HEAP_ALIGN == 0 && offset < SESSION_HEAP_MAX)
        return true;
    return session_fail(s,
                        "the target answered with 0x%" PRIx64
                        ", which can't be in its heap; `reset` makes a fresh one",
                        address);
}

bool session_keep_block(struct session *s, uint64_t address, uint64_t requested,
                        struct session_block *made)
{
    if (!can_be_payload(s, address)) return false;
    uint32_t id = ledger_add(&s->ledger, address, requested);
    s->no_memory = s->no_memory || id == 0;
    if (id == 0)
        return session_fail(s, "brkview has no memory left to remember the block at 0x%" PRIx64,
                            address);
    s->trace.n_alloc++;
    *made = (struct session_block){id, address, requested};
    if (s->setup.policy == HEAP_OWN) return session_judge_own(s, id, address, requested);
    if (block_is_recorded(s->setup.policy)) return true;
    for (size_t i = 0; i < s->answer.head.n_steps;
         i++) { /* bump keeps no record of what alignment left over */
        const struct step *step = &s->answer.steps[i];
        if (step->kind == STEP_SBRK && step->b < address && address < step->c &&
            !ledger_add_gap(&s->ledger, step->b, address - step->b))
            s->no_memory = true;
    }
    return true;
}

/* What alignment leaves over is known to nobody but us, where the heap keeps no record: nothing is
 * done if it could not be remembered. */
static bool can_remember_gap(struct session *s)
{
    if (block_is_recorded(s->setup.policy) || s->setup.policy == HEAP_OWN ||
        ledger_gap_room(&s->ledger))
        return true;
    s->no_memory = true;
    return session_fail(
        s, "brkview has no memory left to remember what alignment leaves: nothing was done");
}

bool session_alloc(struct session *s, uint64_t size, struct session_block *made)
{
    return can_remember_gap(s) && session_ask(s, WIRE_ALLOC, size, 1, 0, NULL, 0) &&
           session_keep_block(s, s->answer.head.result, size, made);
}

bool session_alloc_many(struct session *s, uint64_t size, uint64_t count, uint64_t *done)
{
    struct session_block made;
    *done = 0;
    while (*done < count && session_go_on(s)) {
        uint64_t batch = count - *done < WIRE_BATCH_MAX ? count - *done : WIRE_BATCH_MAX;
        if (!can_remember_gap(s)) return false;
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
    return can_remember_gap(s) && session_ask(s, WIRE_CALLOC, count, size, 0, NULL, 0) &&
           session_keep_block(s, s->answer.head.result, count * size, made);
}

bool session_aligned(struct session *s, uint64_t alignment, uint64_t size,
                     struct session_block *made)
{
    s->trace.aligned = true;
    return can_remember_gap(s) && session_ask(s, WIRE_ALIGNED, alignment, size, 0, NULL, 0) &&
           session_keep_block(s, s->answer.head.result, size, made);
}

/* An alloc returned the address, and the allocator knows no block there: it is not the address that
 * is wrong. */
static bool fail_unsound(struct session *s, uint32_t id)
{
    if (!s->target.alive || s->answer.head.status != HEAP_NOT_A_BLOCK) return false;
    return session_fail(
        s, "no header that agrees with the heap stands before #%" PRIu32 "'s payload%s", id,
        session_expected(HEAP_DAMAGED));
}

/* Else nothing is done: whose a free block was would be lost. */
static bool can_remember_freed(struct session *s, uint32_t id)
{
    if (ledger_freed_room(&s->ledger)) return true;
    s->no_memory = true;
    return session_fail(
        s, "brkview has no memory left to remember that #%" PRIu32 " was freed: nothing was done",
        id);
}

bool session_realloc(struct session *s, uint32_t id, uint64_t size, struct session_block *now)
{
    uint64_t payload, requested;
    if (!ledger_find(&s->ledger, id, &payload, &requested))
        return session_fail(s, "#%u is not in use", id);
    if (!can_remember_freed(s, id)) return false;
    if (!session_ask(s, WIRE_REALLOC, payload, size, requested, NULL, 0)) {
        bool freed = size == 0 && s->target.alive && s->answer.head.status == HEAP_GAVE_NULL;
        if (!freed) return fail_unsound(s, id);
        s->trace.changed = true;
        s->trace.n_failed--;
        s->trace.error = 0;
        *now = (struct session_block){.id = id};
        if (!ledger_drop(&s->ledger, id, s->seq)) s->no_memory = true;
        return true;
    }
    uint64_t address = s->answer.head.result;
    if (!can_be_payload(s, address)) return false;
    if (!ledger_move(&s->ledger, id, address, size, s->seq)) s->no_memory = true;
    if (address == payload) s->trace.resized = address - session_front_bytes(s);
    *now = (struct session_block){id, address, size};
    return s->setup.policy != HEAP_OWN || session_judge_own(s, id, address, size);
}

bool session_realloc_null(struct session *s, uint64_t size, struct session_block *made)
{
    return can_remember_gap(s) && session_ask(s, WIRE_REALLOC, 0, size, 0, NULL, 0) &&
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
    if (!ledger_find(&s->ledger, id, &payload, &requested))
        return session_fail(s, "#%u is not in use", id);
    if (!can_remember_freed(s, id)) return false;
    if (!session_ask(s, WIRE_FREE, payload, 0, 0, NULL, 0)) return fail_unsound(s, id);
    s->trace.n_free++;
    if (s->setup.policy == HEAP_OWN)
        s->own.freed_from = payload, s->own.freed_to = payload + requested;
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

/* Of a stranger's payload the bytes may be nowhere. */
static bool can_touch(struct session *s, uint64_t address, uint64_t n)
{
    bool own = s->setup.policy == HEAP_OWN && s->target.alive;
    if (!own || own_readable(s, address, address + n) || s->memory.refused || s->memory.gone)
        return true;
    return session_fail(s,
                        "not all of the %" PRIu64 " bytes at 0x%" PRIx64
                        " are on mapped pages; expected bytes that can be touched",
                        n, address);
}

bool session_write(struct session *s, uint64_t address, const void *bytes, size_t n)
{
    if (!can_touch(s, address, n)) return false;
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
    if (!can_touch(s, address, n)) return false;
    if (!session_ask(s, WIRE_FILL, address, n, byte, NULL, 0)) return false;
    s->trace.touched_from = address;
    s->trace.touched_to = address + n;
    return true;
}

bool session_set(struct session *s, enum heap_switch which, uint64_t value)
{
    char lacks[SOURCE_LACKS_MAX];
    if (source_lacks(s->target.source, SOURCE_ASK, lacks, sizeof lacks))
        return session_fail(s, "%s; expected theme, mouse, addresses or projector", lacks);
    if (!heap_policy_has(s->setup.policy, which))
        return session_fail(
            s, "policy %s has no switch %s; expected a policy that does, such as first-fit",
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
