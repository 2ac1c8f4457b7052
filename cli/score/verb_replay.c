/* verb_replay.c: step, run: a trace on the map; what the commands of one have in common. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/execute.h"
#include "cli/command/parse.h"
#include "cli/score/replay.h"
#include "cli/score/verb_replay.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define ERROR_BYTES 1024

/* ── Words ── */

/* "r 1 38", as a trace has it. */
static void line_words(const struct trace_op *op, char *text, size_t bytes)
{
    static const char letter[] = {[TRACE_ALLOC] = 'a', [TRACE_REALLOC] = 'r', [TRACE_FREE] = 'f'};
    if (op->kind == TRACE_FREE)
        snprintf(text, bytes, "f %" PRId32, op->id);
    else
        snprintf(text, bytes, "%c %" PRId32 " %" PRIu32, letter[op->kind], op->id, op->size);
}

/* "operation 7 of 11, line 11: r 1 38 (before: a 4 4072; next: f 2)" */
void replay_position(struct replay *r, const struct lab *lab, char *text, size_t bytes)
{
    char now[48], before[48], next[48];
    const struct trace *t = r->trace;
    size_t at = replay_at(r, lab), n = 0;
    if (at < t->n_ops) line_words(&t->op[at], next, sizeof next);
    if (at == 0) {
        snprintf(text, bytes, "0 of %zu operations; next: line %" PRIu32 ", %s", t->n_ops,
                 t->op[0].line, next);
        return;
    }
    line_words(&t->op[at - 1], now, sizeof now);
    n = (size_t)snprintf(text, bytes, "operation %zu of %zu, line %" PRIu32 ": %s", at, t->n_ops,
                         t->op[at - 1].line, now);
    if (at > 1) {
        line_words(&t->op[at - 2], before, sizeof before);
        n += (size_t)snprintf(text + n, bytes - n, " (before: %s; ", before);
    } else {
        n += (size_t)snprintf(text + n, bytes - n, " (");
    }
    snprintf(text + n, bytes - n, at < t->n_ops ? "next: %s)" : "the last)", next);
}

static const char *op_words(const struct replay *r, size_t at, char *text, size_t bytes)
{
    char op[64];
    const struct trace_op *o = &r->trace->op[at];
    snprintf(text, bytes, "operation %zu (line %" PRIu32 "), %s", at + 1, o->line,
             trace_op_words(o, op, sizeof op));
    return text;
}

static void tell_placed(const struct replay *r, const struct lab *lab, const char *before,
                        const char *text, struct outcome *out)
{
    char *placed = replay_placed(r, lab, text);
    outcome_text(out, "%s: %s\n", before, placed ? placed : text);
    free(placed);
}

void replay_tell_verdict(const struct replay *r, const struct lab *lab, struct outcome *out)
{
    tell_placed(r, lab, r->verdict.class, r->verdict.message, out);
    if (r->verdict.blame.message[0]) tell_placed(r, lab, "blame", r->verdict.blame.message, out);
}

/* ── Playing ── */

struct replay *replay_of(const struct lab *lab, struct outcome *out)
{
    if (!lab->shown.player)
        outcome_fail(out, "no trace is played here; expected brkview replay FILE TRACE, or "
                          "brkview replay --policy NAME TRACE");
    return (struct replay *)lab->shown.player;
}

static void record(struct lab *lab, const char *name, size_t n, bool ok)
{
    char line[64];
    snprintf(line, sizeof line, "%s %zu", name, n);
    if (lab->shown.session.trace.changed) lab_record(lab, line, ok);
}

static void result_of(struct replay *r, const struct lab *lab, const struct play_done *done,
                      struct outcome *out)
{
    size_t at = replay_at(r, lab);
    const struct trace_op *op = at > 0 ? &r->trace->op[at - 1] : NULL;
    outcome_result(out, json_pack("{s:o, s:o, s:o, s:o, s:o}", "operation", value_number(at), "of",
                                  value_number(r->trace->n_ops), "line",
                                  op ? value_number(op->line) : json_null(), "done",
                                  value_number(done->n), "failed", value_number(done->n_failed)));
}

static void record_steps(struct lab *lab, bool played, const struct play_done *done, bool told)
{
    bool died = !played && !lab->shown.session.target.alive;
    if (done->n + died > 0) record(lab, "step", done->n + died, told);
}

/* What came of it. played: it was not cut short. */
static bool tell(struct replay *r, struct lab *lab, bool played, const struct play_done *done,
                 struct outcome *out)
{
    char words[256], error[sizeof lab->shown.session.error];
    struct session *s = &lab->shown.session;
    if (!played) {
        size_t at = replay_at(r, lab);
        snprintf(error, sizeof error, "%s", s->error);
        if (s->stop) return outcome_fail(out, "interrupted behind operation %zu", at);
        return outcome_fail(out, "%s: %s",
                            at < r->trace->n_ops ? op_words(r, at, words, sizeof words)
                                                 : "behind the last operation",
                            error);
    }
    result_of(r, lab, done, out);
    replay_position(r, lab, words, sizeof words);
    if (done->n == 1 && done->n_failed) return outcome_fail(out, "%s: %s", words, done->words);
    outcome_text(out, "%s\n", words);
    if (done->n_failed)
        outcome_text(out, "%zu of these failed, the first of them %s: %s\n", done->n_failed,
                     op_words(r, done->first_failed, words, sizeof words), done->words);
    return true;
}

bool replay_tell(struct replay *r, struct lab *lab, bool played, const struct play_done *done,
                 struct outcome *out)
{
    char words[256], error[sizeof lab->shown.session.error];
    snprintf(error, sizeof error, "%s", lab->shown.session.error);
    bool told = tell(r, lab, played, done, out);
    record_steps(lab, played, done, told); /* a replay does not call the checker */
    if (!told || !done->unsound) return told;
    op_words(r, replay_at(r, lab) - 1, words, sizeof words);
    return outcome_fail(out, "behind %s: %s", words, error);
}

bool replay_do(struct replay *r, struct lab *lab, size_t n, struct outcome *out)
{
    struct play_done done;
    bool ok = replay_play(r, lab, n, &done);
    bool told = replay_tell(r, lab, ok, &done, out);
    return told;
}

bool replay_go_to(struct replay *r, struct lab *lab, size_t to, struct outcome *out)
{
    struct play_done done;
    bool ok = replay_from_start(r, lab, to, &done);
    bool told = tell(r, lab, ok, &done, out);
    record(lab, "goto", replay_at(r, lab) + (!ok && !lab->shown.session.target.alive), told);
    return told;
}

bool replay_has_more(struct replay *r, const struct lab *lab, struct outcome *out)
{
    if (replay_at(r, lab) < r->trace->n_ops) return true;
    return outcome_fail(out, "all %zu operations are done; expected `back`, or `goto N`",
                        r->trace->n_ops);
}

/* ── step, run ── */

extern const struct command verb_steps;

static bool run_step(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    uint64_t n = 1;
    char error[ERROR_BYTES];
    if (!lab->shown.player && args->n == 0) return verb_steps.run(lab, args, out);
    struct replay *r = replay_of(lab, out);
    if (!r) return false;
    if (args->n == 1 && !parse_positive(args->word[0], "N", &n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    size_t left = r->trace->n_ops - replay_at(r, lab);
    return replay_has_more(r, lab, out) && replay_do(r, lab, n < left ? (size_t)n : left, out);
}

const struct command verb_step = {
    .name = "step",
    .usage = "[N]",
    .summary = "do the next operations of the trace",
    .help = "One, or N. Without a trace it is `steps`. Blocks of a trace are named after its ids: "
            "t5 is what id 5 is now. What they are asked for is filled with bytes that are never "
            "zero, as `brkview score` does it. Key: F6.",
    .group = "trace",
    .most = 1,
    .kinds = {ARG_SIZE},
    .flags = COMMAND_CHANGES | COMMAND_COMPOSES | COMMAND_NEEDS_LIFE,
    .needs = SOURCE_ASK,
    .run = run_step,
};

/* Behind the operation at which it fails, or the last one. */
static size_t run_to(struct replay *r)
{
    char unheard[ERROR_BYTES];
    bool fails = r->runner && replay_judge(r, unheard, sizeof unheard) && r->verdict.op > 0;
    return fails ? r->verdict.op : r->trace->n_ops;
}

extern const struct command verb_source;

static bool run_run(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    if (args->n > 0) return verb_source.run(lab, args, out);
    struct replay *r = replay_of(lab, out);
    if (!r || !replay_has_more(r, lab, out)) return false;
    size_t at = replay_at(r, lab), to = run_to(r);
    bool stops = to > at && to < r->trace->n_ops;
    if (to <= at) to = r->trace->n_ops;
    bool ok = replay_do(r, lab, to - at, out);
    if (ok && stops) replay_tell_verdict(r, lab, out);
    return ok;
}

const struct command verb_run = {
    .name = "run",
    .usage = "[FILE]",
    .summary = "do all operations of the trace that are left",
    .help = "On an allocator of your own it stops behind the operation at which `brkview score` "
            "finds the first fault; from there it goes on. `run FILE` is `source FILE`.",
    .group = "trace",
    .most = 1,
    .kinds = {ARG_FILE},
    .flags = COMMAND_COMPOSES | COMMAND_OUTSIDE | COMMAND_UNSTEADY,
    .run = run_run,
};

/* ── The player ── */

/* "7/11" */
static void tell_position(struct trace_player *self, const struct lab *lab, char *text,
                          size_t bytes)
{
    struct replay *r = (struct replay *)self;
    snprintf(text, bytes, "%zu/%zu", replay_at(r, lab), r->trace->n_ops);
}

/* "9: f 0 · 10: a 3 100 · [11: a 4 4072] · 12: r 1 38 · 13: f 2": the lines of the trace around the
 * last one that was done. */
static void tell_lines(struct trace_player *self, const struct lab *lab, char *text, size_t bytes)
{
    enum { AROUND = 2 };
    struct replay *r = (struct replay *)self;
    size_t at = replay_at(r, lab), n = 0, last = at + AROUND;
    if (last > r->trace->n_ops) last = r->trace->n_ops;
    n = (size_t)snprintf(text, bytes, "%s: %s", r->name, at == 0 ? "[nothing is done]" : "");
    size_t first = at > AROUND + 1 ? at - AROUND - 1 : 0;
    for (size_t i = first; i < last && n < bytes; i++) {
        char line[48];
        bool here = i + 1 == at;
        line_words(&r->trace->op[i], line, sizeof line);
        n += (size_t)snprintf(text + n, bytes - n, "%s%s%" PRIu32 ": %s%s",
                              i == first && at > 0 ? "" : " · ", here ? "[" : "",
                              r->trace->op[i].line, line, here ? "]" : "");
    }
}

void replay_command(struct replay *r)
{
    r->base = (struct trace_player){
        .until = replay_until, .position = tell_position, .lines = tell_lines};
}
