/* verb_replay_goto.c: back, goto: to any operation of a trace, in a fresh heap; and to the one
 * before the first that is wrong, whose victim is marked. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/execute.h"
#include "cli/command/parse.h"
#include "cli/score/verb_replay.h"
#include "cli/tell/outcome.h"

#define ERROR_BYTES 1024

static bool run_back(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    uint64_t n = 1;
    char error[ERROR_BYTES];
    struct replay *r = replay_of(lab, out);
    if (!r) return false;
    if (args->n == 1 && !parse_positive(args->word[0], "N", &n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    size_t at = replay_at(r, lab);
    if (at == 0) return outcome_fail(out, "no operation is done; expected `step`");
    return replay_go_to(r, lab, n < at ? at - (size_t)n : 0, out);
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
    if (!replay_go_to(r, lab, to, out)) return false;
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

/* The last operation of that line, from 1 on, for a line of a script may have several; 0: none
 * stands there. */
static size_t op_of_line(const struct trace *t, uint64_t line)
{
    for (size_t i = t->n_ops; i > 0; i--)
        if (t->op[i - 1].line == line) return i;
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
    struct replay *r = replay_of(lab, out);
    if (!r) return false;
    if (args->n == 1 && strcmp(args->word[0], "bad") == 0) return go_to_bad(r, lab, out);
    return take_place(r, args, &to, out) && replay_go_to(r, lab, to, out);
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
