/* run_main.c: `brkview run`, without a screen: the program has our input, output, terminal and exit
 * status; what was seen of its heap goes to standard error, or to a file. */
#include "cli/run_main.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/command/live.h"
#include "cli/command/run.h"
#include "cli/export/export.h"
#include "cli/follow.h"
#include "cli/front.h"
#include "cli/report/report.h"
#include "cli/session/watch.h"
#include "cli/source/spawn.h"
#include "cli/surroundings.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"

#define ENDED_BEFORE "it ended before it could be looked at"
#define TROUBLE_STATUS 125 /* our own, as env has it */

static const char help_text[] =
    "Usage: brkview run [OPTION]... [--] PROGRAM [ARGUMENT]...\n"
    "Start PROGRAM and watch its heap while it runs. On a terminal the heap is on the screen, and\n"
    "PROGRAM has a terminal of its own: its output is shown, `input LINE` types into it.\n"
    "Without a terminal, or with --plain, --every, --summary, --record or --follow, its input,\n"
    "output and signals are its own, and at its end what was seen of its heap is told on standard\n"
    "error.\n"
    "\n"
    "      --every=SECONDS      tell it every so many seconds, too\n"
    "      --summary=FILE       write it to FILE as JSON, and nothing to standard error\n"
    "      --follow             watch the processes below it, too\n"
    "      --record=FILE        keep the looks: .html plays them back, .cast, .json\n"
    "      --rate=HZ            looks a second, up to 30 (10)\n"
    "      --never-stop         do not hold its threads, not even for a look that was torn\n"
    "      --plain              no screen\n"
    "      --set=OPTION=VALUE   theme, mouse, addresses, projector\n"
    "      --theme=NAME         dark, light, mono or auto\n"
    "      --ascii              draw with ASCII only\n"
    "      --help               show this\n"
    "\n"
    "Exit status: without a screen PROGRAM's; 128 and the signal's number if one killed it.\n"
    "126 it can't be run, 127 it was not found, 125 brkview has failed, 2 wrong usage.\n";

const char *run_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return help_text;
}

struct run {
    struct options o;
    struct spawn spawn;
    struct lab lab;
    struct follow follow; /* of --follow */
    const char *program;
    bool watched; /* its heap can be looked at */
    bool json; /* the summary goes to a file */
    struct timespec from, told;
    char why[PROCESS_WORDS]; /* not watched: why */
};

static double since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

/* ── In words ── */

/* A look that is older than the time asked for between two, and this, says so. */
#define LATE_SECONDS 0.05

static void tell_line(const struct run *r)
{
    const struct session *s = &r->lab.shown.session;
    const struct snapshot_stats *n = snapshot_stats(s->snapshot);
    double age = watch_age(s->watch);
    char seen[64] = "";
    if (age > 1 / s->watch->rate + LATE_SECONDS) snprintf(seen, sizeof seen, ", %.1f s ago", age);
    if (s->watch->kind == WATCH_FOREIGN)
        report_complain(stderr,
                        "%.1f s: heap %" PRIu64 " bytes up to brk%s; its blocks can't be read",
                        since(&r->from), n->heap_bytes, seen);
    else
        report_complain(stderr,
                        "%.1f s: heap %" PRIu64 " bytes, %" PRIu64 " in use, %" PRIu64
                        " cached, %" PRIu64 " free%s",
                        since(&r->from), n->heap_bytes, n->live_bytes, n->cached_bytes,
                        n->free_bytes, seen);
}

static void tell_end(const struct run *r)
{
    const struct session *s = &r->lab.shown.session;
    const struct watch *w = s->watch;
    const struct snapshot_stats *n = snapshot_stats(s->snapshot);
    struct watched_pin pin;
    char peak[WATCHED_MOMENT_MAX];
    report_complain(stderr, "%s, %.2f s; peak seen: %s", r->program, since(&r->from),
                    watched_moment(&w->peak, peak));
    if (w->kind == WATCH_FOREIGN) report_complain(stderr, "%s", w->words);
    if (w->kind == WATCH_GLIBC) {
        watched_pin_find(s->snapshot, &pin);
        report_complain(stderr,
                        "at the last look: heap %" PRIu64 " bytes, in use %" PRIu64
                        ", cached %" PRIu64 ", free %" PRIu64 "; the largest request that fits: "
                        "%" PRIu64,
                        n->heap_bytes, n->live_bytes, n->cached_bytes, n->free_bytes,
                        watched_fits(s->snapshot));
        if (pin.block.size > 0 && pin.below > 0)
            report_complain(stderr,
                            "pinned: %" PRIu64 " free bytes below the block of %" PRIu64
                            " bytes at 0x%" PRIx64,
                            pin.below, pin.block.size, pin.block.address);
    }
    report_complain(
        stderr,
        "looks: %" PRIu64 " whole at once, %" PRIu64 " at a later try, %" PRIu64
        " while it was held (%.1f ms in all), %" PRIu64 " given up; %" PRIu64 " tries were torn",
        w->n.whole, w->n.again, w->n.held, w->held_seconds * 1000, w->n.failed, w->n.torn);
}

/* ── As JSON ── */

static json_t *moment_json(uint64_t heap, uint64_t live, uint64_t free, uint64_t cached)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "heap_bytes", value_number(heap), "live_bytes",
                     value_number(live), "free_bytes", value_number(free), "cached_bytes",
                     value_number(cached));
}

static json_t *seen_json(struct run *r)
{
    const struct session *s = &r->lab.shown.session;
    const struct watch *w = s->watch;
    const struct outcome *stats = lab_run(&r->lab, "stats");
    return json_pack("{s:o, s:O?}", "peak_seen",
                     moment_json(w->peak.heap, w->peak.live, w->peak.free, w->peak.cached), "last",
                     stats->result);
}

static bool write_summary(struct run *r, int status)
{
    json_t *j = json_pack("{s:o, s:i, s:f}", "program", value_text(r->program), "status", status,
                          "seconds", since(&r->from));
    if (r->watched)
        json_object_update_new(j, seen_json(r));
    else
        json_object_set_new(j, "unseen", value_text(r->why));
    if (r->o.follow) json_object_set_new(j, "children", follow_json(&r->follow));
    FILE *to = fopen(r->o.summary, "we");
    bool ok = to && j && report_put_json(j, to) && fputc('\n', to) != EOF;
    if (to && fclose(to) != 0) ok = false;
    json_decref(j);
    if (!ok)
        report_complain(stderr, "%s: %s; expected a file that can be written", r->o.summary,
                        strerror(errno));
    return ok;
}

/* The looks, for later. True if none were wanted. */
static bool write_record(struct run *r)
{
    char *line = NULL;
    if (!r->o.record || !r->watched) return true;
    const struct outcome *out =
        asprintf(&line, "export \"%s\"", r->o.record) < 0 ? NULL : lab_run(&r->lab, line);
    free(line);
    if (!out || !out->ok) report_complain(stderr, "%s", out ? out->error : "out of memory");
    return out && out->ok;
}

/* ── The run ── */

#define MOMENTS 50 /* of 10 ms */

static void wait_a_moment(void)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    nanosleep(&moment, NULL);
}

/* What was just found to be ending ends: its status is told then. */
static bool ends(struct spawn *spawn)
{
    for (int i = 0; i < MOMENTS && spawn_poll(spawn) != SPAWN_ENDED; i++)
        wait_a_moment();
    return spawn_poll(spawn) == SPAWN_ENDED;
}

/* program: it has started on a terminal of its own, and is the lab's if it is watched. */
static void begin_watching(struct run *r, struct pty_program *program)
{
    struct spawn *spawn = program ? &program->spawn : &r->spawn;
    struct process *process = calloc(1, sizeof *process);
    snprintf(r->why, sizeof r->why, "out of memory");
    if (!process || process_open(process, spawn->pid, r->why, sizeof r->why) != REFUSAL_NONE) {
        free(process);
        if (ends(spawn)) snprintf(r->why, sizeof r->why, ENDED_BEFORE);
        return;
    }
    const struct watch_setup setup = {.process = process,
                                      .spawn = spawn,
                                      .program = program,
                                      .lends_program = true,
                                      .rate = r->o.rate,
                                      .never_stop = r->o.never_stop};
    r->watched = lab_attach(&r->lab, &setup, r->why, sizeof r->why);
    if (r->watched && !program && !r->o.record)
        r->lab.shown.session.watch->keep_every = INFINITY; /* nobody plays the looks back */
    if (!r->watched && ends(spawn)) snprintf(r->why, sizeof r->why, ENDED_BEFORE);
}

static double seconds_to_wait(const struct run *r)
{
    int ms = r->watched ? live_wait(&r->lab) : -1;
    double wait = ms < 0 ? -1 : ms / 1000.0, line = r->o.every - since(&r->told);
    if (r->o.follow) {
        double below = follow_wait(&r->follow);
        wait = wait < 0 || below < wait ? below : wait;
    }
    if (r->o.every <= 0 || !r->watched) return wait;
    if (line < 0) line = 0;
    return wait < 0 || line < wait ? line : wait;
}

static void watch(struct run *r)
{
    while (spawn_wait(&r->spawn, seconds_to_wait(r)) != SPAWN_ENDED) {
        if (r->o.follow) follow_tick(&r->follow);
        if (!r->watched) continue;
        live_tick(&r->lab);
        if (r->o.every <= 0 || since(&r->told) < r->o.every) continue;
        tell_line(r);
        clock_gettime(CLOCK_MONOTONIC, &r->told);
    }
}

/* ── On the screen ── */

static bool wants_screen(const struct options *o)
{
    return !o->plain && !o->summary && !o->follow && o->every <= 0 && !o->record &&
           isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* There is no picture, and so no screen: what it wrote, and what became of it. Its exit status. */
static int tell_unwatched(const struct run *r, struct pty_program *program)
{
    bool ended = spawn_poll(&program->spawn) == SPAWN_ENDED;
    for (int i = 0; i < MOMENTS && program->spawn.fd >= 0; i++) /* it may be on its way still */
        if (!pty_program_read(program)) wait_a_moment();
    const struct written *w = &program->written;
    for (size_t i = 0; i < w->n; i++)
        printf("%s\n", w->line[i]);
    if (*written_open_line(w)) printf("%s\n", written_open_line(w));
    fflush(stdout);
    report_complain(stderr, "the heap of %s was not watched: %s", r->program, r->why);
    int status = ended ? spawn_exit_status(&program->spawn) : TROUBLE_STATUS;
    if (!ended) spawn_end(&program->spawn, 1);
    pty_program_release(program);
    free(program);
    return status;
}

static int run_on_screen(struct run *r, char **words)
{
    struct winsize size = {.ws_row = 0}; /* its lines are shown on ours */
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    const struct spawn_setup setup = {.mode = SPAWN_PTY,
                                      .signals = surroundings_signals(),
                                      .rows = size.ws_row > 0 ? size.ws_row : 24,
                                      .columns = size.ws_col > 0 ? size.ws_col : 80,
                                      .terminal = "dumb"};
    char error[PROCESS_WORDS];
    struct pty_program *program = calloc(1, sizeof *program);
    int status =
        program ? spawn_start(&program->spawn, words, &setup, error, sizeof error) : TROUBLE_STATUS;
    if (status != 0) {
        report_complain(stderr, "%s", program ? error : "out of memory");
        free(program);
        return status;
    }
    begin_watching(r, program);
    if (!r->watched) return tell_unwatched(r, program);
    struct prompt_options prompt = {.greeting =
                                        "input LINE types into it; pause holds it, quit ends it"};
    return front_run(&r->lab, &r->o, &prompt);
}

/* ── Without ── */

static int run_plain(struct run *r, char **words)
{
    const struct spawn_setup setup = {.mode = SPAWN_PLAIN, .signals = surroundings_signals()};
    char error[PROCESS_WORDS];
    int status = spawn_start(&r->spawn, words, &setup, error, sizeof error);
    if (status != 0) {
        report_complain(stderr, "%s", error);
        return status;
    }
    clock_gettime(CLOCK_MONOTONIC, &r->from);
    r->told = r->from;
    r->follow =
        (struct follow){.root = r->spawn.pid, .rate = r->o.rate, .never_stop = r->o.never_stop};
    begin_watching(r, NULL);
    watch(r);
    status = spawn_exit_status(&r->spawn);
    spawn_release(&r->spawn);
    bool told = true;
    if (r->o.summary)
        told = write_summary(r, status);
    else if (r->watched)
        tell_end(r);
    else
        report_complain(stderr, "its heap was not watched: %s", r->why);
    if (r->o.follow && !r->o.summary) follow_tell(&r->follow);
    follow_release(&r->follow);
    told = write_record(r) && told;
    if (r->watched) lab_release(&r->lab);
    return told || status != 0 ? status : TROUBLE_STATUS;
}

int run_main(int argc, char **argv)
{
    static struct run r;
    char error[512];
    if (!options_parse(&r.o, OPTIONS_RUN, argc, argv, error, sizeof error)) {
        report_complain(stderr, "run: %s", error);
        return 2;
    }
    if (r.o.help) return fputs(help_text, stdout) == EOF || !report_end();
    if (r.o.record && !export_kind_of(r.o.record)) {
        report_complain(stderr,
                        "run: --record %s has no ending that says what to write; expected %s",
                        r.o.record, export_endings());
        return 2;
    }
    if (r.o.n_words == 0) {
        report_complain(stderr, "run needs a program; expected `brkview run -- PROGRAM`");
        return 2;
    }
    r.program = r.o.words[0];
    return wants_screen(&r.o) ? run_on_screen(&r, r.o.words) : run_plain(&r, r.o.words);
}
