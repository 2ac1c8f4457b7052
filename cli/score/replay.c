/* replay.c: see replay.h. */
#include "cli/score/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    bool ok = r->op != NULL;
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
    free(r->op);
    *r = (struct replay){.trace = NULL};
}

/* heap[0] is the present target's: one that was never seen has an empty heap. */
static struct replay_heap *present(struct replay *r, const struct lab *lab)
{
    pid_t pid = lab->shown.session.target.pid;
    size_t n = r->trace->n_ids;
    if (r->heap[0].pid == pid) return &r->heap[0];
    struct replay_heap other = r->heap[1];
    r->heap[1] = r->heap[0];
    r->heap[0] = other;
    if (other.pid != pid) {
        r->heap[0].pid = pid;
        r->heap[0].at = 0;
        memset(other.slot, 0, n * sizeof *other.slot);
        memset(other.named, 0, n * sizeof *other.named);
    }
    return &r->heap[0];
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

bool replay_play(struct replay *r, struct lab *lab, size_t n, struct play_done *done)
{
    struct session *s = &lab->shown.session;
    struct replay_heap *h = present(r, lab);
    if (n > r->trace->n_ops - h->at) n = r->trace->n_ops - h->at;
    bool ok = play_ops(s, r->op + h->at, n, h->slot, done);
    done->first_failed += h->at;
    h->at += done->n;
    name_blocks(r, s, h, done->n);
    return ok;
}

bool replay_from_start(struct replay *r, struct lab *lab, size_t n, struct play_done *done)
{
    const struct session_setup setup = lab->shown.session.setup;
    *done = (struct play_done){.n = 0};
    (void)present(r, lab); /* it is set aside */
    return session_restart(&lab->shown.session, &setup) && replay_play(r, lab, n, done);
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
    return begun || text_complain(error, error_bytes, "brkview-own could not begin");
}
