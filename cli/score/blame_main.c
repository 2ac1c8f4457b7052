/* blame_main.c: see blame_main.h. */
#include "cli/score/blame_main.h"

#include <stdio.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/score/blame.h"
#include "cli/score/child.h"
#include "cli/score/score_known.h"
#include "cli/score/score_options.h"
#include "cli/score/subject.h"
#include "cli/score/table.h"
#include "cli/text/text.h"

const char *blame_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return score_known_help(
        "blame",
        "Usage: brkview blame [OPTION]... FILE... TRACE\n"
        "Run a trace on an allocator of the malloc lab (mm.c) until it fails, as `brkview\n"
        "score` does, and once more with the bytes watched that it failed by: which operation\n"
        "before it changed them last, or was given what was not free.\n"
        "\n",
        "\n"
        "Exit status: 0 an operation is to blame, 1 none can be told, or it does not fail, 2\n"
        "wrong usage.\n");
}

static void tell_line(const char *before, const char *text)
{
    printf("%s: ", before);
    report_safe_line(stdout, text);
    putchar('\n');
}

/* Why nobody earlier is named, of a failure of that class. */
static const char *why_nobody(const char *class)
{
    static const struct {
        const char *class, *why;
    } rows[] = {
        {"misaligned", "what it returned is wrong; of which words it was made is not known"},
        {"outside", "what it returned is wrong; of which words it was made is not known"},
        {"overlap", "what made it give those bytes out twice is not known"},
        {"null", "it returned NULL; which words made it do so is not known"},
        {"loop", "it was still at work; which words kept it there is not known"},
        {"assert", "which words the assertion looked at is not known"},
        {"exit", "its own code did that"},
        {"prints", "its own code did that"},
        {"crash", "no word of the heap was found that led there"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(class, rows[i].class) == 0) return rows[i].why;
    return "none was seen to change those bytes";
}

static bool tell(const struct score_options *o, const struct verdict *v)
{
    if (o->json) return table_error(v);
    if (!v->class) {
        report_complain(stderr, "blame: %s is valid on it; expected a trace that fails",
                        text_printable(text_base(o->files[0])));
        return true;
    }
    tell_line(v->class, v->message);
    if (v->blame.message[0]) tell_line("blame", v->blame.message);
    bool ok = report_end();
    if (!v->blame.message[0])
        report_complain(stderr, "blame: no operation before it can be told to have done it: %s",
                        why_nobody(v->class));
    return ok;
}

static int blame_files(const struct score_options *o)
{
    struct subject subject;
    struct trace t = {.n_ops = 0};
    struct verdict v;
    char error[512], wrong[256];
    bool ok = false;
    child_signals_keep();
    if (!trace_read(&t, o->traces[0], wrong, sizeof wrong)) {
        report_complain(stderr, "blame: %s: %s", text_printable(o->traces[0]), wrong);
    } else {
        if (trace_passed(&t)) report_complain(stderr, "blame: %s", trace_passed(&t));
        ok = subject_open(&subject, o, error, sizeof error) &&
             blame_run(&v, &subject.runner, &t, RUNNER_CHECK,
                       text_printable(text_base(o->traces[0])), error, sizeof error);
        if (!ok && !child_signalled()) report_complain(stderr, "blame: %s", error);
        ok = ok && tell(o, &v) && v.class && v.blame.op;
        subject_release(&subject);
    }
    trace_release(&t);
    child_signal_again();
    return ok ? 0 : 1;
}

int blame_main(int argc, char **argv)
{
    struct score_options o;
    char error[512];
    int status = 2;
    if (!score_options_parse(&o, argc, argv, error, sizeof error))
        report_complain(stderr, "blame: %s", error);
    else if (o.help)
        status = fputs(blame_help(argc, argv), stdout) == EOF || !report_end();
    else
        status = blame_files(&o);
    score_options_release(&o);
    return status;
}
