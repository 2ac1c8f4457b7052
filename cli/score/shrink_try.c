/* shrink_try.c: see shrink_private.h. A try is a run of the pass that fails, and counts if it fails
 * with the same symptom: a trace that fails in another way is another fault. */
#include <string.h>
#include <time.h>

#include "cli/score/ddmin.h"
#include "cli/score/shrink_private.h"
#include "cli/text/text.h"

double shrink_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool shrink_is_late(const struct shrinking *s) { return shrink_now() > s->ends; }

bool shrink_goes_on(const struct shrinking *s)
{
    return !s->failed && !child_signalled() && !shrink_is_late(s);
}

bool shrink_no_memory(struct shrinking *s)
{
    s->failed = true;
    return text_complain(s->error, s->error_bytes, "out of memory");
}

static struct symptom_of how(const struct shrinking *s, const struct runner *r)
{
    return (struct symptom_of){
        .runner = r, .pass = s->pass, .waste = s->setup->waste, .name = s->name};
}

bool shrink_symptom(struct shrinking *s, struct symptom *symptom, const struct runner *r,
                    const struct trace *t)
{
    const struct symptom_of of = how(s, r);
    return symptom_find(symptom, &of, t, s->error, s->error_bytes);
}

/* With more bytes at once, a heap that is too small proves nothing. */
static bool may_prove(const struct shrinking *s, const struct trace *t)
{
    return t->n_ops > 0 && (!shrink_is_of_bytes(s) || lives_peak(t) <= s->most_live);
}

bool shrink_is_loop(const struct symptom *s)
{
    return s->any && strcmp(s->verdict.class, "loop") == 0;
}

/* What stands before a loop takes less, so that the loop is known sooner. */
static void expect_less(struct shrinking *s, size_t n_ops)
{
    double seconds = s->runner.seconds * (double)n_ops / (double)s->n_ops;
    s->runner.seconds = seconds > SHRINK_LOOP_LEAST ? seconds : SHRINK_LOOP_LEAST;
}

size_t shrink_first_same(struct shrinking *s, struct trace *candidate, size_t n)
{
    const struct trace *t[DDMIN_MOST_TRIES];
    const struct symptom_of of = how(s, &s->runner);
    size_t which[DDMIN_MOST_TRIES], n_run = 0;
    for (size_t i = 0; s->scaled && i < n; i++)
        shrink_scale_up(s, &candidate[i]);
    for (size_t i = 0; i < n; i++)
        if (may_prove(s, &candidate[i])) {
            which[n_run] = i;
            t[n_run++] = &candidate[i];
        }
    if (s->setup->progress) s->setup->progress(s->setup->user, s->n_ops, s->n_tries);
    if (shrink_is_late(s)) return SIZE_MAX;
    if (n_run == 0) return n;
    struct symptom found;
    size_t first = symptom_first(&found, &s->symptom, &of, t, n_run, s->error, s->error_bytes);
    s->n_tries += n_run;
    if (first == SIZE_MAX) {
        s->failed = !child_signalled();
        return SIZE_MAX;
    }
    if (first == n_run) return n;
    if (shrink_is_loop(&found)) expect_less(s, t[first]->n_ops);
    s->symptom = found;
    s->n_ops = t[first]->n_ops;
    return which[first];
}

bool shrink_is_same(struct shrinking *s, const bool *in, const uint32_t *size)
{
    struct trace t;
    if (!lives_trace(&s->lives, in, size, &t)) return shrink_no_memory(s);
    bool same = shrink_first_same(s, &t, 1) == 0;
    trace_release(&t);
    return same;
}
