/* compare.c: see compare.h. */
#include "cli/score/compare.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/report/report.h"
#include "cli/score/compare_table.h"
#include "cli/score/generate.h"
#include "cli/source/timeout.h"
#include "cli/text/text.h"

static bool make_trace(const struct compare_trace *from, uint32_t n_ops, struct trace *trace,
                       char *error, size_t error_bytes)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    bool ok = to && generate(to, from->generator, from->seed, n_ops) == 0;
    if (to && fclose(to) != 0) ok = false;
    ok = ok ? trace_parse(trace, text, n, error, error_bytes)
            : text_complain(error, error_bytes, "out of memory");
    free(text);
    return ok;
}

bool compare_trace_open(const struct compare_trace *from, uint32_t n_ops, struct trace *trace,
                        char *error, size_t error_bytes)
{
    char why[256];
    if (!from->path) return make_trace(from, n_ops, trace, error, error_bytes);
    if (trace_read(trace, from->path, why, sizeof why)) return true;
    return text_complain(error, error_bytes, "%s: %s", text_printable(from->path), why);
}

static bool play(struct compare_result *r, const struct compare_options *o,
                 const struct trace *trace, const char *name, struct target_timeout *timeout,
                 char *error, size_t error_bytes)
{
    struct lockstep *l = malloc(sizeof *l);
    if (!l) return text_complain(error, error_bytes, "out of memory");
    bool ok = lockstep_begin(l, o->heap, o->n_heaps, trace, timeout);
    while (ok && lockstep_play(l))
        continue;
    ok = ok && !l->error[0] && lockstep_peaks(l);
    if (ok)
        compare_take(r, l, name);
    else
        text_complain(error, error_bytes, "%s", l->error);
    lockstep_release(l);
    free(l);
    return ok;
}

static bool put_all(const struct compare_options *o, const struct compare_result *results, size_t n)
{
    if (!o->json)
        return n == 1 ? compare_put_one(results, o->heap, o->n_heaps)
                      : compare_put_many(results, n, o->heap, o->n_heaps);
    for (size_t i = 0; i < n; i++)
        if (!compare_put_json(&results[i], o->heap, o->n_heaps)) return false;
    return compare_put_json_total(results, n, o->heap, o->n_heaps);
}

/* A heap that ended is told in its row, and is no success. */
static bool all_lived(const struct compare_result *results, size_t n, size_t n_heaps)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n_heaps; k++)
            if (results[i].row[k].death.op) return false;
    return true;
}

int compare_traces(const struct compare_options *o)
{
    static const volatile sig_atomic_t never = 0;
    struct timeout timeout = timeout_of(o->timeout, &never);
    struct compare_result *results = calloc(o->n_traces, sizeof *results);
    size_t n = 0;
    bool ok = results != NULL;
    if (!ok) report_complain(stderr, "compare: out of memory");
    for (size_t i = 0; results && i < o->n_traces; i++) {
        struct trace trace;
        char error[600];
        bool read = compare_trace_open(&o->trace[i], o->n_ops, &trace, error, sizeof error);
        if (read && trace_passed(&trace))
            report_complain(stderr, "compare: %s: %s", text_printable(o->trace[i].path),
                            trace_passed(&trace));
        if (read &&
            play(&results[n], o, &trace, o->trace[i].name, &timeout.base, error, sizeof error)) {
            n++;
        } else {
            ok = false;
            report_complain(stderr, "compare: %s", error);
        }
        if (read) trace_release(&trace);
    }
    if (n > 0) ok = put_all(o, results, n) && all_lived(results, n, o->n_heaps) && ok;
    free(results);
    return ok ? 0 : 1;
}
