/* execute.c: one command, wherever it stands: is it one, may it be done here, do it, record it. */
#include "cli/command/execute.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/command/course.h"
#include "cli/command/parse.h"
#include "cli/tell/lost.h"
#include "cli/text/text.h"

#define ERROR_BYTES 256

static bool good_count(const struct command *c, const struct arguments *args, struct outcome *out)
{
    char usage[160];
    command_usage(c, usage, sizeof usage);
    if (args->n < c->least)
        return outcome_fail(out,
                            args->n ? "%s: something is missing; expected `%s`"
                                    : "%s needs more than its name; expected `%s`",
                            c->name, usage);
    if (c->most >= 0 && args->n > c->most)
        return outcome_fail(out, "%s is too much; expected `%s`",
                            text_printable(args->word[c->most]), usage);
    return true;
}

static bool run_row(struct lab *lab, const struct command *c, const struct arguments *args,
                    struct outcome *out)
{
    if ((c->flags & COMMAND_OUTSIDE) && lab->confined)
        return outcome_fail(out, "%s is not for lessons; expected a command of the lab", c->name);
    if (!good_count(c, args, out)) return false;
    char dead[SESSION_DEAD_MAX];
    bool lists = (c->flags & COMMAND_LISTS) && args->n == 0;
    if ((c->flags & COMMAND_NEEDS_LIFE) && !lists && !lab->shown.session.target.alive)
        return outcome_fail(out, "%s", session_dead(&lab->shown.session, dead));
    char lacks[SOURCE_LACKS_MAX];
    if (source_lacks(lab->shown.session.target.source, c->needs, lacks, sizeof lacks))
        return outcome_fail(out, "%s: %s; expected %s", c->name, lacks,
                            lab->shown.session.target.source->instead);
    if ((c->flags & COMMAND_ALONE) && lab->depth > 1)
        return outcome_fail(
            out, "%s can't stand inside another command; expected it as a line of its own",
            c->name);
    bool may_change =
        c->flags & (COMMAND_CHANGES | COMMAND_COMPOSES | COMMAND_TURNS_BACK | COMMAND_LEADS);
    const char *locked = may_change && !lists ? course_locks(lab) : NULL;
    if (locked) return outcome_fail(out, "%s", locked);
    bool before = lab->shown.session.trace.changed, fresh = lab->shown.session.trace.fresh;
    lab->shown.session.trace.changed = lab->shown.session.trace.fresh = false;
    bool watched = c->run_watched && lab->shown.session.watch;
    bool ok = (watched ? c->run_watched : c->run)(lab, args, out);
    bool changed = lab->shown.session.trace.changed;
    if (changed) lab->shown.stale = true;
    if (changed && (c->flags & COMMAND_CHANGES) && !(c->flags & COMMAND_COMPOSES))
        lab_record(lab, args->line, ok);
    lab_note_death(lab);
    lab->shown.session.trace.changed = changed || before;
    lab->shown.session.trace.fresh |= fresh;
    bool one = changed && (c->flags & COMMAND_CHANGES) && !(c->flags & COMMAND_COMPOSES);
    if (!ok || !one || lab->depth == 1 || lab_checkheap(lab)) return ok;
    return outcome_fail(out, "%s", lab->shown.session.error);
}

/* Commands within commands end somewhere, in depth (each costs some of our stack) and in number. */
static bool may_nest(struct lab *lab, struct outcome *out)
{
    if (lab->depth >= LAB_DEPTH_MAX)
        return outcome_fail(out, "commands stand more than %u deep in one another; expected an end",
                            LAB_DEPTH_MAX);
    if (lab->depth > 0 && ++lab->n_nested > lab->nested_most)
        return outcome_fail(out, "more than %" PRIu64 " commands in one; expected an end",
                            lab->nested_most);
    return true;
}

/* The same for a line of C, which is translated first. */
static bool execute_c(struct lab *lab, const char *line, struct outcome *out)
{
    struct c_line c;
    char error[ERROR_BYTES];
    if (!c_line_parse(&c, &lab->shown.session.ledger, line, error, sizeof error))
        return outcome_fail(out, "%s", error);
    bool ok = command_execute(lab, c.command, out);
    if (ok && c.unassigned)
        outcome_note(out, "no variable holds the address: in a program it would be lost");
    if (ok && *c.note) outcome_note(out, "%s", c.note);
    char *why = !ok && *c.note && out->error ? strdup(out->error) : NULL;
    if (!ok && *c.note && !why) lost_note();
    if (why) outcome_fail(out, "%s (%s)", why, c.note);
    free(why);
    free(c.command);
    return ok;
}

bool command_execute(struct lab *lab, const char *line, struct outcome *out)
{
    struct arguments args;
    char error[ERROR_BYTES];
    const struct command *c = NULL;
    if (c_line_is(line)) return execute_c(lab, line, out);
    session_go_on(&lab->shown.session);
    if (!may_nest(lab, out)) return false;
    errno = 0;
    bool ok = arguments_parse(&args, line, error, sizeof error) &&
              (c = command_find(args.name, error, sizeof error)) != NULL;
    lab->depth++;
    if (ok)
        ok = run_row(lab, c, &args, out);
    else
        outcome_fail(out, "%s", error);
    lab->depth--;
    if (!ok && errno == ENOMEM)
        lost_note(); /* no failure of the command's own, whatever it stands in */
    arguments_release(&args);
    return ok;
}
