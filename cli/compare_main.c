/* compare_main.c: see compare_main.h. Tables for traces; else a lab for each heap, on the screen or
 * for commands. */
#include "cli/compare_main.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command/run.h"
#include "cli/prompt/loop.h"
#include "cli/report/report.h"
#include "cli/score/compare.h"
#include "cli/score/compare_commands.h"
#include "cli/score/compare_files.h"
#include "cli/score/compare_options.h"
#include "cli/score/sides.h"
#include "cli/source/timeout.h"
#include "cli/surroundings.h"
#include "cli/text/file.h"
#include "cli/text/text.h"

#define SCRIPT_BYTES_MAX (16u << 20)

const char *compare_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return compare_options_help();
}

static int complain(const char *what)
{
    report_complain(stderr, "compare: %s", what);
    return 1;
}

/* ── A lab each ── */

struct labs {
    struct lab *lab[SIDES_MOST]; /* owned */
    const char *name[SIDES_MOST];
    size_t n;
};

static void release(struct labs *l)
{
    for (size_t i = 0; i < l->n; i++) {
        lab_release(l->lab[i]);
        report_left(l->lab[i]);
        free(l->lab[i]);
    }
    l->n = 0;
}

static void dress(struct lab *lab, const struct compare_options *o)
{
    if (o->theme != THEME_N) lab->shown.view.theme = o->theme;
    lab->theme_auto = o->theme_auto;
    lab->shown.view.ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

static bool begin(struct labs *l, const struct compare_options *o, struct timeout *timeout,
                  char *error, size_t error_bytes)
{
    for (size_t i = 0; i < o->n_heaps; i++) {
        struct lab *lab = calloc(1, sizeof *lab);
        if (!lab) return text_complain(error, error_bytes, "out of memory");
        if (!lab_init_within(lab, &o->heap[i].setup, false, &timeout->base, error, error_bytes)) {
            free(lab);
            return false;
        }
        dress(lab, o);
        l->lab[l->n] = lab;
        l->name[l->n++] = o->heap[i].name;
    }
    return true;
}

/* ── On the screen, or not ── */

static int run_commands(struct sides *s, const struct compare_options *o)
{
    size_t n = 0;
    if (o->commands) return compare_commands(s, o->commands, o->json);
    char *text = file_read(STDIN_FILENO, SCRIPT_BYTES_MAX, &n);
    if (!text)
        return complain(errno == EFBIG ? "standard input is larger than 16 MiB" : strerror(errno));
    int status = strlen(text) == n ? compare_commands(s, text, o->json)
                                   : complain("standard input is not text; expected commands");
    free(text);
    return status;
}

static int run_labs(const struct compare_options *o, const struct trace *trace, bool screen)
{
    static volatile sig_atomic_t never = 0;
    struct timeout timeout = timeout_of(o->timeout, &never);
    struct labs labs = {.n = 0};
    struct sides sides = {.n = 0};
    char error[512];
    int status = PROMPT_IMPOSSIBLE;
    if (!begin(&labs, o, &timeout, error, sizeof error)) {
        status = complain(error);
    } else if (!sides_init(&sides, labs.lab, labs.name, labs.n, trace)) {
        status = complain("out of memory");
    } else {
        const struct prompt_options prompt = {
            .greeting = "type alloc 64, then free 1: it is done in each heap; help lists the "
                        "commands",
            .sides = &sides,
            .theme_unsaid = o->theme == THEME_N && !o->theme_auto};
        if (screen) status = prompt_run(labs.lab[0], &prompt);
        if (status == PROMPT_IMPOSSIBLE && !trace) {
            surroundings_output_waits();
            status = run_commands(&sides, o);
        }
    }
    sides_release(&sides);
    release(&labs);
    return status;
}

/* A trace on the screen, where it is possible. */
static int run_on_screen(const struct compare_options *o)
{
    struct trace trace;
    char error[600];
    if (o->n_traces == 0) return run_labs(o, NULL, true);
    if (!compare_trace_open(o->trace, o->n_ops, &trace, error, sizeof error))
        return complain(error);
    int status = run_labs(o, &trace, true);
    trace_release(&trace);
    return status;
}

static bool wants_screen(const struct compare_options *o)
{
    return !o->commands && !o->json && !o->plain && o->n_traces <= 1 && o->n_heaps >= 2 &&
           o->n_heaps <= SIDES_MOST && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int run_opened(const struct compare_options *o)
{
    int status = wants_screen(o) ? run_on_screen(o) : PROMPT_IMPOSSIBLE;
    if (status != PROMPT_IMPOSSIBLE) return status;
    return o->n_traces ? compare_traces(o) : run_labs(o, NULL, false);
}

static int run(struct compare_options *o)
{
    struct compare_files files;
    char error[600];
    int status =
        compare_files_open(&files, o, error, sizeof error) ? run_opened(o) : complain(error);
    compare_files_release(&files);
    return status;
}

/* Without a trace each heap is a lab. */
static bool check(const struct compare_options *o, char *error, size_t error_bytes)
{
    if (o->n_traces || o->help || o->n_heaps <= SIDES_MOST) return true;
    return text_complain(error, error_bytes,
                         "%zu heaps are too many for commands; expected up to %d, or a TRACE",
                         o->n_heaps, SIDES_MOST);
}

int compare_main(int argc, char **argv)
{
    struct compare_options o;
    char error[512];
    int status = 2;
    if (!compare_options_parse(&o, argc, argv, error, sizeof error) ||
        !check(&o, error, sizeof error)) {
        report_complain(stderr, "compare: %s", error);
        if (o.no_memory) status = 1;
    } else if (o.help) {
        status = fputs(compare_options_help(), stdout) == EOF || !report_end();
    } else {
        status = run(&o);
    }
    compare_options_release(&o);
    return status;
}
