/* score_main.c: see score_main.h. */
#include "cli/score/score_main.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/score/child.h"
#include "cli/score/score.h"
#include "cli/score/score_many.h"
#include "cli/score/score_options.h"
#include "cli/score/subject.h"
#include "cli/score/table.h"

const char *score_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return score_options_help();
}

/* Nothing was made of the sources: no trace is valid. */
static void tell_no_library(const struct score_options *o, const char *why)
{
    struct table table;
    struct score_total total = {.n = 0};
    report_complain(stderr, "score: %s", why);
    if (!o->json) return;
    table_begin(&table, o, NULL);
    for (size_t i = 0; i < o->n_traces; i++) {
        struct score s = {.path = o->traces[i]};
        verdict_say(&s.verdict, "compile", "%s", why);
        score_add(&total, &s);
        if (!table_row(&table, &s)) return;
    }
    table_end(&table, &total);
}

struct telling {
    struct table table;
    struct score_total total;
};

static bool tell(void *user, const struct score *s)
{
    struct telling *t = user;
    score_add(&t->total, s);
    return table_row(&t->table, s);
}

static int score_all(const struct score_options *o, const struct runner *r)
{
    struct telling t = {.total = {.n = 0}};
    const struct score_many many = {.runner = r,
                                    .paths = o->traces,
                                    .n_paths = o->n_traces,
                                    .jobs = o->jobs,
                                    .tell = tell,
                                    .user = &t};
    char error[512];
    table_begin(&t.table, o, r);
    bool ok = score_many(&many, error, sizeof error);
    if (!ok && error[0] && !child_signalled()) report_complain(stderr, "score: %s", error);
    return ok && table_end(&t.table, &t.total) && t.total.n_valid == t.total.n ? 0 : 1;
}

static int score_files(const struct score_options *o)
{
    struct subject subject;
    char error[512];
    int status = 1;
    child_signals_keep();
    if (subject_open(&subject, o, error, sizeof error))
        status = score_all(o, &subject.runner);
    else if (!child_signalled())
        tell_no_library(o, error);
    subject_release(&subject);
    child_signal_again();
    return status;
}

static int write_trace(const struct score_options *o)
{
    if (generate(stdout, o->generator, o->seed, o->n_ops) != 0 && errno == ENOMEM) {
        report_complain(stderr, "score: out of memory");
        return 1;
    }
    return report_end() ? 0 : 1;
}

int score_main(int argc, char **argv)
{
    struct score_options o;
    char error[512];
    int status = 2;
    if (!score_options_parse(&o, argc, argv, error, sizeof error))
        report_complain(stderr, "score: %s", error);
    else if (o.help)
        status = fputs(score_options_help(), stdout) == EOF || !report_end();
    else
        status = o.generator ? write_trace(&o) : score_files(&o);
    score_options_release(&o);
    return status;
}
