/* score.c: see score.h. A pass that checks, and if it finds nothing one that measures. */
#include "cli/score/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/score/blame.h"
#include "cli/text/text.h"

enum { PRINTED_SHOWN = 2000 };

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *of, size_t n)
{
    double sorted[OWN_MOST_ROUNDS]; /* n is at most so many */
    memcpy(sorted, of, n * sizeof *of);
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
        return text_complain(error, error_bytes,
                             "brkview-own could not begin; expected one of the same version, and "
                             "memory for it");
    }
    s->valid = verdict_of(&s->verdict, r, &end, t, which, text_printable(base_of(s->path)));
    const struct own_result *result = &end.result;
    if (!s->valid && (which == RUNNER_CHECK || which == RUNNER_CHECK_OPEN))
        blame_find(&s->verdict, r, t, which, text_printable(base_of(s->path)), result);
    if (s->valid && end.place && which == RUNNER_CHECK_QUICKLY) {
        const struct peak_heap heap = {result->start, result->at_init, r->align};
        s->has_peak = peak_find(&s->peak, t, end.place, &heap);
    }
    if (which != RUNNER_TIME) {
        free(s->printed);
        s->printed = NULL;
        if (end.n_printed > 0) s->printed = end_of(end.printed, end.n_printed);
        if (result->peak_heap > 0) s->util = (double)result->peak_live / (double)result->peak_heap;
    } else {
        s->seconds = median(result->seconds, runner_rounds(r, which));
    }
    runner_release(&end);
    return true;
}

/* Where a quick check has found something, the slow one tells at which operation it could be seen
 * first; of what does not return only what comes before that is run again. What then is sound was
 * not always so: what was found stands. */
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
    if (!ok || !s->valid) {
        free(printed);
        return ok;
    }
    free(s->printed);
    s->printed = printed;
    s->verdict = found;
    s->valid = false;
    return true;
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
        snprintf(s->note + strlen(s->note), sizeof s->note - strlen(s->note),
                 "%s%s; the labs' memlib lets that pass", s->note[0] ? "; " : "", touched.message);
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
    return true;
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
    bool ok =
        check(s, r, &t, error, error_bytes) && (!s->valid || measure(s, r, &t, error, error_bytes));
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
    if (!s->counts_speed) return;
    total->n_ops += s->n_ops;
    total->seconds += s->seconds;
}
