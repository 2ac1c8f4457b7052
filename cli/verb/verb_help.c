/* verb_help.c: help and quit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/tell/outcome.h"
#include "viz/fold.h"

static const struct {
    const char *group, *title;
} groups[] = {
    {"allocate", "Allocate"},   {"look", "Look"},
    {"memory", "Touch memory"}, {"faults", "Break it"},
    {"session", "Session"},     {"trace", "Play a trace (brkview replay)"},
    {"class", "In class"},      {"watch", "Watch a program that runs by itself"},
    {"screen", "Screen"},
};

#define HELP_COLUMNS 79
#define HELP_SUMMARY_AT 30

/* text, of one or more lines, in rows of at most HELP_COLUMNS. */
static void help_fold(struct outcome *out, const char *text)
{
    char *copy = strdup(text), *rest = copy, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        size_t from = 0, next;
        do {
            size_t end = fold_row(line, from, HELP_COLUMNS, false, &next);
            outcome_text(out, "%*s%.*s\n", from > 0 ? fold_indent(line, HELP_COLUMNS, false) : 0,
                         "", (int)(end - from), line + from);
            from = next;
        } while (next != 0);
    }
    free(copy);
}

static void help_row(struct outcome *out, const struct command *c)
{
    char usage[160], line[400];
    command_usage(c, usage, sizeof usage);
    bool wide = strlen(usage) + 2 > HELP_SUMMARY_AT - 2;
    if (wide) outcome_text(out, "  %s\n", usage);
    snprintf(line, sizeof line, "  %*s%s", -(HELP_SUMMARY_AT - 2), wide ? "" : usage, c->summary);
    help_fold(out, line);
}

static void help_all(struct outcome *out)
{
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        outcome_text(out, "%s%s\n", g ? "\n" : "", groups[g].title);
        for (size_t i = 0; i < command_table_size; i++) {
            if (strcmp(command_table[i]->group, groups[g].group) == 0)
                help_row(out, command_table[i]);
        }
    }
    outcome_text(out,
                 "\nSIZE: 64, 0x40, 4k, 1M.  ID: 2, #2, p2, a NAME, 4-6, all.\n"
                 "';' separates commands, '#' starts a comment.\n"
                 "`help COMMAND` tells more; a unique beginning of a command's name will do.\n"
                 "On the screen F1 shows this with the keys: PgUp and PgDn scroll, Alt-+ and\n"
                 "Alt-- zoom, Alt-arrows select, Alt-p is for a projector, Alt-o for offsets.\n");
}

static bool run_help(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    char error[256], usage[160], line[256];
    (void)lab;
    out->absolute = true;
    if (args->n == 0) {
        help_all(out);
        json_t *names = json_array();
        for (size_t i = 0; i < command_table_size; i++)
            json_array_append_new(names, json_string(command_table[i]->name));
        outcome_result(out, json_pack("{s:o}", "commands", names));
        return true;
    }
    const struct command *c = command_find(args->word[0], error, sizeof error);
    if (!c) return outcome_fail(out, "%s", error);
    command_usage(c, usage, sizeof usage);
    outcome_text(out, "%s\n  %s.\n\n", usage, c->summary);
    help_fold(out, c->help);
    for (unsigned i = 0; c->help_line && c->help_line(i, line, sizeof line); i++)
        help_fold(out, line);
    if (c->aliases) outcome_text(out, "\nAlso called: %s\n", c->aliases);
    outcome_result(
        out, json_pack("{s:s, s:s, s:s}", "name", c->name, "usage", usage, "summary", c->summary));
    return true;
}

const struct command verb_help = {
    .name = "help",
    .aliases = "? man",
    .usage = "[COMMAND]",
    .summary = "list the commands, or explain one",
    .help = "Example: help free",
    .group = "session",
    .most = 1,
    .kinds = {ARG_COMMAND},
    .flags = COMMAND_WHILE_ASKED,
    .run = run_help,
};

static bool run_quit(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    (void)out;
    lab->quit = true;
    return true;
}

const struct command verb_quit = {
    .name = "quit",
    .aliases = "exit q",
    .summary = "leave",
    .help = "Ctrl-D on an empty line does the same.",
    .group = "session",
    .kinds = {ARG_NONE},
    .flags = COMMAND_OUTSIDE | COMMAND_UNSTEADY | COMMAND_WHILE_ASKED,
    .run = run_quit,
};
