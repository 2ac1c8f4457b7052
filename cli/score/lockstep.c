/* lockstep.c: see lockstep.h. */
#include "cli/score/lockstep.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/score/lockstep_private.h"
#include "cli/text/text.h"

/* ── Beginning and ending ── */

bool lockstep_no_memory(struct lockstep *l)
{
    return text_complain(l->error, sizeof l->error, "out of memory");
}

static uint64_t brk_of(const struct session *s) { return s->target.brk - s->ledger.base; }

bool lockstep_heap_begin(struct lockstep *l, struct lockstep_heap *h,
                         const struct lockstep_setup *setup)
{
    size_t ids = l->trace->n_ids;
    *h = (struct lockstep_heap){.setup = setup, .session = calloc(1, sizeof *h->session)};
    h->block = calloc(ids + 1, sizeof *h->block);
    h->size = calloc(ids + 1, sizeof *h->size);
    h->slot = calloc(ids + 1, sizeof *h->slot);
    h->at = calloc(ids + 1, sizeof *h->at);
    if (!h->session || !h->block || !h->size || !h->slot || !h->at) return lockstep_no_memory(l);
    if (!session_start(h->session, &setup->setup, false, l->timeout)) {
        text_complain(l->error, sizeof l->error, "%s: %.400s", text_printable(setup->name),
                      h->session->error);
        free(h->session);
        h->session = NULL;
        return false;
    }
    h->session->quiet = true;
    h->counts_looks = setup->setup.policy != HEAP_OWN; /* a stranger tells nothing */
    h->brk = h->most_heap = brk_of(h->session);
    return true;
}

/* Of a trace whose operations all succeed. */
static bool find_peak(struct lockstep *l)
{
    const struct trace *t = l->trace;
    uint32_t *size = calloc((size_t)t->n_ids + 1, sizeof *size);
    uint64_t live = 0, most = 0;
    if (!size) return lockstep_no_memory(l);
    for (size_t i = 0; i < t->n_ops; i++) {
        const struct trace_op *op = &t->op[i];
        if (op->id < 0) continue;
        if (op->kind != TRACE_ALLOC) live -= size[op->id];
        live += op->size;
        size[op->id] = op->size;
        if (live <= most) continue;
        most = live;
        l->peak_op = i + 1;
    }
    free(size);
    return true;
}

bool lockstep_begin(struct lockstep *l, const struct lockstep_setup *setups, size_t n,
                    const struct trace *trace, struct target_timeout *timeout)
{
    *l = (struct lockstep){.trace = trace, .timeout = timeout};
    if (!find_peak(l)) return false;
    for (size_t i = 0; i < n && i < LOCKSTEP_MOST; i++) {
        l->n++;
        if (!lockstep_heap_begin(l, &l->heap[i], &setups[i])) return false;
    }
    return true;
}

void lockstep_heap_release(struct lockstep_heap *h)
{
    if (h->session) session_release(h->session);
    free(h->session);
    free(h->block);
    free(h->size);
    free(h->slot);
    free(h->at);
    cover_release(&h->cover);
}

void lockstep_release(struct lockstep *l)
{
    for (size_t i = 0; i < l->n; i++)
        lockstep_heap_release(&l->heap[i]);
    l->n = 0;
}

/* ── One operation in one heap ── */

/* A run of looks that is not told one by one stands as their number. */
static uint64_t count_looks(const struct target_answer *answer)
{
    uint64_t n = 0;
    for (size_t i = 0; i < answer->head.n_steps; i++) {
        const struct step *step = &answer->steps[i];
        n += step->kind == STEP_PROBE ? 1 : step->kind == STEP_SKIPPED ? step->a : 0;
    }
    return n;
}

void lockstep_forget(struct lockstep_heap *h, int32_t id)
{
    if (!h->block[id]) return;
    h->live_bytes -= h->size[id];
    h->block[id] = 0;
}

void lockstep_keep(struct lockstep_heap *h, const struct trace_op *op, uint32_t block,
                   uint64_t address)
{
    h->block[op->id] = block;
    h->size[op->id] = op->size;
    h->live_bytes += op->size;
    h->at[op->id] = h->offset = address - h->session->ledger.base;
}

static bool do_free(struct lockstep_heap *h, const struct trace_op *op)
{
    uint32_t block = op->id < 0 ? 0 : h->block[op->id];
    if (!block) return session_free_null(h->session);
    lockstep_forget(h, op->id);
    return session_free(h->session, block);
}

static bool do_resize(struct lockstep_heap *h, const struct trace_op *op)
{
    struct session_block b;
    uint32_t block = h->block[op->id];
    bool ok = block ? session_realloc(h->session, block, op->size, &b)
                    : session_realloc_null(h->session, op->size, &b);
    if (!ok) return false;
    lockstep_forget(h, op->id);
    lockstep_keep(h, op, b.id, b.address);
    return true;
}

static bool do_alloc(struct lockstep_heap *h, const struct trace_op *op)
{
    struct session_block b;
    if (!session_alloc(h->session, op->size, &b)) return false;
    lockstep_keep(h, op, b.id, b.address);
    return true;
}

static void note_failure(struct lockstep_heap *h, size_t op)
{
    const struct session *s = h->session;
    h->n_failed++;
    if (!h->failure.op) {
        h->failure.op = op;
        snprintf(h->failure.words, sizeof h->failure.words, "%.199s", s->error);
    }
    if (s->target.alive) return;
    h->death.op = op;
    snprintf(h->death.words, sizeof h->death.words, "the target was %.180s", s->target.ended);
}

void lockstep_heap_count(struct lockstep_heap *h, uint64_t brk)
{
    h->grew = brk > h->brk;
    h->brk = brk;
    if (h->brk > h->most_heap) h->most_heap = h->brk;
    if (h->live_bytes > h->peak.live_bytes)
        h->peak = (struct lockstep_moment){
            .op = h->n_ops, .heap_bytes = h->brk, .live_bytes = h->live_bytes};
}

void lockstep_heap_do(struct lockstep_heap *h, const struct trace_op *op)
{
    struct session *s = h->session;
    bool frees = lockstep_frees(op);
    step_trace_reset(&s->trace, s->target.brk);
    h->offset = 0;
    h->n_ops++;
    s->answer.head.n_steps = 0;
    bool ok = frees ? do_free(h, op) : op->kind == TRACE_ALLOC ? do_alloc(h, op) : do_resize(h, op);
    h->failed = !ok;
    if (!ok) note_failure(h, h->n_ops);
    if (h->death.op) return;
    h->n_requests += !frees;
    h->n_looked += frees ? 0 : count_looks(&s->answer);
    lockstep_heap_count(h, brk_of(s));
}

/* ── All of them ── */

static bool part(struct lockstep_parting *p, size_t op, size_t other, enum lockstep_by by,
                 uint64_t of_one, uint64_t of_other)
{
    *p = (struct lockstep_parting){
        .op = op, .other = other, .by = by, .of_one = of_one, .of_other = of_other};
    return true;
}

static bool has_died(const struct lockstep *l, const struct lockstep_heap *h)
{
    return h->death.op && h->death.op <= l->at;
}

/* The first is the one that the others are compared with: if none differs from it, none does. */
static void find_parting(struct lockstep *l)
{
    const struct lockstep_heap *a = &l->heap[0];
    for (size_t i = 1; i < l->n && !l->parted.op; i++) {
        const struct lockstep_heap *b = &l->heap[i];
        if (a->failed != b->failed)
            part(&l->parted, l->at, i, PARTED_RESULT, a->failed, b->failed);
        else if (a->offset != b->offset)
            part(&l->parted, l->at, i, PARTED_PLACE, a->offset, b->offset);
        else if (a->brk != b->brk)
            part(&l->parted, l->at, i, PARTED_BRK, a->brk, b->brk);
    }
    for (size_t i = 1; i < l->n && !l->grew.op && !has_died(l, a); i++)
        if (a->grew != l->heap[i].grew && !has_died(l, &l->heap[i]))
            part(&l->grew, l->at, i, PARTED_BRK, a->brk, l->heap[i].brk);
}

static bool look(struct lockstep *l, const struct lockstep_heap *h, struct lockstep_moment *m)
{
    struct session *s = h->session;
    if (!session_look_last(s))
        return text_complain(l->error, sizeof l->error, "%s: %.400s",
                             text_printable(h->setup->name), s->error);
    session_forget(s);
    const struct snapshot_head *head = snapshot_head(s->snapshot);
    m->has_free = !head->remembered;
    m->guessed = head->source && strcmp(head->source, "guess") == 0;
    m->free_bytes = snapshot_stats(s->snapshot)->free_bytes;
    return true;
}

bool lockstep_look(struct lockstep *l, struct lockstep_moment moment[LOCKSTEP_MOST])
{
    for (size_t i = 0; i < l->n; i++) {
        const struct lockstep_heap *h = &l->heap[i];
        moment[i] = (struct lockstep_moment){
            .op = h->n_ops, .heap_bytes = h->brk, .live_bytes = h->live_bytes};
        if (!look(l, h, &moment[i])) return false;
    }
    return true;
}

/* Most of what is wanted of peaks is seen in passing. */
static bool see_peak(struct lockstep *l)
{
    struct lockstep_moment moment[LOCKSTEP_MOST];
    if (l->at != l->peak_op) return true;
    if (!lockstep_look(l, moment)) return false;
    for (size_t i = 0; i < l->n; i++)
        l->heap[i].seen = moment[i];
    return true;
}

bool lockstep_step(struct lockstep *l)
{
    if (l->at == l->trace->n_ops) return false;
    const struct trace_op *op = &l->trace->op[l->at++];
    for (size_t i = 0; i < l->n; i++) {
        struct lockstep_heap *h = &l->heap[i];
        if (h->death.op) continue;
        lockstep_heap_do(h, op);
        if (h->session->no_memory) return lockstep_no_memory(l);
    }
    find_parting(l);
    return see_peak(l);
}

/* Each heap does as many; then they are compared operation by operation. */
bool lockstep_play(struct lockstep *l)
{
    static struct lockstep_record record[LOCKSTEP_MOST][LOCKSTEP_MANY];
    size_t from = l->at, left = l->trace->n_ops - from;
    if (left == 0) return false;
    size_t n = left < LOCKSTEP_MANY ? left : LOCKSTEP_MANY;
    if (from < l->peak_op && l->peak_op - from < n) n = l->peak_op - from;
    for (size_t i = 0; i < l->n; i++)
        if (!lockstep_heap_play(l, &l->heap[i], from + n, record[i])) return false;
    for (size_t k = 0; k < n; k++) {
        l->at++;
        for (size_t i = 0; i < l->n; i++) {
            struct lockstep_heap *h = &l->heap[i];
            const struct lockstep_record *r = &record[i][k];
            h->failed = r->failed, h->offset = r->offset, h->brk = r->brk, h->grew = r->grew;
        }
        find_parting(l);
    }
    return see_peak(l);
}

/* From the beginning in a fresh target, up to the peak. */
static bool make_peak(struct lockstep *l, struct lockstep_heap *h)
{
    struct lockstep_heap again;
    bool ok = lockstep_heap_begin(l, &again, h->setup);
    again.failure = h->failure; /* it is told already */
    ok = ok && lockstep_heap_play(l, &again, h->peak.op, NULL) && look(l, &again, &h->peak);
    lockstep_heap_release(&again);
    return ok;
}

bool lockstep_peaks(struct lockstep *l)
{
    for (size_t i = 0; i < l->n; i++) {
        struct lockstep_heap *h = &l->heap[i];
        if (h->peak.op == h->seen.op)
            h->peak = h->seen;
        else if (!make_peak(l, h))
            return false;
    }
    return true;
}

/* ── What it came to ── */

double lockstep_utilization(const struct lockstep_heap *h)
{
    return h->most_heap ? (double)h->peak.live_bytes / (double)h->most_heap : 0;
}

double lockstep_looked(const struct lockstep_heap *h)
{
    return h->n_requests ? (double)h->n_looked / (double)h->n_requests : 0;
}

const char *lockstep_difference_words(enum lockstep_by by, uint64_t of_one, const char *one,
                                      uint64_t of_other, const char *other, char *text,
                                      size_t bytes)
{
    one = text_printable(one), other = text_printable(other);
    if (by == PARTED_RESULT)
        snprintf(text, bytes, "it fails under %s, and not under %s", of_one ? one : other,
                 of_one ? other : one);
    else
        snprintf(text, bytes, "%s is at +0x%" PRIx64 " under %s, at +0x%" PRIx64 " under %s",
                 by == PARTED_PLACE ? "the payload" : "brk", of_one, one, of_other, other);
    return text;
}

const char *lockstep_parting_words(const struct lockstep *l, const struct lockstep_parting *p,
                                   char *text, size_t bytes)
{
    char op[64], words[192];
    const struct trace_op *at = &l->trace->op[p->op - 1];
    lockstep_difference_words(p->by, p->of_one, l->heap[p->one].setup->name, p->of_other,
                              l->heap[p->other].setup->name, words, sizeof words);
    snprintf(text, bytes, "operation %zu (line %" PRIu32 "), %s: %s", p->op, at->line,
             trace_op_words(at, op, sizeof op), words);
    return text;
}
