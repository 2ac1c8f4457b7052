/* command_help.c: help and quit. */
#include <stdio.h>
#include <string.h>

#include "cli/command/run.h"

static const struct {
    const char *group, *title;
} groups[] = {
    {"allocate", "Allocate"}, {"look", "Look"},      {"memory", "Touch memory"}, {"faults", "Break it"},
    {"session", "Session"},   {"class", "In class"}, {"screen", "Screen"},
};

static void help_all(struct outcome *out)
{
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        outcome_text(out, "%s%s\n", g ? "\n" : "", groups[g].title);
        for (size_t i = 0; i < command_table_size; i++) {
            const struct command *c = &command_table[i];
            char usage[160];
            if (strcmp(c->group, groups[g].group) != 0) continue;
            command_usage(c, usage, sizeof usage);
            outcome_text(out, "  %-36s %s\n", usage, c->summary);
        }
    }
    outcome_text(out, "\nSIZE: 64, 0x40, 4k, 1M.  ID: 2, #2, a NAME, 4-6, all.  ';' separates commands, '#' starts a comment.\n"
                      "`help COMMAND` tells more; a unique beginning of a command's name will do.\n");
}

RUN(help)
{
    char error[256], usage[160];
    (void)lab;
    if (args->n == 0) {
        help_all(out);
        json_t *names = json_array();
        for (size_t i = 0; i < command_table_size; i++)
            json_array_append_new(names, json_string(command_table[i].name));
        outcome_result(out, json_pack("{s:o}", "commands", names));
        return true;
    }
    const struct command *c = command_find(args->word[0], error, sizeof error);
    if (!c) return outcome_fail(out, "%s", error);
    command_usage(c, usage, sizeof usage);
    outcome_text(out, "%s\n  %s.\n\n%s\n", usage, c->summary, c->help);
    if (*c->aliases) outcome_text(out, "\nAlso called: %s\n", c->aliases);
    outcome_result(out, json_pack("{s:s, s:s, s:s}", "name", c->name, "usage", usage, "summary", c->summary));
    return true;
}

RUN(quit)
{
    (void)args;
    (void)out;
    lab->quit = true;
    return true;
}
