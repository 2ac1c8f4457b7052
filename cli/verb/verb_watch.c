/* verb_watch.c: look, rate, pause, continue, until: of a process that runs by itself, when it is
 * looked at. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command/command.h"
#include "cli/command/live.h"
#include "cli/command/parse.h"
#include "cli/session/watch.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define ERROR_BYTES 256
#define RATE_MAX 30.0

/* ── look ── */

static void tell_picture(const struct watch *w, const struct snapshot_stats *n, struct outcome *out)
{
    if (w->kind == WATCH_FOREIGN) {
        outcome_text(out, "%" PRIu64 " bytes up to brk; %s\n", n->heap_bytes, w->words);
        return;
    }
    if (w->kind == WATCH_NONE) {
        outcome_text(out, "%" PRIu64 " bytes up to brk; nothing was asked of malloc yet\n",
                     n->heap_bytes);
        return;
    }
    outcome_text(out,
                 "%" PRIu64 " bytes in %" PRIu64 " block%s: %" PRIu64 " used, %" PRIu64
                 " free, %" PRIu64 " cached",
                 n->heap_bytes, n->n_blocks, n->n_blocks == 1 ? "" : "s", n->n_used, n->n_free,
                 n->n_cached);
    if (n->n_foreign > 0) outcome_text(out, ", %" PRIu64 " foreign", n->n_foreign);
    if (n->damaged_bytes > 0)
        outcome_text(out, "; %" PRIu64 " bytes are damaged", n->damaged_bytes);
    outcome_text(out, "\n");
}

static bool run_look(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    struct session *s = &lab->shown.session;
    const struct watch *w = s->watch;
    lab->shown.stale = true;
    if (!lab_sees(lab, out)) return false;
    tell_picture(w, snapshot_stats(s->snapshot), out);
    outcome_result(out, json_pack("{s:o, s:o, s:o, s:o}", "whole", value_number(w->n.whole),
                                  "again", value_number(w->n.again), "held",
                                  value_number(w->n.held), "torn", value_number(w->n.torn)));
    return true;
}

const struct command verb_look = {
    .name = "look",
    .summary = "look at the running program now",
    .help = "Takes a new picture, whatever the rate is.",
    .group = "watch",
    .kinds = {ARG_NONE},
    .flags = COMMAND_UNSTEADY | COMMAND_NEEDS_LIFE,
    .needs = SOURCE_PAUSE,
    .run = run_look,
};

/* ── rate ── */

static bool run_rate(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct watch *w = lab->shown.session.watch;
    if (args->n > 0) {
        char *end;
        double rate = strtod(args->word[0], &end);
        if (end == args->word[0] || *end || !(rate > 0) || rate > RATE_MAX)
            return outcome_fail(out,
                                "HZ is %s; expected looks a second, more than 0 and at most %.0f",
                                text_printable(args->word[0]), RATE_MAX);
        w->rate = rate;
    }
    double now = watch_rate(w);
    outcome_result(
        out, json_pack("{s:f, s:f, s:f}", "asked", w->rate, "now", now, "look_seconds", w->cost));
    outcome_text(out, "%.3g looks a second were asked for", w->rate);
    if (now < w->rate * 0.99)
        outcome_text(out,
                     "; %.3g are made, for one takes %.0f ms, and looks take a tenth of a core "
                     "at most",
                     now, w->cost * 1000);
    outcome_text(out, "\n");
    return true;
}

const struct command verb_rate = {
    .name = "rate",
    .usage = "[HZ]",
    .summary = "how often the running program is looked at",
    .help = "Looks a second, up to 30; 10 where nothing was said. Where looks are dear there are "
            "fewer, so that they take a tenth of a core at most.\nExample: rate 30",
    .group = "watch",
    .most = 1,
    .kinds = {ARG_WORD},
    .flags = COMMAND_UNSTEADY,
    .needs = SOURCE_PAUSE,
    .run = run_rate,
};

/* ── pause, continue ── */

static bool run_pause(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    struct session *s = &lab->shown.session;
    if (s->watch->paused) return outcome_fail(out, "it is paused already; expected `continue`");
    if (!session_pause(s)) return outcome_fail(out, "%s", s->error);
    outcome_text(out, "its threads are held; `continue` lets them go\n");
    outcome_result(out, json_pack("{s:b}", "paused", true));
    return true;
}

const struct command verb_pause = {
    .name = "pause",
    .summary = "hold the running program",
    .help = "All its threads, until `continue`. If brkview ends, however it ends, they go on.",
    .group = "watch",
    .kinds = {ARG_NONE},
    .flags = COMMAND_UNSTEADY | COMMAND_NEEDS_LIFE | COMMAND_LEADS,
    .needs = SOURCE_PAUSE,
    .run = run_pause,
};

static bool run_continue(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    struct session *s = &lab->shown.session;
    struct pty_program *p = s->watch->program;
    bool stopped = p && spawn_poll(&p->spawn) == SPAWN_STOPPED; /* by Ctrl-Z, or another signal */
    if (!s->watch->paused && !stopped)
        return outcome_fail(out, "it is not paused; expected `pause` first");
    if (stopped) spawn_continue(&p->spawn);
    session_continue(s);
    outcome_text(out, "it goes on\n");
    outcome_result(out, json_pack("{s:b}", "paused", false));
    return true;
}

const struct command verb_continue = {
    .name = "continue",
    .aliases = "c",
    .summary = "let the running program go on",
    .help = "After `pause`, or where Ctrl-Z or another signal has stopped what `run` has started.",
    .group = "watch",
    .kinds = {ARG_NONE},
    .flags = COMMAND_UNSTEADY | COMMAND_NEEDS_LIFE | COMMAND_LEADS,
    .needs = SOURCE_PAUSE,
    .run = run_continue,
};

/* ── until ── */

static const char *const conditions[] = {"brk-above",  "brk-below", "live-above",
                                         "live-below", "block",     "freed",
                                         "damaged",    "ended",     NULL};

static void condition_choices(command_choice *add, void *user)
{
    static const char *const of_trace[] = {"op", "id", "size", "written"};
    for (size_t i = 0; conditions[i]; i++)
        add(user, conditions[i]);
    for (size_t i = 0; i < sizeof of_trace / sizeof of_trace[0]; i++)
        add(user, of_trace[i]);
}

static bool take_condition(const struct arguments *args, struct live_until *until,
                           struct outcome *out)
{
    char error[ERROR_BYTES];
    size_t i = 0;
    while (conditions[i] && strcmp(conditions[i], args->word[0]) != 0)
        i++;
    if (!conditions[i])
        return outcome_fail(out,
                            "%s is no condition; expected brk-above, brk-below, live-above or "
                            "live-below SIZE, block SIZE, freed ADDRESS, damaged, or ended",
                            text_printable(args->word[0]));
    *until = (struct live_until){.what = (enum live_condition)(i + 1)};
    bool valued = i < 6;
    if (valued != (args->n > 1))
        return outcome_fail(out, valued ? "%s needs %s" : "%s stands alone%.0s; expected no more",
                            args->word[0], i == 5 ? "an ADDRESS" : "a SIZE");
    if (valued &&
        !parse_size(args->word[1], i == 5 ? "ADDRESS" : "SIZE", &until->value, error, sizeof error))
        return outcome_fail(out, "%s", error);
    return true;
}

static bool run_until(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct live_until until;
    char words[640];
    if (!take_condition(args, &until, out)) return false;
    if (lab->shown.session.watch->paused)
        return outcome_fail(out, "it is paused: nothing will change; expected `continue` first");
    if (!live_until(lab, &until, words, sizeof words)) return outcome_fail(out, "%s", words);
    outcome_text(out, "%s\n", words);
    outcome_result(out, json_pack("{s:s}", "until", words));
    return true;
}

/* Of a lab, where a trace may be played. */
static bool run_until_here(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct trace_player *player = lab->shown.player;
    char lacks[SOURCE_LACKS_MAX];
    const struct source *source = lab->shown.session.target.source;
    if (player) return player->until(player, lab, args, out);
    source_lacks(source, SOURCE_PAUSE, lacks, sizeof lacks);
    return outcome_fail(out, "until: %s; expected %s", lacks, source->instead);
}

const struct command verb_until = {
    .name = "until",
    .usage = "CONDITION [SIZE|ADDRESS]",
    .summary = "look until something is seen, then hold the program",
    .help =
        "CONDITION is brk-above or brk-below SIZE (bytes from the heap's start), live-above or "
        "live-below SIZE (bytes in use), block SIZE (one of so many bytes or more has "
        "appeared), freed ADDRESS (no block in use is there), damaged, or ended. It is looked "
        "at, at the rate, until that is so; then it is paused. Ctrl-C gives up. What comes and "
        "goes between two looks is not seen. Where a trace is played (brkview replay) CONDITION is "
        "op N, "
        "id ID (the next operation of it), size SIZE (the next that asks for so much or more), "
        "written ADDRESS (one of 8 bytes from there on has changed), or damaged, and operations "
        "are done until that is so.\nExample: until brk-above 1M",
    .group = "watch",
    .least = 1,
    .most = 2,
    .kinds = {ARG_CHOICE, ARG_SIZE},
    .flags = COMMAND_UNSTEADY | COMMAND_NEEDS_LIFE | COMMAND_LEADS,
    .run = run_until_here,
    .run_watched = run_until,
    .choices = condition_choices,
};
