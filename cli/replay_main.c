/* replay_main.c: from a trace, and an allocator or a policy, to a lab in which it is played. */
#include "cli/replay_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/run.h"
#include "cli/front.h"
#include "cli/report/report.h"
#include "cli/score/replay.h"
#include "cli/score/verb_replay.h"
#include "cli/source/timeout.h"
#include "cli/text/text.h"

#define USAGE_STATUS 2

static const char help_text[] =
    "Usage: brkview replay [OPTION]... FILE... TRACE\n"
    "  or:  brkview replay [OPTION]... [--policy=NAME] TRACE\n"
    "Play a trace of the malloc lab on the map, operation by operation, on an allocator of your\n"
    "own (mm.c) or on a policy of brkview's. `step`, `run`, `back`, `goto` and `until` move in "
    "it;\n"
    "with an empty line the right and left keys do one operation more or less.\n"
    "\n"
    "      --at=PLACE           begin there, as `goto PLACE`: N, bad, peak, \"line L\"\n"
    "      --policy=NAME        one of brkview's policies (header)\n"
    "      --cc=COMMAND         the compiler of FILE (cc)\n"
    "      --cflags=FLAGS       more flags, behind -g -Wall -O2 -DDRIVER\n"
    "      --align=BYTES        of its payloads: 4, 8 or 16 (as its form says)\n"
    "      --set=OPTION=VALUE   of a policy, and theme, mouse, addresses, projector\n"
    "      --limit=SIZE         the heap's most bytes\n"
    "  -e, --execute=COMMANDS   run COMMANDS (separated by ';') and leave\n"
    "      --json               one JSON object a line for every command\n"
    "      --plain              plain text, no screen\n"
    "      --screen-reader      plain text, and every command tells what it changed\n"
    "      --theme=NAME         dark, light, mono or auto\n"
    "      --ascii              draw with ASCII only\n"
    "      --stop-on-error      stop at the first command that fails\n"
    "      --timeout=SECONDS    in scripts: end a target that does not answer (10)\n"
    "      --help               show this\n"
    "\n"
    "Exit status: 0 all commands succeeded, 1 one failed, or nothing can be played, 2 wrong\n"
    "usage.\n";

const char *replay_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return help_text;
}

/* What is room enough for an allocator that uses nothing again. */
static uint64_t segment_for(const struct trace *t, size_t most)
{
    enum { A_BLOCK = 64, LEAST = 64 << 10 };
    uint64_t bytes = LEAST;
    for (size_t i = 0; i < t->n_ops; i++)
        bytes += t->op[i].kind == TRACE_FREE ? 0 : (uint64_t)t->op[i].size + A_BLOCK;
    return bytes < most ? (bytes + LEAST - 1) / LEAST * LEAST : most;
}

/* The trace is whole, the allocator ready. */
static int play(struct lab *lab, struct options *o, struct replay *replay)
{
    char error[1024], begin[128];
    struct timeout timeout = timeout_of(o->timeout, &lab->shown.session.stop);
    if (!lab_init_within(lab, &o->setup, o->aslr, &timeout.base, error, sizeof error)) {
        report_complain(stderr, "%s", error);
        return EXIT_FAILURE;
    }
    lab->shown.player = &replay->base;
    snprintf(begin, sizeof begin, "goto %s", o->at ? o->at : "");
    if (o->at) o->begin = begin;
    struct prompt_options prompt = {
        .begin = o->begin,
        .greeting = "step, run, back, goto; Right and Left step, too; help step"};
    if (lab->shown.session.unseen[0]) prompt.warning = lab->shown.session.unseen;
    return front_run(lab, o, &prompt);
}

static int open_and_play(struct options *o, const struct trace *trace)
{
    static struct lab lab; /* large, as is */
    static struct own_open own;
    char error[1024];
    struct runner runner = {.seconds = o->timeout};
    struct replay replay;
    bool is_own = o->allocator.build.n_files > 0 && o->setup.policy == HEAP_OWN;
    if (is_own && !own_open(&own, &o->allocator, error, sizeof error)) {
        report_complain(stderr, "%s: %s", own.setup.title, error);
        own_open_release(&own);
        return EXIT_FAILURE;
    }
    if (is_own) {
        o->setup.own = &own.setup;
        runner.library = own.setup.library;
        runner.form = &own.form;
        runner.align = own.setup.align;
        runner.heap_most = own.form.heap_most;
        if (own.form.heap == OWN_HEAP_SEGMENT) {
            if (o->allocator.segment == 0)
                own.setup.segment = segment_for(trace, own.form.heap_most);
            runner.heap_most = own.setup.segment;
        }
    }
    int status = EXIT_FAILURE;
    if (replay_init(&replay, trace, text_printable(text_base(o->trace)), is_own ? &runner : NULL)) {
        replay_command(&replay);
        status = play(&lab, o, &replay);
    } else {
        report_complain(stderr, "replay: out of memory");
    }
    replay_release(&replay);
    own_open_release(&own);
    return status;
}

int replay_main(int argc, char **argv)
{
    struct options o;
    struct trace trace;
    char error[1024], wrong[256];
    if (!options_parse(&o, OPTIONS_REPLAY, argc, argv, error, sizeof error)) {
        report_complain(stderr, "replay: %s", error);
        return USAGE_STATUS;
    }
    if (o.help) return fputs(help_text, stdout) == EOF || !report_end();
    if (!trace_read(&trace, o.trace, wrong, sizeof wrong)) {
        report_complain(stderr, "replay: %s: %s", text_printable(o.trace), wrong);
        return EXIT_FAILURE;
    }
    if (trace_passed(&trace))
        report_complain(stderr, "replay: %s: %s", text_printable(o.trace), trace_passed(&trace));
    int status = open_and_play(&o, &trace);
    trace_release(&trace);
    return status;
}
