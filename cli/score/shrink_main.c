/* shrink_main.c: see shrink_main.h. */
#include "cli/score/shrink_main.h"

#include <stdio.h>
#include <string.h>

#include "cli/report/progress.h"
#include "cli/report/report.h"
#include "cli/score/child.h"
#include "cli/score/score_known.h"
#include "cli/score/score_options.h"
#include "cli/score/shrink.h"
#include "cli/score/shrink_tell.h"
#include "cli/score/subject.h"
#include "cli/text/text.h"

const char *shrink_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return score_known_help(
        "shrink",
        "Usage: brkview shrink [OPTION]... FILE... TRACE\n"
        "Make of a trace on which an allocator of the malloc lab (mm.c) fails a small one on\n"
        "which it fails in the same way, as `brkview score` tells it: what follows the failing\n"
        "operation goes, then blocks with all that is done to them, then single frees and\n"
        "resizes, then bytes, until nothing more can go. Ctrl-C ends it; what was found by\n"
        "then is written. A trace that is valid has nothing to be made small but the bytes that\n"
        "the allocator wastes, see --waste.\n"
        "\n",
        "\n"
        "Exit status: 0 a trace was written, 1 none was (nothing fails), 2 wrong usage.\n");
}

static void on_progress(void *user, size_t n_ops, size_t n_tries)
{
    (void)user;
    progress_tell("shrink: %zu operations are left, %zu tries", n_ops, n_tries);
}

static int shrink_trace(const struct score_options *o, const struct runner *r,
                        const struct trace *t, char *error, size_t error_bytes)
{
    struct shrunk s;
    char name[256], whole[256]; /* what text_printable returns does not last */
    snprintf(name, sizeof name, "%s", shrink_name(o));
    snprintf(whole, sizeof whole, "%s", text_printable(text_base(o->traces[0])));
    const struct shrink_setup setup = {.runner = r,
                                       .name = name,
                                       .whole = whole,
                                       .progress = on_progress,
                                       .waste = o->waste,
                                       .seconds = o->within};
    enum shrink_end end = shrink(&s, &setup, t, error, error_bytes);
    progress_end();
    bool ok = shrink_tell(o, r, t, &s, end, error);
    shrink_release(&s);
    return ok ? 0 : 1;
}

static void tell_passed(const struct trace *t)
{
    if (trace_passed(t)) report_complain(stderr, "shrink: %s", trace_passed(t));
}

static int shrink_files(const struct score_options *o)
{
    struct subject subject;
    struct trace t = {.n_ops = 0};
    char error[512], wrong[256];
    int status = 1;
    child_signals_keep();
    if (!trace_read(&t, o->traces[0], wrong, sizeof wrong))
        report_complain(stderr, "shrink: %s: %s", text_printable(o->traces[0]), wrong);
    else if (tell_passed(&t), subject_open(&subject, o, error, sizeof error))
        status = shrink_trace(o, &subject.runner, &t, error, sizeof error);
    else if (!child_signalled())
        report_complain(stderr, "shrink: %s", error);
    if (t.n_ops > 0) subject_release(&subject);
    trace_release(&t);
    child_signal_again();
    return status;
}

int shrink_main(int argc, char **argv)
{
    struct score_options o;
    char error[512];
    int status = 2;
    if (!score_options_parse(&o, argc, argv, error, sizeof error))
        report_complain(stderr, "shrink: %s", error);
    else if (o.help)
        status = fputs(shrink_help(argc, argv), stdout) == EOF || !report_end();
    else
        status = shrink_files(&o);
    score_options_release(&o);
    return status;
}
