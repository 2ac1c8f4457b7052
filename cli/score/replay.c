/* replay.c: see replay.h. */
#include "cli/score/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/score/blame.h"
#include "cli/text/text.h"

static const enum wire_play_kind kinds[] = {[TRACE_ALLOC] = WIRE_PLAY_ALLOC,
                                            [TRACE_REALLOC] = WIRE_PLAY_REALLOC,
                                            [TRACE_FREE] = WIRE_PLAY_FREE};

static void convert(struct replay *r)
{
    uint32_t *size = calloc(r->trace->n_ids + (size_t)1, sizeof *size);
    uint64_t live = 0, most = 0;
    for (size_t i = 0; i < r->trace->n_ops; i++) {
        const struct trace_op *op = &r->trace->op[i];
        r->op[i] = (struct play_op){.kind = kinds[op->kind],
                                    .slot = op->id < 0 ? PLAY_NOTHING : (uint32_t)op->id,
                                    .size = op->size,
                                    .key = (uint32_t)i};
        if (!size || op->id < 0) continue;
        live = live - size[op->id] + op->size;
        size[op->id] = op->size;
        if (live > most) {
            most = live;
            r->peak = i + 1;
        }
    }
    free(size);
}

bool replay_init(struct replay *r, const struct trace *trace, const char *name,
                 const struct runner *runner)
{
    *r = (struct replay){.trace = trace, .name = name, .runner = runner, .victim = -1};
    r->op = calloc(trace->n_ops + 1, sizeof *r->op);
    bool ok = checkpoints_init(&r->checkpoints, trace->n_ops) && r->op != NULL;
    for (size_t i = 0; i < 2; i++) {
        r->heap[i].slot = calloc(trace->n_ids + (size_t)1, sizeof *r->heap[i].slot);
        r->heap[i].named = calloc(trace->n_ids + (size_t)1, sizeof *r->heap[i].named);
        ok = ok && r->heap[i].slot && r->heap[i].named;
    }
    if (ok) convert(r);
    return ok;
}

void replay_release(struct replay *r)
{
    for (size_t i = 0; i < 2; i++) {
        free(r->heap[i].slot);
        free(r->heap[i].named);
    }
    checkpoints_release(&r->checkpoints);
    free(r->op);
    *r = (struct replay){.trace = NULL};
}

/* heap[0] is the present target's: one that was never seen has an empty heap. */
static struct replay_heap *present(struct replay *r, const struct lab *lab)
{
    pid_t pid = lab->shown.session.target.pid;
    size_t n = r->trace->n_ids;
    if (r->heap[0].pid == pid) return &r->heap[0];
    if (r->heap[1].pid == pid || r->heap[0].at > 0) { /* an empty one is not worth keeping */
        struct replay_heap other = r->heap[1];
        r->heap[1] = r->heap[0];
        r->heap[0] = other;
    }
    struct replay_heap *h = &r->heap[0];
    if (h->pid != pid) {
        *h = (struct replay_heap){.pid = pid, .slot = h->slot, .named = h->named};
        memset(h->slot, 0, n * sizeof *h->slot);
        memset(h->named, 0, n * sizeof *h->named);
    }
    return h;
}

size_t replay_at(struct replay *r, const struct lab *lab) { return present(r, lab)->at; }

uint32_t replay_block(struct replay *r, const struct lab *lab, int32_t id)
{
    return id >= 0 && (uint32_t)id < r->trace->n_ids ? present(r, lab)->slot[id].block : 0;
}

/* An id that is allocated again while it is live names the new block. */
static void name_block(struct session *s, struct replay_heap *h, uint32_t id)
{
    uint64_t payload, requested;
    char name[LEDGER_NAME_MAX];
    uint32_t block = h->slot[id].block, before = h->named[id];
    if (block == 0 || block == before) return;
    snprintf(name, sizeof name, "t%" PRIu32, id);
    bool taken = before && ledger_find(&s->ledger, before, &payload, &requested);
    if (!(taken ? ledger_name_set : ledger_name_add)(&s->ledger, block, name)) s->no_memory = true;
    h->named[id] = block;
}

/* Blocks that n operations have made get their names. */
static void name_blocks(struct replay *r, struct session *s, struct replay_heap *h, size_t n)
{
    for (size_t i = h->at - n; i < h->at; i++)
        if (r->op[i].slot != PLAY_NOTHING) name_block(s, h, r->op[i].slot);
}

/* ── Playing ── */

enum { TOLD = 16 }; /* operations of one command that are told step by step */

struct playing {
    struct play_run run;
    struct replay *r;
    struct replay_heap *heap;
    struct session *session;
    struct play_done *done;
    struct timespec begin, kept; /* when it began, and when a checkpoint was made last */
};

static double since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) * 1e3 + (double)(now.tv_nsec - then->tv_nsec) / 1e6;
}

/* What is printed in between would not be printed again. */
static bool can_keep(const struct replay_heap *h, const struct session *s)
{
    return h->kept && !s->target.has_printed;
}

static void behind(struct play_run *run, size_t from, const uint64_t *results, size_t n)
{
    struct playing *p = (struct playing *)run;
    struct replay_heap *h = p->heap;
    if (!can_keep(h, p->session)) return;
    memcpy(p->r->checkpoints.results + h->at + from, results, n * sizeof *results);
    if (since(&p->kept) < p->r->checkpoints.every_ms) return;
    checkpoints_add(&p->r->checkpoints, p->session, h->at + from + n, h->ms + since(&p->begin),
                    h->n_steps + p->done->n_steps);
    clock_gettime(CLOCK_MONOTONIC, &p->kept);
}

/* A heap in which nothing was done yet may be the first checkpoint. */
static void begin_keeping(struct replay *r, struct replay_heap *h, struct session *s)
{
    bool alone = h->n_asked == s->target.n_asked && !s->target.has_printed;
    if (h->at == 0 && alone && !h->kept && !checkpoints_are_of(&r->checkpoints, &s->setup))
        h->kept = checkpoints_add(&r->checkpoints, s, 0, 0, 0);
    h->kept = h->kept && alone && checkpoints_are_of(&r->checkpoints, &s->setup);
}

static bool play(struct replay *r, struct lab *lab, size_t n, bool told, bool checked,
                 struct play_done *done)
{
    struct session *s = &lab->shown.session;
    struct replay_heap *h = present(r, lab);
    if (n > r->trace->n_ops - h->at) n = r->trace->n_ops - h->at;
    begin_keeping(r, h, s);
    struct playing p = {.run = {.op = r->op + h->at,
                                .n = n,
                                .slot = h->slot,
                                .told = told,
                                .checked = checked,
                                .behind = behind},
                        .r = r,
                        .heap = h,
                        .session = s,
                        .done = done};
    clock_gettime(CLOCK_MONOTONIC, &p.begin);
    p.kept = p.begin;
    bool ok = play_ops(s, &p.run, done);
    done->first_failed += h->at;
    h->at += done->n;
    h->ms += since(&p.begin);
    h->n_steps += done->n_steps;
    h->n_asked = s->target.n_asked;
    h->kept = can_keep(h, s);
    name_blocks(r, s, h, done->n);
    return ok;
}

bool replay_play(struct replay *r, struct lab *lab, size_t n, struct play_done *done)
{
    bool checked = lab->checkheap && !lab->shown.session.quiet;
    return play(r, lab, n, n <= TOLD, checked, done);
}

/* A copy of that heap is the session's, and what is known of it, too. False with s->error; dropped:
 * it is no checkpoint any more, and all is as it was. */
static bool begin_from(struct replay *r, struct lab *lab, struct checkpoint *point, bool *dropped,
                       struct play_done *done)
{
    struct session *s = &lab->shown.session;
    const struct session_setup setup = s->setup;
    *dropped = !session_restart_from(s, &setup, &point->target);
    if (*dropped) {
        checkpoints_drop(&r->checkpoints, point);
        return false;
    }
    struct replay_heap *h = present(r, lab);
    const struct play_run run = {.op = r->op, .n = point->at, .slot = h->slot};
    const struct step skipped = {.kind = STEP_SKIPPED, .a = point->n_steps};
    if (point->n_steps) step_trace_add(&s->trace, &skipped, 1);
    bool ok = play_known(s, &run, r->checkpoints.results, done);
    h->at = done->n;
    h->ms = point->ms;
    h->n_steps = point->n_steps;
    h->kept = ok;
    name_blocks(r, s, h, done->n);
    return ok;
}

static bool begin_anew(struct replay *r, struct lab *lab, size_t n, struct play_done *done)
{
    const struct session_setup setup = lab->shown.session.setup;
    while (checkpoints_are_of(&r->checkpoints, &setup)) {
        bool dropped;
        struct checkpoint *point = checkpoints_before(&r->checkpoints, n);
        if (!point) break;
        if (begin_from(r, lab, point, &dropped, done)) return true;
        if (!dropped) return false;
    }
    *done = (struct play_done){.n = 0};
    return session_restart(&lab->shown.session, &setup);
}

bool replay_from_start(struct replay *r, struct lab *lab, size_t n, struct play_done *done)
{
    struct play_done before;
    *done = (struct play_done){.n = 0};
    (void)present(r, lab); /* it is set aside */
    if (!begin_anew(r, lab, n, &before)) return false;
    bool ok = play(r, lab, n - before.n, n <= TOLD, false, done);
    done->n += before.n;
    done->n_failed += before.n_failed;
    if (before.n_failed) {
        done->first_failed = before.first_failed;
        snprintf(done->words, sizeof done->words, "%s", before.words);
    }
    return ok;
}

/* ── What is wrong ── */

char *replay_placed(const struct replay *r, const struct lab *lab, const char *text)
{
    char *placed = NULL;
    size_t bytes = 0;
    FILE *to = open_memstream(&placed, &bytes);
    uint64_t start = lab->shown.session.target.hello.heap_start;
    if (!to) return NULL;
    while (*text) {
        char *end = NULL;
        uint64_t value = strncmp(text, "0x", 2) == 0 ? strtoull(text, &end, 16) : 0;
        bool ours = end && value >= r->heap_lo && value < r->heap_hi;
        if (ours)
            fprintf(to, "0x%" PRIx64, value - r->heap_lo + start);
        else
            putc(*text, to);
        text = ours ? end : text + 1;
    }
    return fclose(to) == 0 ? placed : NULL;
}

static void take_victim(struct replay *r, const struct own_result *result)
{
    bool any =
        result->fault == OWN_OVERLAP || result->fault == OWN_GARBLED || result->fault == OWN_LOST;
    if (any && result->other.id < r->trace->n_ids) r->victim = (int32_t)result->other.id;
}

bool replay_judge(struct replay *r, char *error, size_t error_bytes)
{
    struct runner_end end;
    if (r->judged) return true;
    if (!r->runner)
        return text_complain(error, error_bytes,
                             "what is wrong is looked for in an allocator of your own; expected "
                             "`brkview replay mm.c TRACE`");
    if (!runner_run(r->runner, r->trace, RUNNER_CHECK, &end, error, error_bytes)) return false;
    bool begun = end.end != CHILD_STOPPED && end.result.version == OWN_VERSION;
    r->heap_lo = end.result.lo;
    r->heap_hi = r->heap_lo + r->runner->heap_most;
    if (begun && !verdict_of(&r->verdict, r->runner, &end, r->trace, RUNNER_CHECK, r->name)) {
        blame_find(&r->verdict, r->runner, r->trace, RUNNER_CHECK, r->name, &end.result);
        take_victim(r, &end.result);
    }
    runner_release(&end);
    r->judged = begun;
    return begun || runner_complain(r->runner, error, error_bytes);
}
