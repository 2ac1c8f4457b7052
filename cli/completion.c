/* completion.c: see completion.h. */
#include "cli/completion.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "allocator/format/root.h"
#include "cli/command/settings.h"
#include "cli/options.h"
#include "cli/ostep/ostep_options.h"
#include "cli/report/report.h"
#include "cli/subcommand.h"
#include "cli/teach/lesson_shelf.h"

/* before: what stands before the word and is no part of what is compared; behind: what goes on it.
 */
static void offer(const char *before, const char *word, const char *behind, const char *typed,
                  const char *meaning, int meaning_bytes)
{
    if (strncmp(word, typed, strlen(typed)) != 0) return;
    printf("%s%s%s", before, word, behind);
    if (meaning_bytes > 0) printf("\t%.*s", meaning_bytes, meaning);
    putchar('\n');
}

/* ── Values ── */

static void values_policy(const char *before, const char *typed)
{
    for (int i = 0; heap_policy_name((enum heap_policy)i); i++)
        offer(before, heap_policy_name((enum heap_policy)i), "", typed, NULL, 0);
}

static void values_theme(const char *before, const char *typed)
{
    for (const char *const *value = setting_values("theme"); value && *value; value++)
        offer(before, *value, "", typed, NULL, 0);
}

static void values_set(const char *before, const char *typed)
{
    char option[64], shown[128];
    const char *equals = strchr(typed, '=');
    for (const char *const *name = setting_list(); !equals && *name; name++)
        offer(before, *name, "=", typed, NULL, 0);
    if (!equals || (size_t)snprintf(option, sizeof option, "%.*s", (int)(equals - typed), typed) >=
                       sizeof option)
        return;
    snprintf(shown, sizeof shown, "%.32s%s=", before, option);
    for (const char *const *value = setting_values(option); value && *value; value++)
        offer(shown, *value, "", equals + 1, NULL, 0);
}

static const struct {
    const char *option;
    void (*values)(const char *before, const char *typed); /* NULL: what nobody can list */
} options_valued[] = {
    {"--policy", values_policy},
    {"--theme", values_theme},
    {"--set", values_set},
    {"--limit", NULL},
    {"--timeout", NULL},
    {"--execute", NULL},
    {"-e", NULL},
    {"--n", NULL},
    {"-n", NULL},
    {"--seed", NULL},
    {"-s", NULL},
};
enum { N_VALUED = sizeof options_valued / sizeof options_valued[0] };

/* ── Options, as a help text tells them ── */

static bool is_name(char c) { return c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* What a line of help says behind its options: from the second of two spaces on. */
static const char *meaning_of(const char *line, const char *end)
{
    const char *at = line;
    while (at < end && *at == ' ')
        at++;
    if (at == end || *at != '-') return end;
    for (; at + 1 < end; at++)
        if (at[0] == ' ' && at[1] == ' ') break;
    while (at < end && *at == ' ')
        at++;
    return at + 1 < end ? at : end;
}

static void options_of(const char *help, const char *typed)
{
    for (const char *line = help, *end; *line; line = *end ? end + 1 : end) {
        end = line + strcspn(line, "\n");
        const char *meaning = meaning_of(line, end);
        bool listed = line[0] == ' ' && line[strspn(line, " ")] == '-';
        if (!listed && !strstr(line, "brkview ")) continue;
        for (const char *at = line; at < (listed && meaning < end ? meaning : end); at++) {
            char name[64];
            if (*at != '-' || (at > line && !strchr(" [,", at[-1]))) continue;
            size_t n = 0;
            while (is_name(at[n]) && n < sizeof name - 1)
                n++;
            snprintf(name, sizeof name, "%.*s", (int)n, at);
            if (n > 1)
                offer("", name, at[n] == '=' ? "=" : "", typed, meaning, (int)(end - meaning));
            at += n - 1;
        }
    }
}

/* Complete the value of an option which takes one. False: it is none of which we know. The
 * homework's options are not ours. */
static bool values_of(const char *option, size_t n, const char *before, const char *typed)
{
    for (size_t i = 0; i < N_VALUED; i++) {
        if (strlen(options_valued[i].option) != n ||
            strncmp(option, options_valued[i].option, n) != 0)
            continue;
        if (options_valued[i].values) options_valued[i].values(before, typed);
        return true;
    }
    return false;
}

/* ── Words ── */

static void lessons(const char *typed)
{
    struct shelf shelf;
    shelf_read(&shelf);
    for (size_t i = 0; i < shelf.n; i++)
        offer("", shelf.entry[i].name, "", typed, shelf.entry[i].title,
              (int)strlen(shelf.entry[i].title));
}

int completion_main(int argc, char **argv)
{
    const char *typed = argc > 1 ? argv[argc - 1] : "", *previous = argc > 2 ? argv[argc - 2] : "",
               *equals = strchr(typed, '=');
    const struct subcommand *sub = argc > 2 ? subcommand_find(argv[1]) : NULL, *other;
    const char *help = sub ? sub->help(argc - 1, argv + 1) : options_help();
    bool ours = help != ostep_options_help();
    char before[64];
    if (typed[0] == '-' && equals) {
        snprintf(before, sizeof before, "%.*s=", (int)(equals - typed < 60 ? equals - typed : 60),
                 typed);
        if (ours) values_of(typed, (size_t)(equals - typed), before, equals + 1);
    } else if (typed[0] == '-') {
        options_of(help, typed);
    } else if (!ours || !values_of(previous, strlen(previous), "", typed)) {
        for (size_t i = 0; argc < 3 && (other = subcommand_at(i)) != NULL; i++)
            offer("", other->name, "", typed, other->summary, (int)strlen(other->summary));
        if (sub && strcmp(sub->name, "lesson") == 0) lessons(typed);
        if (!sub || strcmp(sub->name, "quiz") != 0) puts(":files");
    }
    return report_end() ? 0 : 1;
}
