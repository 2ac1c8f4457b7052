/* verb_targets.c: targets: the program that is watched, its threads, and the processes below it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/session/watch.h"
#include "cli/source/children.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"

static json_t *child_json(const struct child *c)
{
    return json_pack("{s:i, s:i, s:s}", "pid", (int)c->pid, "parent", (int)c->parent, "name",
                     c->name);
}

static bool run_targets(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    struct process *p = lab->shown.session.watch->process;
    struct children below = {.n = 0};
    if (!process_threads_refresh(p) || !children_read(&below, p->pid))
        return outcome_fail(out, "the processes can't be listed: %s", strerror(errno));
    json_t *list = json_array();
    outcome_text(out, "* %d %s, %zu thread%s\n", (int)p->pid, p->name, p->threads.n,
                 p->threads.n == 1 ? "" : "s");
    for (size_t i = 0; i < below.n; i++) {
        const struct child *c = &below.child[i];
        outcome_text(out, "  %*s%d %s%s\n", (int)(c->depth > 20 ? 40 : 2 * c->depth - 2), "",
                     (int)c->pid, c->name, c->state == 'Z' ? " (ended)" : "");
        json_array_append_new(list, child_json(c));
    }
    if (below.n == 0) outcome_text(out, "no process below it\n");
    outcome_result(out, json_pack("{s:i, s:s, s:o, s:o}", "pid", (int)p->pid, "name", p->name,
                                  "threads", value_number(p->threads.n), "children", list));
    children_release(&below);
    return true;
}

const struct command verb_targets = {
    .name = "targets",
    .summary = "list the program's threads, and the processes below it",
    .help = "Each of those can be watched by a `brkview attach` of its own.",
    .group = "watch",
    .kinds = {ARG_NONE},
    .flags = COMMAND_UNSTEADY | COMMAND_NEEDS_LIFE,
    .needs = SOURCE_PAUSE,
    .run = run_targets,
};
