/* peak.c: see peak.h. The trace is gone through once for who lived when; then the payloads of a
 * moment are sorted by address, and what had ended before is laid into the gaps between them. */
#include "cli/score/peak.h"

#include <stdlib.h>
#include <string.h>

#define NEVER UINT32_MAX

struct payload {
    uint64_t lo, hi;
    uint32_t from, to; /* operations: from made it, or is NEVER; to ended it, or is NEVER */
    uint32_t size;
    int32_t id;
};

struct gap {
    struct peak_gap is;
    uint32_t since; /* the operation by which both neighbours were there */
    uint64_t covered; /* up to here what had ended is counted */
};

struct run {
    const struct trace *t;
    const struct own_place *place;
    const struct peak_heap *heap;
    struct payload *made; /* by the operation that made it */
    uint64_t *live; /* bytes, after each operation */
    uint32_t *by_id; /* the operation that made what it names, or NEVER */
    struct payload *sorted; /* by address: what lives at a moment, or what had ended */
    struct gap *gap; /* by address; the last is the top */
    size_t n_sorted, n_gaps;
};

static void all_payloads(struct run *r)
{
    uint64_t live = 0;
    for (uint32_t id = 0; id < r->t->n_ids; id++)
        r->by_id[id] = NEVER;
    for (uint32_t i = 0; i < r->t->n_ops; i++) {
        const struct trace_op *op = &r->t->op[i];
        r->made[i] = (struct payload){.from = NEVER, .to = NEVER};
        uint32_t *named = op->id < 0 ? NULL : &r->by_id[op->id];
        if (named && op->kind != TRACE_ALLOC && *named != NEVER) {
            r->made[*named].to = i;
            live -= r->made[*named].size;
        }
        if (named) *named = NEVER;
        uint64_t lo = r->place[i].address;
        if (named && op->kind != TRACE_FREE && lo != 0) {
            r->made[i] = (struct payload){lo, lo + op->size, i, NEVER, op->size, op->id};
            *named = i;
            live += op->size;
        }
        r->live[i] = live;
    }
}

/* ── The moment ── */

static void find_moment(struct peak *p, const struct run *r)
{
    const struct trace *t = r->t;
    p->heap = r->heap->at_init;
    for (uint32_t i = 0; i < t->n_ops; i++)
        if (r->place[i].heap > p->heap) {
            p->heap = r->place[i].heap;
            p->grew_op = i + 1;
        }
    for (uint32_t i = 0; i < t->n_ops; i++) {
        if (r->live[i] > p->most_live) {
            p->most_live = r->live[i];
            p->most_live_op = i + 1;
        }
        if (r->place[i].heap == p->heap && (p->op == 0 || r->live[i] > p->live)) {
            p->live = r->live[i];
            p->op = i + 1;
        }
    }
    p->line = p->op ? t->op[p->op - 1].line : 0;
    p->grew_line = p->grew_op ? t->op[p->grew_op - 1].line : 0;
    p->most_live_line = p->most_live_op ? t->op[p->most_live_op - 1].line : 0;
}

/* ── The gaps ── */

static int by_address(const void *a, const void *b)
{
    const struct payload *x = a, *y = b;
    if (x->lo != y->lo) return x->lo < y->lo ? -1 : 1;
    return (x->from > y->from) - (x->from < y->from);
}

/* What lives after n operations; or, ended, what had lived and does no longer. */
static void sort_those(struct run *r, uint32_t n, bool ended)
{
    r->n_sorted = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct payload *m = &r->made[i];
        if (m->from == NEVER || m->size == 0 || (m->to < n) != ended) continue;
        r->sorted[r->n_sorted++] = *m;
    }
    qsort(r->sorted, r->n_sorted, sizeof *r->sorted, by_address);
}

static void add_gap(struct run *r, uint64_t lo, uint64_t hi, const struct payload *after,
                    const struct payload *before)
{
    struct gap *g = &r->gap[r->n_gaps++];
    *g = (struct gap){.is = {.address = lo,
                             .bytes = hi > lo ? hi - lo : 0,
                             .after = after ? after->id : -1,
                             .before = before ? before->id : -1,
                             .after_size = after ? after->size : 0}};
    if (after) g->since = after->from;
    if (before && before->from > g->since) g->since = before->from;
}

/* Between the payloads that live after n operations, and behind the last. */
static void find_gaps(struct run *r, uint32_t n)
{
    const struct payload *last = NULL;
    r->n_gaps = 0;
    sort_those(r, n, false);
    for (size_t i = 0; i < r->n_sorted; i++) {
        const struct payload *p = &r->sorted[i];
        add_gap(r, last ? last->hi : r->heap->start, p->lo, last, p);
        last = p;
    }
    uint64_t end = r->heap->start + (n ? r->place[n - 1].heap : r->heap->at_init);
    add_gap(r, last ? last->hi : r->heap->start, end, last, NULL);
}

/* ── What is surely free: payloads that ended when both neighbours were there ── */

static struct gap *gap_at(const struct run *r, uint64_t address)
{
    size_t lo = 0, hi = r->n_gaps;
    while (hi - lo > 1) {
        size_t middle = lo + (hi - lo) / 2;
        if (r->gap[middle].is.address <= address)
            lo = middle;
        else
            hi = middle;
    }
    return &r->gap[lo];
}

static void lay_ended(struct run *r, uint32_t n)
{
    sort_those(r, n, true);
    for (size_t i = 0; i < r->n_sorted; i++) {
        const struct payload *p = &r->sorted[i];
        struct gap *g = gap_at(r, p->lo);
        uint64_t end = g->is.address + g->is.bytes, from = p->lo, to = p->hi < end ? p->hi : end;
        if (p->to <= g->since || p->lo < g->is.address) continue;
        if (from < g->covered) from = g->covered;
        if (to <= from) continue;
        g->is.freed += to - from;
        g->covered = to;
    }
}

/* ── What is told of them ── */

static bool is_between(const struct run *r, size_t i) { return i > 0 && i + 1 < r->n_gaps; }

static void find_least(struct peak *p, const struct run *r)
{
    bool any = false;
    for (size_t i = 1; is_between(r, i); i++)
        if (!any || r->gap[i].is.bytes < p->least) {
            p->least = r->gap[i].is.bytes;
            any = true;
        }
    p->small = 2 * p->least + r->heap->align;
}

static int by_bytes(const void *a, const void *b)
{
    const struct gap *x = a, *y = b;
    if (x->is.bytes != y->is.bytes) return x->is.bytes > y->is.bytes ? -1 : 1;
    return (x->is.address > y->is.address) - (x->is.address < y->is.address);
}

static void add_up(struct peak *p, struct run *r)
{
    find_least(p, r);
    for (size_t i = 1; is_between(r, i); i++) {
        const struct peak_gap *g = &r->gap[i].is;
        if (g->bytes < p->small) {
            p->n_small++;
            p->small_bytes += g->bytes;
            continue;
        }
        uint64_t beyond = g->bytes - p->least;
        p->n_large++;
        p->large_bytes += beyond;
        p->small_bytes += p->least;
        p->freed += g->freed < beyond ? g->freed : beyond;
        if (beyond > p->largest) p->largest = beyond;
    }
    if (r->n_gaps > 1) p->head = r->gap[0].is.bytes;
    p->top = r->gap[r->n_gaps - 1].is.bytes;
    p->top_freed = r->gap[r->n_gaps - 1].is.freed;
    qsort(r->gap, r->n_gaps, sizeof *r->gap, by_bytes);
    for (size_t i = 0; i < r->n_gaps && p->n_costly < PEAK_COSTLY && r->gap[i].is.bytes > 0; i++)
        p->costly[p->n_costly++] = r->gap[i].is;
}

/* What was there, and did not do, when the heap grew. */
static void look_before_growth(struct peak *p, struct run *r)
{
    if (p->grew_op == 0) return;
    find_gaps(r, p->grew_op - 1);
    for (size_t i = 0; i < r->n_gaps; i++)
        if (r->gap[i].is.bytes > p->grew_largest) p->grew_largest = r->gap[i].is.bytes;
}

bool peak_find(struct peak *p, const struct trace *t, const struct own_place *place,
               const struct peak_heap *heap)
{
    size_t n = t->n_ops;
    struct run r = {.t = t,
                    .place = place,
                    .heap = heap,
                    .made = malloc(n * sizeof *r.made),
                    .live = malloc(n * sizeof *r.live),
                    .by_id = malloc((t->n_ids + (size_t)1) * sizeof *r.by_id),
                    .sorted = malloc(n * sizeof *r.sorted),
                    .gap = malloc((n + 1) * sizeof *r.gap)};
    *p = (struct peak){.heap = 0};
    bool ok = n > 0 && r.made && r.live && r.by_id && r.sorted && r.gap;
    if (ok) {
        all_payloads(&r);
        find_moment(p, &r);
        ok = p->heap > 0 && p->op > 0;
    }
    if (ok) {
        look_before_growth(p, &r);
        find_gaps(&r, p->op);
        p->n_live = r.n_sorted;
        lay_ended(&r, p->op);
        add_up(p, &r);
    }
    free(r.made);
    free(r.live);
    free(r.by_id);
    free(r.sorted);
    free(r.gap);
    return ok;
}
