/* command_help.c: help and quit. */
#include <stdio.h>
#include <string.h>

#include "allocator/check.h"
#include "cli/command/run.h"

static const struct {
    const char *group, *title;
} groups[] = {
    {"allocate", "Allocate"}, {"look", "Look"},      {"memory", "Touch memory"}, {"faults", "Break it"},
    {"session", "Session"},   {"class", "In class"}, {"screen", "Screen"},
};

#define HELP_COLUMNS 79
#define HELP_SUMMARY_AT 30

/* text, of one or more lines, broken at spaces so that no row is longer than HELP_COLUMNS. The first row goes on at column at; those
 * after it begin at indent. */
static void help_wrap(struct outcome *out, const char *text, size_t at, size_t indent)
{
    while (*text != '\0') {
        size_t word = strcspn(text, " \n"), gap = strspn(text + word, " ");
        if (at > indent && at + word > HELP_COLUMNS) {
            outcome_text(out, "\n%*s", (int)indent, "");
            at = indent;
        }
        outcome_text(out, "%.*s", (int)word, text);
        at += word;
        text += word + gap;
        if (*text == '\n') {
            outcome_text(out, "\n");
            at = 0;
            text++;
        } else if (*text != '\0' && at + gap + strcspn(text, " \n") <= HELP_COLUMNS) {
            outcome_text(out, "%*s", (int)gap, "");
            at += gap;
        } else if (*text != '\0') {
            at = HELP_COLUMNS; /* the next word begins a row */
        }
    }
    outcome_text(out, "\n");
}

static void help_invariant(struct outcome *out, unsigned number)
{
    char name[8];
    int at = snprintf(name, sizeof name, "I%u: ", number);
    outcome_text(out, "%s", name);
    help_wrap(out, check_invariant_text(number), (size_t)at, 5);
}

static void help_row(struct outcome *out, const struct command *c)
{
    char usage[160];
    command_usage(c, usage, sizeof usage);
    size_t n = strlen(usage) + 2;
    outcome_text(out, "  %s", usage);
    if (n >= HELP_SUMMARY_AT)
        outcome_text(out, "\n%*s", HELP_SUMMARY_AT, "");
    else
        outcome_text(out, "%*s", (int)(HELP_SUMMARY_AT - n), "");
    help_wrap(out, c->summary, HELP_SUMMARY_AT, HELP_SUMMARY_AT);
}

static void help_all(struct outcome *out)
{
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        outcome_text(out, "%s%s\n", g ? "\n" : "", groups[g].title);
        for (size_t i = 0; i < command_table_size; i++) {
            if (strcmp(command_table[i].group, groups[g].group) == 0) help_row(out, &command_table[i]);
        }
    }
    outcome_text(out, "\nSIZE: 64, 0x40, 4k, 1M.  ID: 2, #2, a NAME, 4-6, all.\n"
                      "';' separates commands, '#' starts a comment.\n"
                      "`help COMMAND` tells more; a unique beginning of a command's name will do.\n"
                      "On the screen F1 shows this with the keys: PgUp and PgDn scroll, Alt-+ and Alt--\n"
                      "zoom, Alt-arrows select, Alt-p is for the projector, Alt-o for offsets.\n");
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
    help_wrap(out, usage, 0, 4);
    outcome_text(out, "  %s.\n\n", c->summary);
    help_wrap(out, c->help, 0, 0);
    for (unsigned i = 1; c->run == run_check && i <= CHECK_N_INVARIANTS; i++)
        help_invariant(out, i);
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
