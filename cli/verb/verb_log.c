/* verb_log.c: undo, redo, save. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/execute.h"
#include "cli/command/parse.h"
#include "cli/command/write_file.h"
#include "cli/session/undo.h"
#include "cli/source/own_target.h"
#include "cli/tell/lost.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define ERROR_BYTES 256

/* ── undo, redo ── */

struct player {
    struct undo_player base;
    struct lab *lab;
};

static bool came_out_otherwise(struct session *s, const char *line, const struct outcome *out)
{
    snprintf(s->error, sizeof s->error, "%s %s this time: %.200s", text_printable(line),
             out->ok ? "succeeds" : "fails",
             out->ok      ? "it failed then"
             : out->error ? out->error
                          : "out of memory");
    return false;
}

/* It has as many nested commands of its own as it had then. */
static bool play(const struct undo_player *self, struct session *s, const char *line,
                 enum log_fate fate)
{
    struct lab *lab = ((const struct player *)self)->lab;
    struct outcome *out = outcome_new(lab->shown.session.seq, line);
    uint32_t depth = lab->depth;
    if (!out) return text_complain(s->error, sizeof s->error, "out of memory");
    lab->depth = 0;
    lab->n_nested = 0;
    s->log.suspended++;
    out->ok = command_execute(lab, line, out);
    s->log.suspended--;
    lab->depth = depth;
    bool same = s->stop || out->ok == (fate == LOG_DONE) || came_out_otherwise(s, line, out);
    outcome_free(out);
    return same && !s->stop;
}

static bool progress(const struct undo_player *self, size_t done, size_t total)
{
    struct lab *lab = ((const struct player *)self)->lab;
    char words[96];
    snprintf(words, sizeof words, "making the heap again: %zu of %zu commands", done, total);
    if (lab->progress) lab->progress(lab, words);
    return !lab->shown.session.stop;
}

static bool count_parse(const struct arguments *args, uint64_t *n, struct outcome *out)
{
    char error[ERROR_BYTES];
    *n = 1;
    if (args->n == 1 && strcmp(args->word[0], "all") == 0) return *n = UINT64_MAX, true;
    return args->n == 0 || parse_positive(args->word[0], "N", n, error, sizeof error) ||
           outcome_fail(out, "%s", error);
}

/* Both go back and forth between entries of the log, so they can't stand inside one. */
static bool stands_alone(struct lab *lab, struct outcome *out, const char *verb)
{
    return lab->depth == 1 ||
           outcome_fail(
               out,
               "%s can't stand inside another command (source, repeat); expected it on its own",
               verb);
}

/* The end of both: one skipped step stands for the whole replay. */
static bool done_with(struct lab *lab, struct outcome *out, bool ok, size_t n, const char *verb,
                      const char *title)
{
    uint64_t before = lab->shown.session.trace.brk_before;
    lab->shown.stale = ok && !session_look(&lab->shown.session);
    step_trace_reset(&lab->shown.session.trace, before);
    lab->shown.session.trace.changed = ok;
    if (!ok) return outcome_fail(out, "%s", lab->shown.session.error);
    step_trace_add(&lab->shown.session.trace, &(struct step){.kind = STEP_SKIPPED, .a = n}, 1);
    outcome_result(out, json_pack("{s:o}", verb, value_number(n)));
    const struct target *t = &lab->shown.session.target;
    outcome_sentence(out, "%s %zu command%s%s%s%s: brk is at 0x%" PRIx64 "%s%s", verb, n,
                     n == 1 ? "" : "s", n == 1 ? " (" : "", n == 1 ? title : "", n == 1 ? ")" : "",
                     t->brk, t->alive ? "" : "; the target was ", t->alive ? "" : t->ended);
    return true;
}

static bool run_undo(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    uint64_t n;
    size_t done;
    if (!stands_alone(lab, out, "undo") || !count_parse(args, &n, out)) return false;
    const struct log *l = &lab->shown.session.log;
    if (l->n == 0)
        return outcome_fail(
            out, "there is nothing to undo; expected a command that changed the heap first");
    if (args->n == 1 && n > l->n && n != UINT64_MAX)
        return outcome_fail(
            out, "only %zu command%s can be undone; expected at most that many, or `all`", l->n,
            l->n == 1 ? "" : "s");
    char *title = strdup(l->entries[l->n - 1]->title);
    if (!title) lost_note();
    struct player player = {{play, progress}, lab};
    bool ok = undo_back(&lab->shown.session, (size_t)n, &player.base, &done);
    ok = done_with(lab, out, ok, done, "undone", title ? title : "");
    free(title);
    return ok;
}

const struct command verb_undo = {
    .name = "undo",
    .aliases = "u",
    .usage = "[N|all]",
    .summary = "take back the last N commands that changed the heap",
    .help = "The heap is made again in a fresh process, equal to the byte. A death of the target "
            "can be undone too. What Ctrl-C "
            "stopped on its way is taken back as far as it was done. If the replay comes out "
            "otherwise than the first time, "
            "nothing is "
            "undone, and it says why. It stands alone, not inside source or repeat.",
    .group = "session",
    .most = 1,
    .kinds = {ARG_SIZE},
    .flags = COMMAND_TURNS_BACK,
    .needs = SOURCE_REPLAY,
    .run = run_undo,
};

static bool run_redo(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    uint64_t n;
    size_t done;
    if (!stands_alone(lab, out, "redo") || !count_parse(args, &n, out)) return false;
    const struct log *l = &lab->shown.session.log;
    if (l->n_undone == 0)
        return outcome_fail(out, "there is nothing to redo; expected an `undo` first");
    if (args->n == 1 && n > l->n_undone && n != UINT64_MAX)
        return outcome_fail(
            out, "only %zu command%s can be done again; expected at most that many, or `all`",
            l->n_undone, l->n_undone == 1 ? "" : "s");
    char *title = strdup(l->undone[l->n_undone - 1]->title);
    if (!title) lost_note();
    struct player player = {{play, progress}, lab};
    bool ok = undo_forward(&lab->shown.session, (size_t)n, &player.base, &done);
    ok = done_with(lab, out, ok, done, "redone", title ? title : "");
    free(title);
    return ok;
}

const struct command verb_redo = {
    .name = "redo",
    .usage = "[N|all]",
    .summary = "do again what was undone",
    .help = "Until another command changes the heap.",
    .group = "session",
    .most = 1,
    .kinds = {ARG_SIZE},
    .flags = COMMAND_TURNS_BACK,
    .needs = SOURCE_REPLAY,
    .run = run_redo,
};

/* ── save ── */

static void put_switches(FILE *file, const struct session_setup *setup)
{
    struct session_setup usual;
    session_setup_defaults(&usual, setup->policy);
    for (unsigned i = 0; i < HEAP_N_SWITCHES; i++) {
        if (setup->value[i] == usual.value[i] ||
            !heap_policy_has(setup->policy, (enum heap_switch)i))
            continue;
        if (i == HEAP_ORDER)
            fprintf(file, "set order %s\n", heap_order_name((enum heap_order)setup->value[i]));
        else if (i == HEAP_GROWTH || i == HEAP_QUARANTINE)
            fprintf(file, "set %s %" PRIu64 "\n", heap_switch_name((enum heap_switch)i),
                    setup->value[i]);
        else
            fprintf(file, "set %s %s\n", heap_switch_name((enum heap_switch)i),
                    setup->value[i] ? "on" : "off");
    }
}

static void put_log(FILE *file, const struct session *s)
{
    bool own = s->first_setup.policy == HEAP_OWN, limited = s->first_setup.limit != HEAP_NO_LIMIT,
         segment = own && limited && s->first_setup.own->heap == OWN_HEAP_SEGMENT;
    char limit[40] = ""; /* it says how large the segment is, when that is made */
    if (segment) snprintf(limit, sizeof limit, "--limit=%" PRIu64 " ", s->first_setup.limit);
    fprintf(file, "# a session of brkview: `brkview %s%sFILE` runs it again\npolicy %s\n",
            own ? "--allocator=ALLOCATOR " : "", limit, heap_policy_name(s->first_setup.policy));
    put_switches(file, &s->first_setup);
    if (limited && !segment) fprintf(file, "limit %" PRIu64 "\n", s->first_setup.limit);
    for (size_t i = 0; i < s->log.n; i++) {
        const struct log_entry *e = s->log.entries[i];
        if (e->death || e->n_lines != 1 || strcmp(e->title, e->lines[0]) != 0)
            fprintf(file, "# %s\n",
                    e->title +
                        (e->n_lines ? 0 : 2)); /* a death from outside is a comment already */
        for (size_t k = 0; k < e->n_lines; k++)
            fprintf(file, "%s%s\n", e->fates[k] == LOG_KILLED ? "# the target was killed in: " : "",
                    e->lines[k]);
        if (e->incomplete) fputs("# and what there was no memory to keep\n", file);
    }
}

struct saved_log {
    struct file_content base;
    const struct session *session;
};

static bool write_log(struct file_content *self, FILE *to, struct outcome *out)
{
    (void)out;
    put_log(to, ((const struct saved_log *)self)->session);
    return true;
}

static bool run_save(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct saved_log content = {{write_log}, &lab->shown.session};
    char *path = file_argument(args, 0, out);
    bool ok = path && write_file(path, "the log", &content.base, out);
    if (ok)
        outcome_result(out, json_pack("{s:o, s:o}", "file", value_text(path), "entries",
                                      value_number(lab->shown.session.log.n)));
    free(path);
    if (!ok) return false;
    outcome_text(out, "%zu command%s saved\n", lab->shown.session.log.n,
                 lab->shown.session.log.n == 1 ? "" : "s");
    return true;
}

const struct command verb_save = {
    .name = "save",
    .usage = "FILE",
    .summary = "write the session's log as a script",
    .help = "Running it makes the same heap again.\nExample: save mine.brk",
    .group = "session",
    .least = 1,
    .most = 1,
    .kinds = {ARG_FILE},
    .flags = COMMAND_OUTSIDE | COMMAND_UNSTEADY,
    .needs = SOURCE_REPLAY,
    .run = run_save,
};
