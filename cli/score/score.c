/* score.c: see score.h. A pass that checks, and if it finds nothing one that measures. */
#include "cli/score/score.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/score/blame.h"
#include "cli/score/scale.h"
#include "cli/text/text.h"

enum { PRINTED_SHOWN = 2000 };

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *of, size_t n)
{
    double sorted[OWN_MOST_ROUNDS]; /* n is at most so many */
    for (size_t i = 0; i < n; i++) /* a stranger may have written there what is no time */
        sorted[i] = isfinite(of[i]) && of[i] > 0 ? of[i] : 0;
    qsort(sorted, n, sizeof *sorted, by_size);
    return sorted[n / 2];
}

/* The last of it, from a line's beginning on. */
static char *end_of(const char *text, size_t n)
{
    size_t from = n > PRINTED_SHOWN ? n - PRINTED_SHOWN : 0;
    const char *line = from ? memchr(text + from, '\n', n - from) : NULL;
    if (line) from = (size_t)(line + 1 - text);
    return n > from ? strndup(text + from, n - from) : NULL;
}

static void add_note(struct score *s, const char *text, const char *end)
{
    size_t n = strlen(s->note);
    snprintf(s->note + n, sizeof s->note - n, "%s%s%s", n ? "; " : "", text, end);
}

static bool pass(struct score *s, const struct runner *r, const struct trace *t,
                 enum runner_pass which, char *error, size_t error_bytes)
{
    struct runner_end end;
    if (!runner_run(r, t, which, &end, error, error_bytes)) return false;
    if (end.end == CHILD_STOPPED) {
        runner_release(&end);
        return text_complain(error, error_bytes, "it was stopped");
    }
    if (end.result.version != OWN_VERSION && end.end == CHILD_ENDED) {
        runner_release(&end);
        return runner_complain(r, error, error_bytes);
    }
    s->valid = verdict_of(&s->verdict, r, &end, t, which, text_printable(text_base(s->path)));
    const struct own_result *result = &end.result;
    if (!s->valid && (which == RUNNER_CHECK || which == RUNNER_CHECK_OPEN))
        blame_find(&s->verdict, r, t, which, text_printable(text_base(s->path)), result);
    if (s->valid && end.place) {
        const struct peak_heap heap = {result->start, result->at_init, r->align};
        s->has_peak = peak_find(&s->peak, t, end.place, &heap);
        if (!s->has_peak)
            add_note(s, "where its bytes were can't be told: there were none, or no memory", "");
    }
    if (runner_checks(which)) {
        free(s->printed);
        s->printed = NULL;
        if (end.n_printed > 0) s->printed = end_of(end.printed, end.n_printed);
        if (result->peak_heap > 0) s->util = (double)result->peak_live / (double)result->peak_heap;
    } else if (which == RUNNER_LIBC) {
        s->libc_seconds = median(result->seconds, RUNNER_TIMED_ROUNDS);
    } else if (which == RUNNER_TIME) {
        s->seconds = median(result->seconds, runner_rounds(r, which));
    }
    runner_release(&end);
    return true;
}

/* The slow check is sound where the quick one was not. What was found in a whole trace's first run
 * was not so always, and stands; what came only after a run that broke off is told, for the labs'
 * drivers run whole traces. */
static void stand_by(struct score *s, const struct verdict *found, bool after_part, char *printed)
{
    if (after_part) {
        free(printed);
        add_note(s, found->message, "; whole runs one after another are sound");
        return;
    }
    free(s->printed);
    s->printed = printed;
    s->verdict = *found;
    s->valid = false;
}

/* Where a quick check has found something, the slow one tells at which operation it could be seen
 * first; of what does not return only what comes before that is run again. */
static bool look_again(struct score *s, const struct runner *r, const struct trace *t, char *error,
                       size_t error_bytes)
{
    struct trace before = *t;
    const struct verdict found = s->verdict;
    char *printed = s->printed;
    bool returns = strcmp(found.class, "loop") != 0;
    if (!returns && found.op <= 1) return true;
    if (!returns) before.n_ops = found.op - 1;
    s->printed = NULL;
    bool ok = pass(s, r, &before, RUNNER_CHECK, error, error_bytes);
    if (ok && s->valid)
        stand_by(s, &found, found.again && returns && !found.touched, printed);
    else
        free(printed);
    return ok;
}

/* Checked, and where it only touched what the labs let it touch, once more as they would. */
static bool check(struct score *s, const struct runner *r, const struct trace *t, char *error,
                  size_t error_bytes)
{
    if (!pass(s, r, t, RUNNER_CHECK_QUICKLY, error, error_bytes)) return false;
    if (!s->valid && !look_again(s, r, t, error, error_bytes)) return false;
    if (s->valid || !s->verdict.touched) return true;
    const struct verdict touched = s->verdict;
    if (!pass(s, r, t, RUNNER_CHECK_OPEN, error, error_bytes)) return false;
    if (!s->valid)
        s->verdict = touched;
    else
        add_note(s, touched.message, "; the labs' memlib lets that pass");
    return true;
}

/* Of one way; 0: it can't. */
static bool count_by(uint64_t *n, const struct runner *r, const struct trace *t,
                     enum runner_pass way, char *error, size_t error_bytes)
{
    struct runner_end end;
    *n = 0;
    if (!runner_run(r, t, way, &end, error, error_bytes)) return false;
    bool stopped = end.end == CHILD_STOPPED;
    if (end.result.stage == OWN_DONE) *n = end.instructions;
    runner_release(&end);
    return !stopped || text_complain(error, error_bytes, "it was stopped");
}

/* By the processor; or else those of the whole process, without those of one that does nothing
 * after init. What goes wrong only now is no fault of the trace's, which was measured before. */
static bool count(struct score *s, const struct runner *r, const struct trace *t, char *error,
                  size_t error_bytes)
{
    struct trace nothing = *t;
    uint64_t all = 0, start = 0;
    nothing.n_ops = 0;
    if (!count_by(&s->instructions, r, t, RUNNER_COUNT, error, error_bytes)) return false;
    if (s->instructions > 0) return true;
    if (!count_by(&all, r, t, RUNNER_SIMULATE, error, error_bytes) ||
        (all && !count_by(&start, r, &nothing, RUNNER_SIMULATE, error, error_bytes)))
        return false;
    if (all > start && start > 0)
        s->instructions = all - start;
    else
        add_note(s,
                 "instructions can't be counted: the processor's counter can't be had here, nor "
                 "could valgrind's lackey count them",
                 "");
    return true;
}

/* What calls init once in a process is run in several. */
static bool measure(struct score *s, const struct runner *r, const struct trace *t, char *error,
                    size_t error_bytes)
{
    double seconds[RUNNER_TIMED_ROUNDS];
    size_t n = RUNNER_TIMED_ROUNDS / runner_rounds(r, RUNNER_TIME);
    for (size_t i = 0; i < n; i++) {
        if (!pass(s, r, t, RUNNER_TIME, error, error_bytes)) return false;
        if (!s->valid) return true;
        seconds[i] = s->seconds;
    }
    s->seconds = median(seconds, n);
    return (!r->count || count(s, r, t, error, error_bytes)) &&
           (!r->libc || pass(s, r, t, RUNNER_LIBC, error, error_bytes));
}

bool score_trace(struct score *s, const struct runner *r, const char *path, char *error,
                 size_t error_bytes)
{
    struct trace t;
    char wrong[256];
    *s = (struct score){.path = path, .counts_util = true, .counts_speed = true};
    if (!trace_read(&t, path, wrong, sizeof wrong)) {
        verdict_say(&s->verdict, "trace", "%s", wrong);
        return true;
    }
    s->n_ops = t.n_ops;
    /* CS:APP's own driver reads the weight and lets it be. */
    if (t.form == TRACE_CMU) {
        s->counts_util = t.weight == 1 || t.weight == 2;
        s->counts_speed = t.weight == 1 || t.weight == 3;
    }
    if (t.n_notes > 0) snprintf(s->note, sizeof s->note, "%s", t.note[0]);
    bool ok = check(s, r, &t, error, error_bytes) &&
              (!s->valid || r->check_only || measure(s, r, &t, error, error_bytes));
    trace_release(&t);
    return ok;
}

void score_release(struct score *s)
{
    free(s->printed);
    s->printed = NULL;
}

double score_kops(double n_ops, double seconds) { return seconds > 0 ? n_ops / seconds / 1000 : 0; }

void score_add(struct score_total *total, const struct score *s)
{
    total->n++;
    if (!s->valid) return;
    total->n_valid++;
    if (s->counts_util) {
        total->util = (total->util * (double)total->n_util + s->util) / (double)(total->n_util + 1);
        total->n_util++;
    }
    if (s->instructions > 0) {
        total->instructions += s->instructions;
        total->n_instructions += s->n_ops;
    }
    if (!s->counts_speed || s->seconds <= 0) return;
    if (s->libc_seconds > 0) {
        total->libc_seconds += s->libc_seconds;
        total->n_libc_ops += s->n_ops;
    }
    total->kops =
        scale_mean(total->kops, total->n_kops++, score_kops((double)s->n_ops, s->seconds));
    total->n_ops += s->n_ops;
    total->seconds += s->seconds;
}
