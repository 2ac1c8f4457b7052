/* verb_replay.c: step, run, back, goto: a trace on the map; and what until waits for in one. */
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

static struct replay *the_replay(const struct lab *lab, struct outcome *out)
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
    bool told = tell(r, lab, played, done, out);
    record_steps(lab, played, done, told);
    return told;
}

bool replay_do(struct replay *r, struct lab *lab, size_t n, struct outcome *out)
{
    struct play_done done;
    bool ok = replay_play(r, lab, n, &done);
    bool told = replay_tell(r, lab, ok, &done, out);
    return told;
}

static bool go_to(struct replay *r, struct lab *lab, size_t to, struct outcome *out)
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
    struct replay *r = the_replay(lab, out);
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
    struct replay *r = the_replay(lab, out);
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

/* ── back, goto ── */

static bool run_back(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    uint64_t n = 1;
    char error[ERROR_BYTES];
    struct replay *r = the_replay(lab, out);
    if (!r) return false;
    if (args->n == 1 && !parse_positive(args->word[0], "N", &n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    size_t at = replay_at(r, lab);
    if (at == 0) return outcome_fail(out, "no operation is done; expected `step`");
    return go_to(r, lab, n < at ? at - (size_t)n : 0, out);
}

const struct command verb_back = {
    .name = "back",
    .usage = "[N]",
    .summary = "go back in the trace",
    .help = "By one operation, or N: a fresh heap, and the operations before are done again in it. "
            "What else was done to the heap is not; `undo` takes this back, too. Key: F5.",
    .group = "trace",
    .most = 1,
    .kinds = {ARG_SIZE},
    .flags = COMMAND_CHANGES | COMMAND_COMPOSES,
    .needs = SOURCE_ASK,
    .run = run_back,
};

/* "t3", and select it where there is a screen. */
static void show_block(struct replay *r, struct lab *lab, int32_t id, const char *what,
                       struct outcome *out)
{
    char command[64];
    uint64_t payload, size;
    struct session *s = &lab->shown.session;
    uint32_t block = replay_block(r, lab, id);
    if (!block || !ledger_find(&s->ledger, block, &payload, &size)) return;
    outcome_text(out, "%s is t%" PRId32 ", #%" PRIu32 ": %" PRIu64 " bytes at 0x%" PRIx64 "\n",
                 what, id, block, size, payload);
    snprintf(command, sizeof command, "select 0x%" PRIx64, payload);
    s->trace.shown_from = payload;
    s->trace.shown_to = payload + size;
    if (lab->screen.there && lab_sees(lab, out)) command_execute(lab, command, out);
}

static bool go_to_bad(struct replay *r, struct lab *lab, struct outcome *out)
{
    char error[ERROR_BYTES];
    if (!replay_judge(r, error, sizeof error)) return outcome_fail(out, "%s", error);
    const struct verdict *v = &r->verdict;
    if (!v->class) return outcome_fail(out, "%s is valid on it: no operation is bad", r->name);
    size_t to = v->op ? v->op - 1 : r->trace->n_ops;
    if (!go_to(r, lab, to, out)) return false;
    if (v->op) {
        int32_t id = r->trace->op[v->op - 1].id;
        outcome_text(out, "the next operation is the first at which it can be seen\n");
        if (id != r->victim && r->trace->op[v->op - 1].kind != TRACE_ALLOC)
            show_block(r, lab, id, "what it is about", out);
    }
    show_block(r, lab, r->victim, "the victim", out);
    replay_tell_verdict(r, lab, out);
    return true;
}

/* The operation of that line, from 1 on; 0: none stands there. */
static size_t op_of_line(const struct trace *t, uint64_t line)
{
    for (size_t i = 0; i < t->n_ops; i++)
        if (t->op[i].line == line) return i + 1;
    return 0;
}

static bool take_place(struct replay *r, const struct arguments *args, size_t *to,
                       struct outcome *out)
{
    uint64_t n;
    char error[ERROR_BYTES];
    const char *word = args->word[0];
    bool by_line = strcmp(word, "line") == 0;
    if (by_line != (args->n == 2))
        return outcome_fail(out, "expected `goto N`, `goto bad`, `goto peak` or `goto line L`");
    if (strcmp(word, "peak") == 0) {
        *to = r->peak;
        return true;
    }
    if (!by_line && strcmp(word, "0") == 0) {
        *to = 0;
        return true;
    }
    if (!parse_positive(args->word[by_line], by_line ? "L" : "N", &n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    *to = by_line ? op_of_line(r->trace, n) : (size_t)n;
    if (by_line && *to == 0)
        return outcome_fail(out,
                            "no operation stands in line %" PRIu64 "; expected one from %" PRIu32
                            " to %" PRIu32,
                            n, r->trace->op[0].line, r->trace->op[r->trace->n_ops - 1].line);
    if (n > r->trace->n_ops && !by_line)
        return outcome_fail(out, "N is %" PRIu64 "; expected at most %zu", n, r->trace->n_ops);
    return true;
}

static bool run_goto(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    size_t to;
    struct replay *r = the_replay(lab, out);
    if (!r) return false;
    if (args->n == 1 && strcmp(args->word[0], "bad") == 0) return go_to_bad(r, lab, out);
    return take_place(r, args, &to, out) && go_to(r, lab, to, out);
}

static void goto_choices(command_choice *add, void *user)
{
    static const char *const places[] = {"bad", "peak", "line"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        add(user, places[i]);
}

const struct command verb_goto = {
    .name = "goto",
    .usage = "N|bad|peak|line L",
    .summary = "be where so many operations of the trace are done",
    .help = "In a fresh heap N operations are done; line L: up to that line of the trace, with it; "
            "peak: to where most bytes live at once; bad: to the operation before the one at which "
            "`brkview score` finds the first fault, with the block that was harmed marked. `undo` "
            "takes it back.\nExample: goto bad",
    .group = "trace",
    .least = 1,
    .most = 2,
    .kinds = {ARG_CHOICE, ARG_SIZE},
    .flags = COMMAND_CHANGES | COMMAND_COMPOSES,
    .needs = SOURCE_ASK,
    .run = run_goto,
    .choices = goto_choices,
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
