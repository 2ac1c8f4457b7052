/* shrink_main.c: see shrink_main.h. */
#include "cli/score/shrink_main.h"

#include <stdio.h>
#include <string.h>

#include "cli/command/write_file.h"
#include "cli/report/progress.h"
#include "cli/report/report.h"
#include "cli/score/blame.h"
#include "cli/score/child.h"
#include "cli/score/lives.h"
#include "cli/score/score_options.h"
#include "cli/score/shrink.h"
#include "cli/score/subject.h"
#include "cli/text/text.h"

const char *shrink_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return "Usage: brkview shrink [OPTION]... FILE... TRACE\n"
           "Make of a trace on which an allocator of the malloc lab (mm.c) fails a small one on\n"
           "which it fails in the same way, as `brkview score` tells it: what follows the failing\n"
           "operation goes, then blocks with all that is done to them, then single frees and\n"
           "resizes, then bytes, until nothing more can go. Ctrl-C ends it; what was found by\n"
           "then is written.\n"
           "\n"
           "  -o, --output=FILE      where the small trace goes, and its failure is told on\n"
           "                         standard output; else the trace goes there, and the rest to\n"
           "                         standard error\n"
           "      --cc=COMMAND       as of `brkview score`, and so are the others:\n"
           "      --cflags=FLAGS     more flags for the compiler\n"
           "      --m32              compile it for 32 bits, and run it so\n"
           "      --align=BYTES      of payloads: 4, 8 or 16\n"
           "      --heap=MIB         the heap's most MiB\n"
           "      --timeout=SECONDS  of work that the trace may take (10)\n"
           "      --within=SECONDS   after which the smallest so far is taken (60); 0: none\n"
           "  -f, --trace=TRACE      the trace\n"
           "      --help             show this\n"
           "\n"
           "Exit status: 0 a trace was written, 1 none was (it does not fail), 2 wrong usage.\n";
}

static const char *setup_name(const struct score_options *o)
{
    return o->output ? text_printable(text_base(o->output)) : "the small trace";
}

static void on_progress(void *user, size_t n_ops, size_t n_tries)
{
    (void)user;
    progress_tell("shrink: %zu operations are left, %zu tries", n_ops, n_tries);
}

struct small_file {
    struct file_content content;
    const struct trace *trace;
};

static bool write_content(struct file_content *self, FILE *to, struct outcome *out)
{
    (void)out;
    return lives_write(((struct small_file *)self)->trace, to);
}

static bool put_trace(const struct score_options *o, const struct trace *t)
{
    struct small_file file = {.content = {.write = write_content}, .trace = t};
    if (!o->output) return lives_write(t, stdout) && report_end();
    struct outcome *out = outcome_new(0, "shrink");
    bool ok = out && write_file(o->output, "a trace", &file.content, out);
    if (!ok)
        report_complain(stderr, "shrink: %s", out && out->error ? out->error : "out of memory");
    if (out) outcome_free(out);
    return ok;
}

/* A line on standard output, or where the trace goes there, on standard error. */
static void tell(const struct score_options *o, const char *before, const char *text)
{
    if (!o->output) {
        report_complain(stderr, "shrink: %s%s", before, text);
        return;
    }
    fputs(before, stdout);
    report_safe_line(stdout, text);
    putchar('\n');
}

static bool tell_small(const struct score_options *o, const struct runner *r,
                       const struct shrunk *s, size_t n_ops, enum shrink_end end)
{
    bool stopped = end == SHRINK_STOPPED;
    char line[512], late[128], unheard[256];
    struct verdict v;
    snprintf(late, sizeof late,
             "; a smaller one was not found within %g s (--within), and there may be one",
             o->within);
    snprintf(line, sizeof line, "%zu of %zu operations of %s are left, after %zu tries%s",
             s->trace.n_ops, n_ops, text_printable(text_base(o->traces[0])), s->n_tries,
             stopped              ? "; it was stopped before the least was found"
             : end == SHRINK_LATE ? late
                                  : "");
    tell(o, "", line);
    /* Who is to blame is looked for only now. */
    if (stopped || s->pass == RUNNER_TIME ||
        !blame_run(&v, r, &s->trace, s->pass, setup_name(o), unheard, sizeof unheard) || !v.class)
        v = s->symptom.verdict;
    snprintf(line, sizeof line, "%s: ", v.class);
    tell(o, line, v.message);
    if (v.blame.message[0]) tell(o, "blame: ", v.blame.message);
    return report_end();
}

static int shrink_trace(const struct score_options *o, const struct runner *r,
                        const struct trace *t, char *error, size_t error_bytes)
{
    struct shrunk s;
    const struct shrink_setup setup = {.runner = r,
                                       .name = o->output ? text_printable(text_base(o->output))
                                                         : "the small trace",
                                       .progress = on_progress,
                                       .seconds = o->within};
    enum shrink_end end = shrink(&s, &setup, t, error, error_bytes);
    bool ok = false;
    progress_end();
    switch (end) {
    case SHRINK_DONE:
    case SHRINK_LATE:
    case SHRINK_STOPPED:
        if (s.trace.n_ops > 0) ok = put_trace(o, &s.trace) && tell_small(o, r, &s, t->n_ops, end);
        break;
    case SHRINK_SOUND:
        report_complain(stderr, "shrink: %s is valid on it; expected a trace that fails",
                        text_printable(text_base(o->files[0])));
        break;
    case SHRINK_UNSTEADY:
        report_complain(stderr,
                        "shrink: it failed once (%s: %s), and when it was run again not in the "
                        "same way",
                        s.symptom.verdict.class, s.symptom.verdict.message);
        break;
    case SHRINK_FAILED:
        report_complain(stderr, "shrink: %s", error);
    }
    shrink_release(&s);
    return ok ? 0 : 1;
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
    else if (subject_open(&subject, o, error, sizeof error))
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
