/* shrink.c: see shrink.h.
 *
 * A try may take no longer than a fault of its kind needs, and what is found so is run once more
 * with more time. That something never returns is known by what stands before it: five times what
 * that takes is enough to try with, and less as less is left. */
#include "cli/score/shrink.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/score/shrink_private.h"
#include "cli/text/text.h"

#define SECONDS_LEAST 0.25
#define SECONDS_FACTOR 5
#define LOOP_FACTOR 5
#define LOOP_SURE 1 /* of what is left in the end */
/* As much may be alive at once, where the trace has less: a part of the heap that is to be too
 * small, so many times what is wasted. */
enum { HEAP_SHARE = 4, WASTE_SHARE = 4 };

static double end_of(const struct shrink_setup *setup)
{
    return setup->seconds > 0 ? shrink_now() + setup->seconds : INFINITY;
}

/* ── How it fails ── */

/* Seconds after which a loop is one: so much more than all before it needs. 0: what stands before
 * it is not known, or does not end either. */
static double enough_for(struct shrinking *s, const struct symptom *loop, const struct trace *t)
{
    struct trace before = *t;
    struct symptom run = *loop;
    if (loop->verdict.op == 0) return 0;
    before.n_ops = loop->verdict.op - 1;
    if (!loop->later && !shrink_symptom(s, &run, &s->runner, &before)) return 0;
    if (run.any && !run.later) return 0;
    return SHRINK_LOOP_LEAST + run.seconds * LOOP_FACTOR;
}

/* Where it may take longer it perhaps does something else yet; then it is that. */
static bool look_longer(struct shrinking *s, const struct trace *t)
{
    struct runner longer = s->runner;
    longer.seconds = s->setup->runner->seconds;
    if (longer.seconds > LOOP_SURE) longer.seconds = LOOP_SURE;
    if (longer.seconds <= s->runner.seconds) return true;
    return shrink_symptom(s, &s->symptom, &longer, t);
}

/* Within as little time as is needed to know a loop; then that is what tries may take. */
static bool find_within(struct shrinking *s, const struct trace *t)
{
    const double most = s->setup->runner->seconds, from = shrink_now();
    for (double seconds = SHRINK_LOOP_LEAST, enough;;
         seconds = enough > seconds ? enough * 2 : seconds * 4) {
        s->runner.seconds = seconds < most ? seconds : most;
        if (!shrink_symptom(s, &s->symptom, &s->runner, t)) return false;
        if (!shrink_is_loop(&s->symptom)) break;
        if (seconds >= most) return true;
        enough = enough_for(s, &s->symptom, t);
        if (enough == 0 || enough > seconds) continue;
        if (!look_longer(s, t)) return false;
        if (shrink_is_loop(&s->symptom)) return true;
        break;
    }
    double seconds = SECONDS_LEAST + (shrink_now() - from) * SECONDS_FACTOR;
    s->runner.seconds = seconds < most ? seconds : most;
    return true;
}

static enum shrink_end not_found(void)
{
    return child_signalled() ? SHRINK_STOPPED : SHRINK_FAILED;
}

/* In the pass that checks, else in the one that measures. */
static enum shrink_end find_failure(struct shrinking *s, const struct trace *t)
{
    static const enum runner_pass passes[] = {RUNNER_CHECK, RUNNER_TIME};
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        s->pass = passes[i];
        if (!find_within(s, t)) return not_found();
        if (s->symptom.any) return SHRINK_DONE;
    }
    return SHRINK_SOUND;
}

static enum shrink_end find_waste(struct shrinking *s, const struct trace *t)
{
    s->pass = RUNNER_CHECK_OPEN; /* as the labs let it be */
    s->runner.placed = true;
    if (!find_within(s, t)) return not_found();
    if (!s->symptom.any) return SHRINK_SOUND;
    return strcmp(s->symptom.verdict.class, SYMPTOM_WASTE) == 0 ? SHRINK_DONE : SHRINK_INVALID;
}

/* ── The whole ── */

static bool begin(struct shrinking *s, const struct trace *t)
{
    size_t n = t->n_ops + 1;
    s->name = s->setup->name;
    s->in = malloc(n * sizeof *s->in);
    s->size = malloc(n * sizeof *s->size);
    s->part = malloc(n * sizeof *s->part);
    if (!lives_find(&s->lives, t) || !s->in || !s->size || !s->part) return shrink_no_memory(s);
    return true;
}

static void cut_all(struct shrinking *s)
{
    bool changed = true;
    (void)shrink_cut_behind(s);
    (void)shrink_to_fewer(s);
    shrink_cut_wholesale(s);
    if (shrink_cut_alike(s)) return;
    while (shrink_goes_on(s) && changed) {
        changed = shrink_cut_lives(s);
        changed |= shrink_cut_ends(s);
        if (!changed) changed = shrink_to_fewer(s);
        if (!changed) changed = shrink_cut_sizes(s);
    }
}

static uint64_t most_live(const struct shrinking *s, uint64_t peak)
{
    uint64_t most = s->runner.heap_most / HEAP_SHARE, wasted = s->setup->waste * WASTE_SHARE;
    if (s->setup->waste && wasted < most) most = wasted;
    return most > peak ? most : peak;
}

static enum shrink_end cut(struct shrinking *s, const struct trace *t)
{
    memset(s->in, true, t->n_ops);
    for (size_t i = 0; i < t->n_ops; i++)
        s->size[i] = t->op[i].size;
    s->most_live = UINT64_MAX;
    s->alike = false;
    s->n_ops = t->n_ops;
    if (!shrink_is_same(s, s->in, s->size)) /* ids alone have changed */
        return s->failed           ? SHRINK_FAILED
               : child_signalled() ? SHRINK_STOPPED
               : shrink_is_late(s) ? SHRINK_LATE
                                   : SHRINK_UNSTEADY;
    struct trace whole;
    if (!lives_trace(&s->lives, s->in, s->size, &whole)) return shrink_no_memory(s), SHRINK_FAILED;
    s->most_live = most_live(s, lives_peak(&whole));
    trace_release(&whole);
    cut_all(s);
    return s->failed           ? SHRINK_FAILED
           : child_signalled() ? SHRINK_STOPPED
           : shrink_is_late(s) ? SHRINK_LATE
                               : SHRINK_DONE;
}

/* What was found in little time, with all that it may take; a loop that is none then is not one. */
static bool holds(struct shrinking *s, const struct trace *small)
{
    struct symptom again;
    if (s->failed || child_signalled() || s->runner.seconds >= s->setup->runner->seconds)
        return true;
    struct runner whole = s->runner;
    whole.seconds = s->setup->runner->seconds;
    if (shrink_is_loop(&s->symptom) && whole.seconds > LOOP_SURE) whole.seconds = LOOP_SURE;
    if (whole.seconds < s->runner.seconds) whole.seconds = s->runner.seconds;
    if (!shrink_symptom(s, &again, &whole, small)) return true;
    if (!symptom_is_same(&again, &s->symptom)) return false;
    s->symptom = again;
    return true;
}

static enum shrink_end work(struct shrinking *s, struct shrunk *shrunk, const struct trace *t)
{
    enum shrink_end end = s->setup->waste ? find_waste(s, t) : find_failure(s, t);
    if (end != SHRINK_DONE) return end;
    if (!begin(s, t)) return SHRINK_FAILED;
    for (;;) {
        const struct symptom first = s->symptom;
        end = cut(s, t);
        if (end == SHRINK_UNSTEADY && s->runner.seconds < s->setup->runner->seconds) {
            s->runner.seconds = s->setup->runner->seconds;
            s->symptom = first;
            continue;
        }
        if (end != SHRINK_DONE && end != SHRINK_STOPPED && end != SHRINK_LATE) return end;
        trace_release(&shrunk->trace);
        if (!lives_trace(&s->lives, s->in, s->size, &shrunk->trace)) {
            shrink_no_memory(s);
            return SHRINK_FAILED;
        }
        if (holds(s, &shrunk->trace)) return end;
        s->ends = end_of(s->setup);
        s->runner.seconds = s->setup->runner->seconds;
        s->symptom = first;
    }
}

/* ── What else is to be told ── */

static void measure(const struct shrinking *s, struct shrunk *shrunk, const struct trace *t)
{
    struct runner_end end;
    struct runner placed = *s->setup->runner;
    char unheard[256];
    placed.placed = true;
    if (!runner_run(&placed, t, RUNNER_CHECK_OPEN, &end, unheard, sizeof unheard)) return;
    shrunk->measured = end.end == CHILD_ENDED && end.result.stage == OWN_DONE &&
                       waste_find(&shrunk->waste, &placed, t, &end, UINT64_MAX) &&
                       end.result.peak_heap > 0;
    if (shrunk->measured)
        shrunk->util = (double)end.result.peak_live / (double)end.result.peak_heap;
    runner_release(&end);
}

/* `score` runs a few hundred operations of a trace before the whole of it. */
static bool is_unseen(struct shrinking *s, const struct trace *small)
{
    struct symptom seen;
    if (s->pass != RUNNER_CHECK || !s->symptom.later || small->n_ops <= OWN_QUICK_OPS) return false;
    s->pass = RUNNER_CHECK_QUICKLY;
    bool unseen = shrink_symptom(s, &seen, s->setup->runner, small) && !seen.any;
    s->pass = RUNNER_CHECK;
    return unseen;
}

enum shrink_end shrink(struct shrunk *shrunk, const struct shrink_setup *setup,
                       const struct trace *t, char *error, size_t error_bytes)
{
    struct shrinking s = {
        .setup = setup, .runner = *setup->runner, .error = error, .error_bytes = error_bytes};
    s.name = setup->whole;
    s.ends = end_of(setup);
    *shrunk = (struct shrunk){.n_tries = 0};
    enum shrink_end end = work(&s, shrunk, t);
    if (end == SHRINK_SOUND) measure(&s, shrunk, t);
    if (end == SHRINK_DONE || end == SHRINK_LATE) shrunk->unseen = is_unseen(&s, &shrunk->trace);
    shrunk->alike = s.alike;
    shrunk->symptom = s.symptom;
    shrunk->pass = s.pass;
    shrunk->n_tries = s.n_tries;
    lives_release(&s.lives);
    free(s.in);
    free(s.size);
    free(s.part);
    return end;
}

void shrink_release(struct shrunk *s) { trace_release(&s->trace); }
