/* verb_repeat.c: repeat, and how the log remembers it: as the line itself, or as what was done of
 * it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/command/execute.h"
#include "cli/command/parse.h"
#include "cli/tell/lost.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/verb/many.h"

#define ERROR_BYTES 256

/* Would the same line do the same again, in an undo? Not if it depends on a file, on chance or on
 * the log, nor if it does something outside the heap. */
static bool is_steady(void *unused, const struct command *c, const struct arguments *args)
{
    (void)unused;
    return c->steady ? c->steady(args) : !(c->flags & COMMAND_UNSTEADY);
}

/* Run every command of text once. *whole: none was left out, or done in part. */
static bool run_text(struct lab *lab, const char *text, struct outcome *out, bool *whole)
{
    size_t at = 0;
    char *command, brief[COMMAND_BRIEF];
    bool ok = true, stopped = false;
    while (ok && !lab->quit && command_next(text, &at, &command, brief)) {
        stopped = !session_go_on(&lab->shown.session);
        if (!stopped)
            ok = command ? command_execute(lab, command, out) : outcome_refuse(out, brief);
        many_nested_done(out);
        free(command);
        if (stopped) break;
    }
    *whole = ok && !stopped;
    return ok;
}

/* The body as one allocation, which can be asked for in batches. */
static bool plain_alloc(struct lab *lab, const char *text, uint64_t *size)
{
    char error[ERROR_BYTES], *command;
    struct arguments args;
    struct c_line line = {.command = NULL};
    size_t at = 0;
    bool plain = false;
    if ((command = command_split(text, &at)) == NULL) return false;
    bool is_c = c_line_is(command) &&
                c_line_parse(&line, &lab->shown.session.ledger, command, error, sizeof error);
    if (is_c && line.unassigned) { /* what is assigned has a name, and is not plain */
        free(command);
        command = strdup(line.command);
    }
    free(line.command);
    if (!command) return false;
    char *second = command_split(text, &at);
    bool alone = !second && !text[at];
    if (alone && arguments_parse(&args, command, error, sizeof error)) {
        const struct command *c = command_find(args.name, error, sizeof error);
        plain = c && c->plain_size && c->plain_size(&args, size);
    }
    if (alone) arguments_release(&args);
    free(second);
    free(command);
    return plain;
}

/* A repeat under way: how far it is, and how the log is to remember it. */
struct repetition {
    struct lab *lab;
    const struct arguments *args;
    const char *body;
    uint64_t n, done;
    uint64_t folded; /* of those done, how many `repeat folded BODY` stands for; the commands of the
                        others are in the log */
    bool fold; /* further ones can be folded too */
    struct log_place place; /* in the log, where it began */
};

/* Allocations of one size, in batches. */
static bool repeat_alloc(struct repetition *r, uint64_t size, struct outcome *out)
{
    struct lab *lab = r->lab;
    bool ok = true;
    while (ok && r->done < r->n && session_go_on(&lab->shown.session)) {
        uint64_t made,
            batch = r->n - r->done < MANY_PROGRESS_EVERY ? r->n - r->done : MANY_PROGRESS_EVERY;
        ok = session_alloc_many(&lab->shown.session, size, batch, &made);
        r->done += made;
        if ((lab->n_nested += made) > lab->nested_most) return many_too_many(lab, out);
        if (made == batch) many_progress(lab, "repeat", r->done, r->n);
    }
    return ok || outcome_fail(out, "%s", lab->shown.session.error);
}

static bool repeat_body(struct repetition *r, struct outcome *out)
{
    struct lab *lab = r->lab;
    while (r->done < r->n && session_go_on(&lab->shown.session) && !lab->quit) {
        bool whole = false;
        bool ok = run_text(lab, r->body, out, &whole);
        r->fold = r->fold && whole && ok && lab->shown.session.target.alive;
        r->done += ok && whole;
        if (r->fold) {
            log_go_back(&lab->shown.session.log, &r->place);
            r->folded = r->done;
        }
        if (!ok) return false;
        if (whole) many_progress(lab, "repeat", r->done, r->n);
    }
    return true;
}

static void record_folded(const struct repetition *r)
{
    char *line = NULL;
    if (r->folded == 0) return;
    if (asprintf(&line, "repeat %" PRIu64 " %s", r->folded, r->args->line + r->args->at[1]) < 0)
        line = NULL;
    if (line)
        log_put_before(&r->lab->shown.session.log, &r->place, line);
    else
        lab_lost_line(r->lab);
    free(line);
}

/* As one line, if the same line does the same again; else as what was done, of which the last may
 * have been done in part. */
static void record_repetition(struct repetition *r, bool folds, bool allocs, bool ok)
{
    struct lab *lab = r->lab;
    struct log *log = &lab->shown.session.log;
    if (!folds || !lab->shown.session.trace.changed || !log->open) return;
    log->open->death = false; /* one before it is over, one of its own is noted at its end */
    bool killed = !lab->shown.session.target.alive,
         cut = (r->done < r->n || !ok) && lab_cut_short(lab);
    if (allocs) r->folded = r->done;
    if (!cut && !killed) {
        log_go_back(log, &r->place);
        log_record(log, r->args->line, ok ? LOG_DONE : LOG_FAILED);
        return;
    }
    record_folded(r);
    if (allocs && killed) lab_record(lab, r->body, false);
}

static bool repeat(struct repetition *r, struct outcome *out)
{
    uint64_t size;
    errno = 0;
    bool folds = r->fold, allocs = !r->lab->checkheap && plain_alloc(r->lab, r->body, &size);
    if (!allocs && errno == ENOMEM) { /* what it is can't be told: in batches it has other words */
        lost_note();
        return outcome_fail(out, "out of memory: nothing was done");
    }
    r->place = log_place(&r->lab->shown.session.log);
    bool ok = allocs ? repeat_alloc(r, size, out) : repeat_body(r, out);
    if (allocs && r->lab->shown.session.trace.changed) r->lab->shown.stale = true;
    record_repetition(r, folds || allocs, allocs, ok);
    return ok;
}

static bool run_repeat(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    struct repetition r = {.lab = lab, .args = args, .body = command_body(args)};
    if (!parse_positive(args->word[0], "N", &r.n, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (r.n > MANY_REPEAT_MAX)
        return outcome_fail(out, "N is %" PRIu64 "; expected at most 1,000,000", r.n);
    r.fold = command_each(r.body, lab->depth, is_steady, NULL);
    bool ok = repeat(&r, out);
    outcome_result(
        out, json_pack("{s:o, s:o}", "asked", value_number(r.n), "done", value_number(r.done)));
    if (r.done < r.n && lab->shown.session.stop)
        return outcome_fail(out, "interrupted after %" PRIu64 " of %" PRIu64, r.done, r.n);
    if (!ok) {
        char *why = out->error ? strdup(out->error) : NULL;
        if (!why) lost_note();
        outcome_fail(out, "stopped at number %" PRIu64 " of %" PRIu64 ": %s", r.done + 1, r.n,
                     why ? why : "out of memory");
        free(why);
        return false;
    }
    outcome_text(out, "done %" PRIu64 " time%s\n", r.done, r.done == 1 ? "" : "s");
    return true;
}

const struct command verb_repeat = {
    .name = "repeat",
    .usage = "N COMMAND",
    .summary = "run a command N times",
    .help = "Up to 1,000,000; several commands in quotes. Stops at the first failure.\nExample: "
            "repeat 10 alloc 16; repeat 3 "
            "\"alloc 8; "
            "free all\"",
    .group = "session",
    .least = 2,
    .most = -1,
    .kinds = {ARG_SIZE, ARG_COMMAND},
    .flags = COMMAND_COMPOSES | COMMAND_HOLDS,
    .run = run_repeat,
};
