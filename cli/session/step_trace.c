/* step_trace.c: the first half of the room for the first steps, the other half a ring of the last.
 */
#include "cli/session/step_trace.h"

#define HEAD_MAX (STEP_TRACE_MAX / 2)
#define TAIL_MAX (STEP_TRACE_MAX - HEAD_MAX)

void step_trace_reset(struct step_trace *t, uint64_t brk)
{
    t->n_head = t->n_tail = t->tail_at = 0;
    t->n_skipped = t->n_verbs = t->n_failed = t->n_alloc = t->n_free = t->freed = t->resized = 0;
    t->touched_from = t->touched_to = 0;
    t->shown_from = t->shown_to = 0;
    t->error = 0;
    t->changed = t->fresh = t->aligned = false;
    t->brk_before = brk;
}

uint64_t step_trace_weight(const struct step *s) { return s->kind == STEP_SKIPPED ? s->a : 1; }

static void add_one(struct step_trace *t, const struct step *s)
{
    if (t->n_head < HEAD_MAX) {
        t->step[t->n_head++] = *s;
        return;
    }
    struct step *slot = &t->step[HEAD_MAX + (t->tail_at + t->n_tail) % TAIL_MAX];
    if (t->n_tail == TAIL_MAX) {
        t->n_skipped += step_trace_weight(slot);
        t->tail_at = (t->tail_at + 1) % TAIL_MAX;
    } else {
        t->n_tail++;
    }
    *slot = *s;
}

void step_trace_add(struct step_trace *t, const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++)
        add_one(t, &steps[i]);
}

size_t step_trace_n(const struct step_trace *t)
{
    return t->n_head + t->n_tail + (t->n_skipped > 0);
}

struct step step_trace_at(const struct step_trace *t, size_t i)
{
    if (i < t->n_head) return t->step[i];
    i -= t->n_head;
    if (t->n_skipped > 0) {
        if (i == 0) return (struct step){.kind = STEP_SKIPPED, .a = t->n_skipped};
        i--;
    }
    return t->step[HEAD_MAX + (t->tail_at + i) % TAIL_MAX];
}
