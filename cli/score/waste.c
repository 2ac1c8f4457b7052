/* waste.c: see waste.h. Places are hostile: any numbers are taken. */
#include "cli/score/waste.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/score/first_fit.h"
#include "cli/text/textbuf.h"

uint64_t waste_bytes(const struct waste *w)
{
    return w->heap > w->needed ? w->heap - w->needed : 0;
}

/* ── Where there was room ── */

struct run {
    uint64_t from, to;
};

static int by_address(const void *a, const void *b)
{
    const struct run *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Payloads that live before operation n, from 0 on. */
static size_t find_live(const struct trace *t, const struct own_place *place, size_t n,
                        uint32_t *of_id, struct run *run)
{
    size_t n_live = 0;
    for (uint32_t id = 0; id < t->n_ids; id++)
        of_id[id] = UINT32_MAX;
    for (size_t i = 0; i < n; i++)
        if (t->op[i].id >= 0) of_id[t->op[i].id] = place[i].address ? (uint32_t)i : UINT32_MAX;
    for (uint32_t id = 0; id < t->n_ids; id++)
        if (of_id[id] != UINT32_MAX)
            run[n_live++] = (struct run){place[of_id[id]].address,
                                         place[of_id[id]].address + t->op[of_id[id]].size};
    return n_live;
}

static bool find_gap(struct waste *w, const struct trace *t, const struct runner_end *end)
{
    size_t before = w->op - 1;
    uint64_t at = end->result.start,
             heap = before ? end->place[before - 1].heap : end->result.at_init;
    uint32_t *of_id = malloc((t->n_ids + (size_t)1) * sizeof *of_id);
    struct run *run = malloc((t->n_ids + (size_t)2) * sizeof *run);
    if (of_id && run) {
        size_t n = find_live(t, end->place, before, of_id, run);
        qsort(run, n, sizeof *run, by_address);
        run[n++] = (struct run){end->result.start + heap, end->result.start + heap};
        for (size_t i = 0; i < n; i++) {
            if (run[i].from > at && run[i].from - at > w->gap) w->gap = run[i].from - at;
            if (run[i].to > at) at = run[i].to;
        }
        w->has_gap = true;
    }
    free(of_id);
    free(run);
    return w->has_gap;
}

/* ── How much ── */

bool waste_find(struct waste *w, const struct runner *r, const struct trace *t,
                const struct runner_end *end, uint64_t bytes)
{
    struct first_fit f = {.n_blocks = 0};
    uint64_t heap = end->result.at_init;
    *w = (struct waste){.op = 0};
    bool ok = end->place && first_fit_begin(&f, t, r->align);
    for (size_t i = 0; ok && i < t->n_ops && w->op == 0; i++) {
        bool grew = end->place[i].heap > heap;
        if (grew) heap = end->place[i].heap;
        first_fit_step(&f);
        const struct waste now = {.heap = heap, .needed = f.heap, .grew = grew};
        if (waste_bytes(&now) >= waste_bytes(w)) *w = now;
        if (waste_bytes(&now) >= bytes) w->op = (uint32_t)i + 1;
    }
    first_fit_release(&f);
    return ok && (w->op == 0 || r->form->heap != OWN_HEAP_BREAK || find_gap(w, t, end));
}

const char *waste_words(const struct waste *w, const struct trace *t, char *text, size_t bytes)
{
    struct textbuf b = {.text = text, .room = bytes};
    char call[64];
    text[0] = '\0';
    if (w->grew)
        textbuf_add(&b, "%s made the heap %" PRIu64 " bytes large",
                    trace_op_words(&t->op[w->op - 1], call, sizeof call), w->heap);
    else
        textbuf_add(&b, "the heap had %" PRIu64 " bytes before it", w->heap);
    textbuf_add(&b, "; first fit needs %" PRIu64, w->needed);
    if (w->has_gap && w->grew)
        textbuf_add(&b, "; the largest run without payload had %" PRIu64 " bytes before", w->gap);
    return text;
}
