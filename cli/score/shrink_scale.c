/* shrink_scale.c: see shrink_private.h. What fails for want of bytes does so with fewer blocks
 * where they are larger; that is kept only where fewer are left, so that it comes to an end beside
 * the passes that make sizes less. */
#include <stdlib.h>
#include <string.h>

#include "cli/score/shrink_private.h"

bool shrink_is_of_bytes(const struct shrinking *s)
{
    static const char *const classes[] = {"null", SYMPTOM_WASTE};
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++)
        if (strcmp(s->symptom.verdict.class, classes[i]) == 0) return true;
    return false;
}

struct saved {
    bool *in;
    uint32_t *size;
    size_t n_ops;
    struct symptom symptom;
};

static void forget(struct saved *was)
{
    free(was->in);
    free(was->size);
}

static bool save(struct shrinking *s, struct saved *was)
{
    size_t n = s->lives.of->n_ops;
    *was = (struct saved){.in = malloc(n + 1),
                          .size = malloc((n + 1) * sizeof *was->size),
                          .n_ops = s->n_ops,
                          .symptom = s->symptom};
    if (!was->in || !was->size) {
        forget(was);
        return shrink_no_memory(s);
    }
    memcpy(was->in, s->in, n * sizeof *was->in);
    memcpy(was->size, s->size, n * sizeof *was->size);
    return true;
}

static void restore(struct shrinking *s, const struct saved *was)
{
    memcpy(s->in, was->in, s->lives.of->n_ops * sizeof *s->in);
    memcpy(s->size, was->size, s->lives.of->n_ops * sizeof *s->size);
    s->n_ops = was->n_ops;
    s->symptom = was->symptom;
}

/* ── As large as may be ── */

void shrink_scale_up(const struct shrinking *s, struct trace *t)
{
    uint64_t peak = lives_peak(t);
    if (peak == 0 || peak >= s->most_live) return;
    for (size_t i = 0; i < t->n_ops; i++)
        t->op[i].size = (uint32_t)((double)t->op[i].size * (double)s->most_live / (double)peak);
}

/* What is left has the sizes with which it was tried. */
static void take_sizes(struct shrinking *s)
{
    struct trace t;
    size_t next = 0;
    if (!lives_trace(&s->lives, s->in, s->size, &t)) {
        shrink_no_memory(s);
        return;
    }
    shrink_scale_up(s, &t);
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        if (s->in[i]) s->size[i] = t.op[next++].size;
    trace_release(&t);
}

static void cut_scaled(struct shrinking *s)
{
    (void)shrink_cut_behind(s);
    while (shrink_goes_on(s) && (shrink_cut_lives(s) || shrink_cut_ends(s))) {
    }
}

/* level: all of one size. */
static bool fewer(struct shrinking *s, bool level)
{
    struct saved was;
    if (!shrink_goes_on(s) || !save(s, &was)) return false;
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        if (level && s->size[i] > 0) s->size[i] = 1;
    s->scaled = true;
    if (shrink_is_same(s, s->in, s->size)) cut_scaled(s);
    s->scaled = false;
    bool are = s->n_ops < was.n_ops;
    if (are)
        take_sizes(s);
    else
        restore(s, &was);
    forget(&was);
    return are;
}

bool shrink_to_fewer(struct shrinking *s)
{
    return shrink_is_of_bytes(s) && (fewer(s, false) || fewer(s, true));
}
