/* verb_setup.c: policy, set, limit, reset. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/execute.h"
#include "cli/command/parse.h"
#include "cli/command/run.h"
#include "cli/command/settings.h"
#include "cli/source/own_target.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"
#include "cli/verb/listing.h"

#define ERROR_BYTES 256

static bool tell_setup(struct lab *lab, struct outcome *out)
{
    const struct session_setup *setup = &lab->shown.session.setup;
    outcome_result(
        out, json_pack("{s:s, s:o, s:o}", "policy", heap_policy_name(setup->policy), "switches",
                       shape_switches_json(setup), "limit",
                       setup->limit == HEAP_NO_LIMIT ? json_null() : value_number(setup->limit)));
    outcome_text(out, "policy %s", heap_policy_name(setup->policy));
    for (unsigned i = 0; i < HEAP_N_SWITCHES; i++) {
        char value[32];
        if (shape_switch_shown(setup, (enum heap_switch)i))
            outcome_text(out, ", %s %s", heap_switch_name((enum heap_switch)i),
                         shape_switch_value(setup, (enum heap_switch)i, value, sizeof value));
    }
    outcome_text(out, "\n");
    return true;
}

/* ── policy ── */

static bool copy_lines(char **lines, size_t *n, const struct log_entry *e, size_t from)
{
    for (size_t k = from; k < e->n_lines; k++)
        if (e->fates[k] != LOG_KILLED && (lines[(*n)++] = strdup(e->lines[k])) == NULL)
            return false;
    return true;
}

/* The lines that made the present heap, copied, for they are played while the log grows: those
 * behind the last one that made a fresh heap, of the entry being recorded too (in a file that is
 * sourced). NULL on no memory. */
static char **lines_since_fresh(const struct log *l, size_t *n)
{
    static const struct log_entry nothing;
    const struct log_entry *open = l->open ? l->open : &nothing;
    size_t from = l->n, all = open->n_lines;
    bool here = open->n_to_fresh > 0, ok = true;
    while (!here && from > 0 && l->entries[from - 1]->n_to_fresh == 0)
        from--;
    if (!here && from > 0) from--; /* the entry with that line */
    for (size_t i = from; i < l->n; i++)
        all += l->entries[i]->n_lines;
    char **lines = calloc(all + 1, sizeof *lines);
    *n = 0;
    if (!lines) return NULL;
    for (size_t i = from; ok && i < l->n; i++)
        ok = copy_lines(lines, n, l->entries[i], l->entries[i]->n_to_fresh);
    if (ok && copy_lines(lines, n, open, open->n_to_fresh)) return lines;
    for (size_t i = 0; i < *n; i++)
        free(lines[i]);
    free((void *)lines);
    return NULL;
}

static bool run_again(struct lab *lab, char **lines, size_t n, struct outcome *out)
{
    size_t failed = 0, done = 0;
    char first[256] = "";
    for (; done < n && session_go_on(&lab->shown.session); done++) {
        struct outcome *one = outcome_new(out->seq, lines[done]);
        if (!one)
            return outcome_fail(out, "out of memory after %zu of %zu commands of the log", done, n);
        if (lab->depth == 1)
            lab->n_nested = 0; /* each has as many commands of its own as it had then */
        bool ok = command_execute(lab, lines[done], one);
        bool cut = !ok && lab->shown.session.stop;
        if (!ok && !cut && failed++ == 0)
            snprintf(first, sizeof first, "%s: %s", text_printable(lines[done]),
                     one->error ? one->error : "out of memory");
        outcome_free(one);
        if (cut) break;
    }
    if (done < n)
        return outcome_fail(out, "interrupted after %zu of %zu commands of the log", done, n);
    outcome_text(out, "%zu command%s of the log run again, %zu failed%s%s\n", n, n == 1 ? "" : "s",
                 failed, failed ? "; the first: " : "", first);
    const struct target *t = &lab->shown.session.target;
    if (!t->alive) outcome_sentence(out, "the target was %s", t->ended);
    return true;
}

/* `policy own NAME`, where there are several. setup NULL: it is another policy. */
static bool take_own(struct lab *lab, const char *name, const struct own_setup **setup,
                     struct outcome *out)
{
    const struct own_list *list = setup ? lab->shown.session.owns : NULL;
    for (size_t i = 0; list && i < list->n; i++)
        if (strcmp(name, list->setup[i]->title) == 0) {
            *setup = list->setup[i];
            return true;
        }
    return outcome_fail(out, "%s is not understood here; expected nothing more, or `replay`",
                        text_printable(name));
}

static bool run_policy(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    if (args->n == 0) {
        tell_setup(lab, out);
        listing_policies(lab, out);
        return true;
    }
    char list[HEAP_LIST_MAX];
    bool own = strcmp(args->word[0], heap_policy_name(HEAP_OWN)) == 0;
    enum heap_policy policy = own ? HEAP_OWN : heap_policy_from_name(args->word[0]);
    bool again = args->n == 2 && strcmp(args->word[1], "replay") == 0;
    if (heap_policy_info(policy) == NULL)
        return outcome_fail(out, "there is no policy %s; expected %s",
                            text_printable(args->word[0]), heap_policy_list("or", list));
    const struct own_setup *which = lab->shown.session.setup.own;
    bool named = args->n == 2 && !again;
    if (named && !take_own(lab, args->word[1], own ? &which : NULL, out)) return false;
    size_t n = 0;
    char **lines = again ? lines_since_fresh(&lab->shown.session.log, &n) : NULL;
    if (again && !lines) return outcome_fail(out, "out of memory");
    struct session_setup setup;
    session_setup_defaults(&setup, policy);
    setup.limit = lab->shown.session.setup.limit;
    setup.own = which;
    bool ok = session_restart(&lab->shown.session, &setup);
    lab->shown.stale = true;
    if (!ok) outcome_fail(out, "%s", lab->shown.session.error);
    if (ok) {
        char line[160];
        snprintf(line, sizeof line, "policy %s%s%s", heap_policy_name(policy), named ? " " : "",
                 named ? which->title : "");
        lab_record(lab, line, true);
        tell_setup(lab, out);
        if (again) ok = run_again(lab, lines, n, out);
    }
    for (size_t i = 0; i < n; i++)
        free(lines[i]);
    free((void *)lines);
    return ok;
}

/* With a second word it plays the log again. */
static bool policy_steady(const struct arguments *args) { return args->n < 2; }

/* NAME's values, behind its help. */
static bool policy_line(unsigned i, char *text, size_t bytes)
{
    char list[HEAP_LIST_MAX];
    if (i == 0) snprintf(text, bytes, "NAME is %s.", heap_policy_list("or", list));
    return i == 0;
}

const struct command verb_policy = {
    .name = "policy",
    .usage = "[NAME [replay]]",
    .summary = "list the policies, or start a fresh heap under another",
    .help = "Alone, it changes nothing; with replay the log is run again under the "
            "other.\nExample: policy best-fit replay",
    .help_line = policy_line,
    .group = "session",
    .most = 2,
    .kinds = {ARG_POLICY, ARG_WORD},
    .flags = COMMAND_LISTS | COMMAND_CHANGES | COMMAND_COMPOSES,
    .needs = SOURCE_ASK,
    .run = run_policy,
    .steady = policy_steady,
};

static bool run_reset(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    struct session_setup setup = lab->shown.session.setup;
    if (!session_restart(&lab->shown.session, &setup))
        return outcome_fail(out, "%s", lab->shown.session.error);
    return tell_setup(lab, out);
}

const struct command verb_reset = {
    .name = "reset",
    .aliases = "restart",
    .summary = "start a fresh heap, same policy and options",
    .help = "In a fresh process. It can be undone.",
    .group = "session",
    .kinds = {ARG_NONE},
    .flags = COMMAND_CHANGES,
    .needs = SOURCE_ASK,
    .run = run_reset,
};

/* ── set, limit ── */

/* What was chosen by hand is chosen for the next time, too; a lesson's own choice is not. */
static void set_theme(struct lab *lab, enum theme_name theme)
{
    lab->theme_auto = theme == THEME_N;
    lab->shown.view.theme = theme == THEME_N ? lab_theme_unasked() : theme;
}

static void tell_theme(struct lab *lab, enum theme_name theme, struct outcome *out)
{
    const char *name = theme == THEME_N ? "auto" : theme_name_text(theme);
    if (!lab->keep_theme || lab->confined)
        outcome_text(out, "theme is %s\n", name);
    else if (!lab->keep_theme(theme))
        outcome_text(out, "theme is %s; it could not be kept for the next start: %s\n", name,
                     strerror(errno));
    else
        outcome_text(
            out,
            theme == THEME_N
                ? "theme is %s: as the terminal is\n"
                : "theme is %s, at the next start, too; `set theme auto` asks the terminal\n",
            name);
}

static bool run_set(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    struct setting setting;
    if (args->n == 0) return listing_options(lab, out), true;
    if (args->n < 2)
        return outcome_fail(out, "VALUE is missing; expected `set OPTION VALUE`, OPTION one of %s",
                            setting_names());
    if (!setting_parse(args->word[0], args->word[1], &setting, error, sizeof error))
        return outcome_fail(out, "%s", error);
    switch (setting.kind) {
    case SETTING_THEME:
        set_theme(lab, setting.theme);
        break;
    case SETTING_MOUSE:
        lab->mouse = setting.on;
        break;
    case SETTING_OFFSETS:
        lab->shown.view.offsets = setting.on;
        break;
    case SETTING_PROJECTOR:
        lab->shown.view.projector = setting.on;
        break;
    case SETTING_CHECKHEAP:
        lab->checkheap = setting.on;
        break;
    case SETTING_SWITCH:
        if (!session_set(&lab->shown.session, setting.which, setting.value))
            return outcome_fail(out, "%s", lab->shown.session.error);
        break;
    }
    outcome_result(out, json_pack("{s:s, s:s}", "option", args->word[0], "value", args->word[1]));
    if (setting.kind == SETTING_THEME)
        tell_theme(lab, setting.theme, out);
    else
        outcome_text(out, "%s is %s\n", args->word[0], args->word[1]);
    if (setting.kind == SETTING_SWITCH)
        outcome_sentence(out,
                         setting.which == HEAP_POISON && setting.value
                             ? "%s is %s: what is free is filled now, and what is freed from now on"
                             : "%s is %s from now on; what was done before stays",
                         args->word[0], args->word[1]);
    return true;
}

const struct command verb_set = {
    .name = "set",
    .usage = "[OPTION VALUE]",
    .summary = "list the options, or change one",
    .help = "Alone, it tells them all. split, coalesce, trim: on or off; order: address, lifo, "
            "fifo, size-up, size-down; growth: "
            "exact, "
            "page, 64K; lock: on or "
            "off; the guards, canary and poison: on or off, quarantine: off or up to 64; theme: "
            "dark, light, mono (kept "
            "for the next start), auto: as the terminal's background is; mouse: on or off; "
            "addresses: absolute or offset (the heap's, from its start on, in every word but C, "
            "JSON and `segments`); projector: "
            "on or off; checkheap: on or off, whether the checker of an allocator of your own is "
            "called after each operation of a trace, of random, repeat and source, and after each "
            "command that changes the heap; they stop where it says no.\nExample: set coalesce off",
    .group = "session",
    .most = 2,
    .kinds = {ARG_OPTION, ARG_VALUE},
    .flags = COMMAND_LISTS | COMMAND_CHANGES,
    .run = run_set,
};

static bool tell_limit(struct lab *lab, uint64_t now, struct outcome *out)
{
    uint64_t limit = lab->shown.session.setup.limit;
    outcome_result(out, json_pack("{s:o}", "limit",
                                  limit == HEAP_NO_LIMIT ? json_null() : value_number(limit)));
    if (limit == HEAP_NO_LIMIT)
        outcome_text(out,
                     "no limit: only the kernel refuses; the heap has %" PRIu64
                     " bytes; `limit SIZE` sets one\n",
                     now);
    else
        outcome_text(out,
                     "the heap may have %" PRIu64 " bytes; it has %" PRIu64
                     "; `limit off` takes the limit away\n",
                     limit, now);
    return true;
}

static bool run_limit(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[ERROR_BYTES];
    uint64_t limit = HEAP_NO_LIMIT,
             now = lab->shown.session.target.brk - lab->shown.session.target.hello.heap_start;
    if (args->n == 0) return tell_limit(lab, now, out);
    bool none = strcmp(args->word[0], "off") == 0 || strcmp(args->word[0], "none") == 0;
    if (!none && !parse_limit(args->word[0], "SIZE", &limit, error, sizeof error))
        return outcome_fail(out, "%s", error);
    if (now > limit)
        return outcome_fail(
            out, "the heap has %" PRIu64 " bytes already; expected at least that many, or `off`",
            now);
    if (!session_limit(&lab->shown.session, limit))
        return outcome_fail(out, "%s", lab->shown.session.error);
    outcome_result(out, json_pack("{s:o}", "limit", none ? json_null() : value_number(limit)));
    if (none) {
        outcome_text(out, "no limit: only the kernel refuses\n");
    } else {
        outcome_text(out, "the heap may have %" PRIu64 " bytes; it has %" PRIu64 "\n", limit, now);
        outcome_sentence(out, "sbrk is refused beyond %" PRIu64 " bytes", limit);
    }
    return true;
}

const struct command verb_limit = {
    .name = "limit",
    .usage = "[SIZE|off]",
    .summary = "set the heap's most bytes",
    .help = "Alone, it tells it. The allocator itself refuses to grow beyond: out of memory, for a "
            "class.\nExample: limit 4k",
    .group = "session",
    .most = 1,
    .kinds = {ARG_SIZE},
    .flags = COMMAND_CHANGE | COMMAND_LISTS,
    .needs = SOURCE_ASK,
    .run = run_limit,
};
