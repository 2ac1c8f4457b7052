/* shrink.c: see shrink.h. A try is a run of the pass that fails, and counts if it fails with the
 * same symptom: a trace that fails in another way is another fault.
 *
 * A try may take no longer than a fault of its kind needs: loops are known by a quarter of a second
 * of work, and what is found so is run once more with all the time there is. */
#include "cli/score/shrink.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/score/ddmin.h"
#include "cli/score/lives.h"
#include "cli/text/text.h"

#define SECONDS_LEAST 0.25
#define SECONDS_FACTOR 5
enum { MOST_SIZES = 100 }; /* that are made less one by one */

struct shrinking {
    const struct shrink_setup *setup;
    struct runner runner; /* with the time that a try may take */
    struct lives lives;
    enum runner_pass pass;
    struct symptom symptom; /* of what is left now */
    bool *in; /* by operation: it is left */
    uint32_t *size; /* by operation */
    uint64_t peak; /* of the whole trace */
    size_t n_ops; /* that are left */
    size_t n_tries;
    double ends; /* when it is enough */
    /* Parts that may go: of each operation, which it belongs to; NONE: it stays. */
    uint32_t *part;
    size_t n_parts;
    bool of_bytes; /* it is not the operation that goes, but its bytes, all but one */
    char *error;
    size_t error_bytes;
    bool failed; /* error says why */
};

#define NONE UINT32_MAX

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double end_of(const struct shrink_setup *setup)
{
    return setup->seconds > 0 ? now() + setup->seconds : INFINITY;
}

static bool is_late(const struct shrinking *s) { return now() > s->ends; }

/* ── Tries ── */

/* With more bytes at once than the whole trace has, a heap that is too small proves nothing. */
static bool may_prove(const struct shrinking *s, const struct trace *t)
{
    if (t->n_ops == 0) return false;
    return strcmp(s->symptom.verdict.class, "null") != 0 || lives_peak(t) <= s->peak;
}

/* The first of n candidates that fails as what is left does; then that is its symptom. n: none.
 * SIZE_MAX: no more. */
static size_t first_same(struct shrinking *s, struct trace *candidate, size_t n)
{
    const struct trace *t[DDMIN_MOST_TRIES];
    size_t which[DDMIN_MOST_TRIES], n_run = 0;
    for (size_t i = 0; i < n; i++)
        if (may_prove(s, &candidate[i])) {
            which[n_run] = i;
            t[n_run++] = &candidate[i];
        }
    if (s->setup->progress) s->setup->progress(s->setup->user, s->n_ops, s->n_tries);
    if (is_late(s)) return SIZE_MAX;
    if (n_run == 0) return n;
    struct symptom found;
    size_t first = symptom_first(&found, &s->symptom, &s->runner, t, n_run, s->pass, s->setup->name,
                                 s->error, s->error_bytes);
    s->n_tries += n_run;
    if (first == SIZE_MAX) {
        s->failed = !child_signalled();
        return SIZE_MAX;
    }
    if (first == n_run) return n;
    s->symptom = found;
    s->n_ops = t[first]->n_ops;
    return which[first];
}

static bool out_of_memory(struct shrinking *s)
{
    s->failed = true;
    return text_complain(s->error, s->error_bytes, "out of memory");
}

/* One candidate: the operations that are in, with those sizes. True: it fails in the same way. */
static bool is_same(struct shrinking *s, const bool *in, const uint32_t *size)
{
    struct trace t;
    if (!lives_trace(&s->lives, in, size, &t)) return out_of_memory(s);
    bool same = first_same(s, &t, 1) == 0;
    trace_release(&t);
    return same;
}

static bool goes_on(const struct shrinking *s)
{
    return !s->failed && !child_signalled() && !is_late(s);
}

/* ── Parts ── */

static void choose(const struct shrinking *s, const bool *parts, bool *in, uint32_t *size)
{
    for (size_t i = 0; i < s->lives.of->n_ops; i++) {
        bool goes = s->part[i] != NONE && !parts[s->part[i]];
        in[i] = s->in[i] && (!goes || s->of_bytes);
        size[i] = goes && s->of_bytes && s->size[i] > 1 ? 1 : s->size[i];
    }
}

static size_t first_of(void *user, bool *const try[], size_t n)
{
    struct shrinking *s = user;
    struct trace t[DDMIN_MOST_TRIES];
    bool *in = calloc(s->lives.of->n_ops + 1, sizeof *in);
    uint32_t *size = calloc(s->lives.of->n_ops + 1, sizeof *size);
    size_t made = 0, first = DDMIN_STOP;
    for (; in && size && made < n; made++) {
        choose(s, try[made], in, size);
        if (!lives_trace(&s->lives, in, size, &t[made])) break;
    }
    if (made == n)
        first = first_same(s, t, n);
    else
        out_of_memory(s);
    while (made > 0)
        trace_release(&t[--made]);
    free(in);
    free(size);
    return first;
}

/* Leave out those of the parts that are not needed. True: some were. */
static bool cut_parts(struct shrinking *s)
{
    size_t before = s->n_ops;
    struct ddmin d = {.n = s->n_parts,
                      .in = malloc(s->n_parts + 1),
                      .n_tries = symptom_most_tries(DDMIN_MOST_TRIES),
                      .first = first_of,
                      .user = s};
    if (!d.in) return out_of_memory(s);
    memset(d.in, true, d.n);
    if (!ddmin_run(&d) && goes_on(s)) out_of_memory(s);
    choose(s, d.in, s->in, s->size);
    free(d.in);
    return s->n_ops < before;
}

/* Lives of which something is left. */
static bool cut_lives(struct shrinking *s)
{
    uint32_t *part = malloc((s->lives.n + (size_t)1) * sizeof *part);
    if (!part) return out_of_memory(s);
    s->n_parts = 0;
    for (size_t i = 0; i < s->lives.of->n_ops; i++) {
        uint32_t life = s->lives.life[i];
        if (s->lives.begins[i]) part[life] = s->in[i] ? (uint32_t)s->n_parts++ : NONE;
        s->part[i] = part[life];
    }
    free(part);
    return goes_on(s) && cut_parts(s);
}

/* Frees and resizes alone. What begins a life stays while the life does. */
static bool cut_ends(struct shrinking *s)
{
    s->n_parts = 0;
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        s->part[i] = s->in[i] && !s->lives.begins[i] ? (uint32_t)s->n_parts++ : NONE;
    return goes_on(s) && s->n_parts > 0 && cut_parts(s);
}

/* What stands behind the operation at which it fails. */
static void cut_behind(struct shrinking *s)
{
    uint32_t last = s->symptom.verdict.op;
    if (last == 0) return;
    bool *in = calloc(s->lives.of->n_ops + 1, sizeof *in);
    if (!in) {
        out_of_memory(s);
        return;
    }
    memset(in, true, last);
    if (is_same(s, in, s->size)) memcpy(s->in, in, s->lives.of->n_ops * sizeof *in);
    free(in);
}

/* ── Bytes ── */

/* Those that need no more than one byte. */
static bool cut_to_one(struct shrinking *s)
{
    uint64_t before = 0, after = 0;
    s->n_parts = 0;
    for (size_t i = 0; i < s->lives.of->n_ops; i++) {
        bool may = s->in[i] && s->size[i] > 1;
        s->part[i] = may ? (uint32_t)s->n_parts++ : NONE;
        before += may;
    }
    s->of_bytes = true;
    if (goes_on(s) && s->n_parts > 0) (void)cut_parts(s);
    s->of_bytes = false;
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        after += s->in[i] && s->size[i] > 1;
    return after < before;
}

/* The least size of one operation, by halves, as if all above failed, too. One byte is too few. */
static bool cut_size(struct shrinking *s, size_t i)
{
    uint32_t was = s->size[i], low = 1, high = was;
    while (goes_on(s) && high - low > 1) { /* high fails */
        s->size[i] = low + (high - low) / 2;
        bool same = is_same(s, s->in, s->size);
        *(same ? &high : &low) = s->size[i];
    }
    s->size[i] = high;
    return high < was;
}

static bool cut_sizes(struct shrinking *s)
{
    size_t n = 0;
    bool changed = cut_to_one(s);
    for (size_t i = 0; i < s->lives.of->n_ops; i++)
        n += s->in[i] && s->size[i] > 1;
    if (n > MOST_SIZES) return changed;
    for (size_t i = 0; goes_on(s) && i < s->lives.of->n_ops; i++)
        if (s->in[i] && s->size[i] > 1) changed |= cut_size(s, i);
    return changed;
}

/* ── The whole ── */

/* How it fails: in the pass that checks, else in the one that measures. */
static enum shrink_end find_symptom(struct shrinking *s, const struct trace *t)
{
    static const enum runner_pass passes[] = {RUNNER_CHECK, RUNNER_TIME};
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        double from = now();
        s->pass = passes[i];
        if (!symptom_of(&s->symptom, &s->runner, t, s->pass, s->setup->name, s->error,
                        s->error_bytes))
            return child_signalled() ? SHRINK_STOPPED : SHRINK_FAILED;
        if (!s->symptom.any) continue;
        double seconds = SECONDS_LEAST + (now() - from) * SECONDS_FACTOR;
        if (strcmp(s->symptom.verdict.class, "loop") == 0) seconds = SECONDS_LEAST;
        if (seconds < s->runner.seconds) s->runner.seconds = seconds;
        return SHRINK_DONE;
    }
    return SHRINK_SOUND;
}

static bool begin(struct shrinking *s, const struct trace *t)
{
    size_t n = t->n_ops + 1;
    s->in = malloc(n * sizeof *s->in);
    s->size = malloc(n * sizeof *s->size);
    s->part = malloc(n * sizeof *s->part);
    if (!lives_find(&s->lives, t) || !s->in || !s->size || !s->part) return out_of_memory(s);
    return true;
}

/* In one try, what is often not needed at all: all frees and resizes; all bytes but one. */
static void cut_wholesale(struct shrinking *s)
{
    size_t n = s->lives.of->n_ops;
    bool *in = malloc(n + 1);
    uint32_t *size = malloc((n + 1) * sizeof *size);
    if (!in || !size) out_of_memory(s);
    for (size_t i = 0; in && size && i < n; i++) {
        in[i] = s->in[i] && s->lives.begins[i];
        size[i] = s->size[i] > 1 ? 1 : s->size[i];
    }
    if (goes_on(s) && is_same(s, in, s->size)) memcpy(s->in, in, n * sizeof *in);
    if (goes_on(s) && is_same(s, s->in, size)) memcpy(s->size, size, n * sizeof *size);
    free(in);
    free(size);
}

static void cut_all(struct shrinking *s)
{
    bool changed = true;
    cut_behind(s);
    cut_wholesale(s);
    while (goes_on(s) && changed) {
        changed = cut_lives(s);
        changed |= cut_ends(s);
        if (!changed) changed = cut_sizes(s);
    }
}

static enum shrink_end cut(struct shrinking *s, const struct trace *t)
{
    memset(s->in, true, t->n_ops);
    for (size_t i = 0; i < t->n_ops; i++)
        s->size[i] = t->op[i].size;
    s->peak = UINT64_MAX;
    s->n_ops = t->n_ops;
    if (!is_same(s, s->in, s->size)) /* ids alone have changed */
        return s->failed           ? SHRINK_FAILED
               : child_signalled() ? SHRINK_STOPPED
               : is_late(s)        ? SHRINK_LATE
                                   : SHRINK_UNSTEADY;
    struct trace whole;
    if (!lives_trace(&s->lives, s->in, s->size, &whole)) return out_of_memory(s), SHRINK_FAILED;
    s->peak = lives_peak(&whole);
    trace_release(&whole);
    cut_all(s);
    return s->failed           ? SHRINK_FAILED
           : child_signalled() ? SHRINK_STOPPED
           : is_late(s)        ? SHRINK_LATE
                               : SHRINK_DONE;
}

/* What was found in little time, with all that it may take; a loop that is none then is not one. */
static bool holds(struct shrinking *s, const struct trace *small)
{
    struct symptom again;
    if (s->failed || child_signalled() || s->runner.seconds >= s->setup->runner->seconds)
        return true;
    struct runner whole = *s->setup->runner;
    if (strcmp(s->symptom.verdict.class, "loop") == 0 && whole.seconds > 1) whole.seconds = 1;
    if (!symptom_of(&again, &whole, small, s->pass, s->setup->name, s->error, s->error_bytes))
        return true;
    if (!symptom_is_same(&again, &s->symptom)) return false;
    s->symptom = again;
    return true;
}

static enum shrink_end work(struct shrinking *s, struct shrunk *shrunk, const struct trace *t)
{
    enum shrink_end end = find_symptom(s, t);
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
            out_of_memory(s);
            return SHRINK_FAILED;
        }
        if (holds(s, &shrunk->trace)) return end;
        s->ends = end_of(s->setup);
        s->runner.seconds = s->setup->runner->seconds;
        s->symptom = first;
    }
}

enum shrink_end shrink(struct shrunk *shrunk, const struct shrink_setup *setup,
                       const struct trace *t, char *error, size_t error_bytes)
{
    struct shrinking s = {
        .setup = setup, .runner = *setup->runner, .error = error, .error_bytes = error_bytes};
    s.ends = end_of(setup);
    *shrunk = (struct shrunk){.n_tries = 0};
    enum shrink_end end = work(&s, shrunk, t);
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
