/* lives.c: see lives.h. */
#include "cli/score/lives.h"

#include <inttypes.h>
#include <stdlib.h>

#define NOBODY UINT32_MAX

static void find(struct lives *l, uint32_t *of_id)
{
    for (size_t i = 0; i < l->of->n_ops; i++) {
        const struct trace_op *op = &l->of->op[i];
        uint32_t *now = op->id >= 0 ? &of_id[op->id] : NULL;
        l->begins[i] = !now || op->kind == TRACE_ALLOC || *now == NOBODY;
        l->life[i] = l->begins[i] ? l->n++ : *now;
        if (now) *now = op->kind == TRACE_FREE ? NOBODY : l->life[i];
    }
}

bool lives_find(struct lives *l, const struct trace *of)
{
    uint32_t *of_id = malloc((of->n_ids + (size_t)1) * sizeof *of_id);
    *l = (struct lives){.of = of};
    l->life = calloc(of->n_ops + 1, sizeof *l->life);
    l->begins = calloc(of->n_ops + 1, sizeof *l->begins);
    bool ok = of_id && l->life && l->begins;
    for (uint32_t id = 0; ok && id < of->n_ids; id++)
        of_id[id] = NOBODY;
    if (ok) find(l, of_id);
    free(of_id);
    return ok;
}

void lives_release(struct lives *l)
{
    free(l->life);
    free(l->begins);
    *l = (struct lives){.n = 0};
}

bool lives_trace(const struct lives *l, const bool *in, const uint32_t *size, struct trace *t)
{
    uint32_t *id = malloc((l->n + (size_t)1) * sizeof *id);
    *t = (struct trace){
        .form = TRACE_CSAPP, .weight = 1, .ignore_ranges = l->of->ignore_ranges, .n_ids = 0};
    t->op = calloc(l->of->n_ops + 1, sizeof *t->op);
    bool ok = id && t->op;
    for (uint32_t life = 0; ok && life < l->n; life++)
        id[life] = NOBODY;
    for (size_t i = 0; ok && i < l->of->n_ops; i++) {
        if (!in[i]) continue;
        struct trace_op op = l->of->op[i];
        uint32_t *name = &id[l->life[i]];
        if (op.id >= 0 && *name == NOBODY) *name = t->n_ids++;
        if (op.id >= 0) op.id = (int32_t)*name;
        op.size = size[i];
        op.line = (uint32_t)t->n_ops + 1 + LIVES_HEADER;
        t->op[t->n_ops++] = op;
    }
    free(id);
    if (!ok) trace_release(t);
    return ok;
}

uint64_t lives_peak(const struct trace *t)
{
    uint32_t *size = calloc(t->n_ids + (size_t)1, sizeof *size);
    uint64_t live = 0, peak = 0;
    for (size_t i = 0; size && i < t->n_ops; i++) {
        const struct trace_op *op = &t->op[i];
        if (op->id < 0) continue;
        live = live - size[op->id] + op->size;
        size[op->id] = op->size;
        if (live > peak) peak = live;
    }
    free(size);
    return peak;
}

bool lives_write(const struct trace *t, FILE *to)
{
    static const char letter[] = {[TRACE_ALLOC] = 'a', [TRACE_REALLOC] = 'r', [TRACE_FREE] = 'f'};
    uint64_t peak = lives_peak(t);
    if (t->ignore_ranges)
        fprintf(to, "1\n%" PRIu32 "\n%zu\n1\n", t->n_ids, t->n_ops);
    else /* no suggested size is as small as a weight */
        fprintf(to, "%" PRIu64 "\n%" PRIu32 "\n%zu\n1\n", peak < 4 ? 4 : peak, t->n_ids, t->n_ops);
    for (size_t i = 0; i < t->n_ops; i++) {
        const struct trace_op *op = &t->op[i];
        fprintf(to, "%c %" PRId32, letter[op->kind], op->id);
        if (op->kind != TRACE_FREE) fprintf(to, " %" PRIu32, op->size);
        putc('\n', to);
    }
    return fflush(to) == 0 && !ferror(to);
}
