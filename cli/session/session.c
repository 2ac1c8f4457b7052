/* session.c: the life of a session: beginning, ending, and the picture that it has of its target.
 * Asking stands in session_ask.c, the verbs in session_verbs.c, how a picture is made in look.c. */
#include "cli/session/session_private.h"
#include "cli/session/watch.h"
#include "cli/source/own_target.h"
#include "cli/source/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* ── Life ── */

static bool fail_to_answer(struct session *s, const struct target *t)
{
    char holder[TARGET_HOLDER] = "", words[OWN_ENDED_MAX];
    int number;
    if (t->own && own_target_ended(t->own, words, sizeof words, &number))
        return session_fail(s, "the fresh target was %s: mm_init did not come to its end", words);
    if (t->alive) target_holder(t, holder, sizeof holder);
    if (holder[0]) return session_fail(s, "the fresh target did not answer%s", holder);
    return session_fail(s, "the fresh target did not answer (%s)",
                        t->alive ? "it hangs" : t->ended);
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
            return session_fail(s, "the fresh target refused its setup: %s",
                                heap_status_text((enum heap_status)s->answer.head.status));
    }
    return true;
}

/* What stands there is the session's target from now on, of which the ledger knows nothing. */
static void become(struct session *s, const struct target *fresh, const struct session_setup *setup)
{
    session_end_target(s, &s->target, NULL);
    target_forget(&s->target);
    s->target = *fresh;
    process_memory_watch(&s->memory, fresh->pid);
    s->setup = *setup;
    s->race = (struct session_race){0};
    uint32_t now = s->ledger.now, away = s->ledger.away;
    ledger_release(&s->ledger);
    ledger_init(&s->ledger, fresh->hello.heap_start);
    s->ledger.now = now;
    s->ledger.away = away;
    s->trace.changed = s->trace.fresh = true;
    s->checked_at = UINT64_MAX;
    s->said &= WIRE_SAID_PRINTED; /* a checker that prints whatever it finds was told as one */
    s->own.deaf = s->own.has_now = s->own.has_before = false;
    session_take_printed(s);
}

bool session_restart(struct session *s, const struct session_setup *setup)
{
    struct target fresh;
    bool own = setup->policy == HEAP_OWN;
    if (own && !setup->own)
        return session_fail(s, "policy own is an allocator of your own, and there is none here; "
                               "expected brkview --allocator FILE");
    if (!(own ? target_start_own(&fresh, setup->own, s->aslr, s->timeout, s->error, sizeof s->error)
              : target_start(&fresh, s->aslr, s->timeout, s->error, sizeof s->error)))
        return false;
    fresh.source = &source_lab;
    if (!bring_up(s, &fresh, setup)) {
        session_end_target(s, &fresh, NULL);
        target_forget(&fresh);
        return false;
    }
    become(s, &fresh, setup);
    return true;
}

bool session_restart_from(struct session *s, const struct session_setup *setup,
                          struct target *stand)
{
    struct target fresh;
    if (!target_copy(stand, &fresh, true, s->timeout))
        return session_fail(s, "no copy could be made of the heap as it was");
    fresh.n_asked = 0;
    become(s, &fresh, setup);
    return true;
}

bool session_start(struct session *s, const struct session_setup *setup, bool aslr,
                   struct target_timeout *timeout)
{
    *s = (struct session){
        .aslr = aslr, .timeout = timeout, .first_setup = *setup, .target = {.fd = -1}};
    log_init(&s->log);
    ledger_init(&s->ledger, 0);
    if (!process_memory_init(&s->memory, 0)) return session_fail(s, "out of memory");
    if (!session_restart(s, setup) || !session_look(s)) {
        session_release(s);
        return false;
    }
    step_trace_reset(&s->trace, s->target.brk);
    return true;
}

bool session_attach(struct session *s, const struct watch_setup *setup)
{
    struct spawn *spawn = setup->program ? &setup->program->spawn : setup->spawn;
    *s = (struct session){.target = {.fd = -1}};
    session_setup_defaults(&s->setup, HEAP_N_POLICIES); /* nobody's of ours */
    s->first_setup = s->setup;
    log_init(&s->log);
    ledger_init(&s->ledger, 0);
    pid_t pid = setup->process->pid;
    if (!(s->watch = watch_new(setup)) || !process_memory_init(&s->memory, pid)) {
        session_fail(s, "out of memory");
    } else {
        target_watch(&s->target, s->watch->process, spawn);
        s->target.ends_spawned = s->watch->program != NULL;
        s->target.hello.page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
        if (session_look(s)) return true;
        if (setup->lends_program) s->watch->program = NULL, s->target.ends_spawned = false;
    }
    session_release(s);
    return false;
}

void session_release(struct session *s)
{
    session_end_target(s, &s->target, NULL);
    target_forget(&s->target);
    session_forget_printed(s);
    own_view_release(&s->own);
    process_memory_release(&s->memory);
    ledger_release(&s->ledger);
    log_release(&s->log);
    watch_free(s->watch);
    s->watch = NULL;
    session_forget(s);
    snapshot_free(s->snapshot);
    snapshot_free(s->sound);
    snapshot_free(s->spare);
    free_blocks_release(&s->free);
    s->snapshot = s->sound = s->spare = NULL;
}

/* A death that the log does not have would be taken for what the command before it did. */
static void log_death(struct session *s)
{
    const struct snapshot_stats *stats = snapshot_stats(s->snapshot);
    s->death_unlogged = !log_add_death(&s->log, s->seq, s->target.signal, s->target.ended,
                                       stats->heap_bytes, stats->live_bytes);
    if (s->death_unlogged) s->no_memory = true;
}

bool session_notice_death(struct session *s)
{
    bool ended = s->target.source->has_ended(&s->target);
    while (ended && s->watch && s->watch->program && pty_program_read(s->watch->program))
        continue;
    if (ended || s->death_unlogged) log_death(s);
    if (ended) session_look(s);
    return ended;
}

/* ── Looking ── */

/* Bytes of payloads are in no snapshot: who wrote them last is told apart. */
static void add_touched(struct session *s, const struct snapshot *now)
{
    uint64_t from = s->trace.touched_from, to = s->trace.touched_to, brk = snapshot_head(now)->brk;
    size_t i = snapshot_find(now, from);
    if (from == to || i == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(now, i);
    changes_add(&s->changes, (struct change){CHANGE_WRITTEN, from, to < brk ? to : brk,
                                             b.state == BLOCK_USED ? b.id : 0});
}

/* Of a command that does one thing to look at, and much besides, that alone is marked: the byte
 * that did the harm, the block looked at. */
static void show_only(struct session *s, const struct snapshot *now)
{
    uint64_t from = s->trace.shown_from, to = s->trace.shown_to, brk = snapshot_head(now)->brk;
    size_t i = from == to ? SNAPSHOT_NONE : snapshot_find(now, from);
    if (i == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(now, i);
    bool whole = s->trace.shown == CHANGE_LOOKED || s->trace.shown == CHANGE_TAKEN;
    if (whole) from = b.address, to = b.address + b.size;
    s->changes.n = s->changes.n_more = 0;
    changes_add(&s->changes,
                (struct change){(enum change_kind)s->trace.shown, from, to < brk ? to : brk, b.id});
}

void session_let_go(struct session *s, struct snapshot *old)
{
    snapshot_free(s->spare);
    s->spare = snapshot_empty(old);
}

/* Blocks that a map shows and payloads that are remembered are not the same, wherever they lie. */
static void find_changes(struct session *s, const struct snapshot *now)
{
    const struct snapshot *was = s->trace.fresh ? NULL : s->before ? s->before : s->snapshot;
    bool other = was && snapshot_head(was)->source != snapshot_head(now)->source;
    changes_find(&s->changes, other ? NULL : was, now);
    if (other) s->changes.brk_before = snapshot_head(was)->brk;
}

bool session_look(struct session *s)
{
    if (s->quiet) return true;
    if (!s->target.alive && s->snapshot && !snapshot_head(s->snapshot)->alive) return true;
    struct heap_root root = s->root;
    struct snapshot *now = session_picture(s);
    if (!now) {
        s->changes = (struct changes){.n = 0};
        return false;
    }
    if (!s->target.alive)
        s->target.brk =
            snapshot_head(now)->brk; /* brk and blocks of one moment: the last that was seen */
    find_changes(s, now);
    add_touched(s, now);
    show_only(s, now);
    own_view_commit(s, now);
    session_keep_sound(s, now, &root);
    if (s->before)
        session_let_go(s, s->snapshot); /* a second look in one command: before stays the first */
    else
        s->before = s->snapshot;
    s->snapshot = now;
    s->looked_front = s->seen_front;
    s->looks++;
    ledger_settle(&s->ledger);
    if (s->target.hung) session_end_hung(s); /* a stranger's mm_blocks */
    return true;
}

bool session_look_last(struct session *s)
{
    bool quiet = s->quiet;
    s->quiet = false;
    bool ok = session_look(s);
    s->quiet = quiet;
    return ok;
}

void session_forget(struct session *s)
{
    if (s->before) session_let_go(s, s->before);
    s->before = NULL;
    own_view_begin(&s->own);
}

size_t session_read(struct session *s, uint64_t address, void *to, size_t n)
{
    return s->target.alive ? process_memory_copy(&s->memory, address, to, n) : 0;
}
