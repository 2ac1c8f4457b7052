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
#include "cli/score/generate.h"
#include "cli/source/process_each.h"
#include "cli/subcommand.h"
#include "cli/teach/lesson_shelf.h"
#include "cli/text/ascii.h"

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

static void values_files(const char *before, const char *typed)
{
    (void)before, (void)typed;
    puts(":files"); /* the shell knows which part of the word is a path */
}

static void values_at(const char *before, const char *typed)
{
    offer(before, "bad", "", typed, "before the first wrong operation",
          (int)sizeof "before the first wrong operation" - 1);
    offer(before, "peak", "", typed, "where most bytes live",
          (int)sizeof "where most bytes live" - 1);
}

static void values_align(const char *before, const char *typed)
{
    static const char *const values[] = {"4", "8", "16"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        offer(before, values[i], "", typed, NULL, 0);
}

static void values_generate(const char *before, const char *typed)
{
    const struct generator *g;
    for (size_t i = 0; (g = generator_at(i)) != NULL; i++)
        offer(before, g->name, "", typed, g->about, (int)strlen(g->about));
}

static const struct valued {
    const char *option;
    void (*values)(const char *before, const char *typed); /* NULL: what nobody can list */
} options_valued[] = {
    {"--policy", values_policy},
    {"--theme", values_theme},
    {"--set", values_set},
    {"--limit", NULL},
    {"--timeout", NULL},
    {"--execute", NULL},
    {"--rate", NULL},
    {"--every", NULL},
    {"--summary", values_files},
    {"--record", values_files},
    {"-e", NULL},
    {"--n", NULL},
    {"-n", NULL},
    {"--seed", NULL},
    {"-s", NULL},
    {"--align", values_align},
    {"--generate", values_generate},
    {"--trace", values_files},
    {"--tracedir", values_files},
    {"-f", values_files},
    {"-t", values_files},
    {"--allocator", values_files},
    {"--cc", NULL},
    {"--cflags", NULL},
    {"--heap", NULL},
    {"--ops", NULL},
    {"--output", values_files},
    {"--within", NULL},
    {"-o", values_files},
    {"--at", values_at},
};
enum { N_VALUED = sizeof options_valued / sizeof options_valued[0] };

/* ── Options, as a help text tells them ── */

static bool is_name(char c) { return c == '-' || ascii_is_alnum(c); }

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
        if (!listed && !memmem(line, (size_t)(end - line), "brkview ", strlen("brkview ")))
            continue;
        for (const char *at = line; at < (listed && meaning < end ? meaning : end); at++) {
            char name[64];
            if (*at != '-' || (at > line && !strchr(" [,", at[-1]))) continue;
            size_t n = 0;
            while (is_name(at[n]) && n < sizeof name - 1)
                n++;
            snprintf(name, sizeof name, "%.*s", (int)n, at);
            if (n > 1 && strcmp(name, "--") != 0)
                offer("", name, at[n] == '=' ? "=" : "", typed, meaning, (int)(end - meaning));
            at += n - 1;
        }
    }
}

static const struct valued *valued_find(const char *option, size_t n)
{
    for (size_t i = 0; i < N_VALUED; i++)
        if (strlen(options_valued[i].option) == n &&
            strncmp(option, options_valued[i].option, n) == 0)
            return &options_valued[i];
    return NULL;
}

/* Complete the value of an option which takes one. False: it is none of which we know. The
 * homework's options are not ours. */
static bool values_of(const char *option, size_t n, const char *before, const char *typed)
{
    const struct valued *valued = valued_find(option, n);
    if (valued && valued->values) valued->values(before, typed);
    return valued != NULL;
}

/* ── Words ── */

static void words_lesson(const char *typed, int n_before)
{
    struct shelf shelf;
    shelf_read(&shelf);
    for (size_t i = 0; n_before == 0 && i < shelf.n; i++)
        offer("", shelf.entry[i].name, "", typed, shelf.entry[i].title,
              (int)strlen(shelf.entry[i].title));
    puts(":files");
}

/* By number, or, where letters were typed, by name. */
static void offer_process(void *user, pid_t pid, const char *name)
{
    const char *typed = user;
    char number[16], meaning[32];
    snprintf(number, sizeof number, "%d", (int)pid);
    snprintf(meaning, sizeof meaning, "process %d", (int)pid);
    offer("", number, "", typed, name, (int)strlen(name));
    if (*typed && !strpbrk(name, " \t")) offer("", name, "", typed, meaning, (int)strlen(meaning));
}

static void words_attach(const char *typed, int n_before)
{
    char copy[256];
    snprintf(copy, sizeof copy, "%s", typed);
    if (n_before == 0)
        process_each(offer_process, copy);
    else
        puts(":files");
}

static void words_run(const char *typed, int n_before)
{
    (void)typed;
    if (n_before == 0) puts(":commands");
    puts(":files");
}

static void words_compare(const char *typed, int n_before)
{
    (void)n_before;
    values_policy("", typed);
    puts(":files");
}

static void words_score(const char *typed, int n_before)
{
    (void)typed, (void)n_before;
    puts(":files");
}

static void words_none(const char *typed, int n_before) { (void)typed, (void)n_before; }

static const struct {
    const char *of; /* a subcommand */
    void (*words)(const char *typed, int n_before); /* n_before: such words that stand before it */
    bool program; /* behind the first of them, and behind --, nothing is ours */
} words_of[] = {{"attach", words_attach, false},   {"blame", words_score, false},
                {"compare", words_compare, false}, {"lesson", words_lesson, false},
                {"quiz", words_none, false},       {"replay", words_score, false},
                {"run", words_run, true},          {"score", words_score, false},
                {"shrink", words_score, false}};
enum { N_WORDS_OF = sizeof words_of / sizeof words_of[0] };

static int row_of(const struct subcommand *sub)
{
    for (int i = 0; i < N_WORDS_OF; i++)
        if (strcmp(words_of[i].of, sub->name) == 0) return i;
    return 0;
}

/* How many words stand before the last one that are neither options nor values of options; *closed:
 * -- stands among them. */
static int count_words(int argc, char **argv, bool *closed)
{
    int n = 0;
    *closed = false;
    for (int i = 2; i < argc - 1; i++) {
        const char *word = argv[i];
        if (*closed || word[0] != '-' || !word[1])
            n++;
        else if (strcmp(word, "--") == 0)
            *closed = true;
        else if (valued_find(word, strlen(word)))
            i++;
    }
    return n;
}

static void complete_words(const struct subcommand *sub, const char *typed, int n_before)
{
    if (sub) {
        words_of[row_of(sub)].words(typed, n_before);
        return;
    }
    const struct subcommand *other;
    for (size_t i = 0; n_before == 0 && (other = subcommand_at(i)) != NULL; i++)
        offer("", other->name, "", typed, other->summary, (int)strlen(other->summary));
    puts(":files");
}

int completion_main(int argc, char **argv)
{
    const char *typed = argc > 1 ? argv[argc - 1] : "", *previous = argc > 2 ? argv[argc - 2] : "",
               *equals = strchr(typed, '=');
    const struct subcommand *sub = argc > 2 ? subcommand_find(argv[1]) : NULL;
    const char *help = sub ? sub->help(argc - 1, argv + 1) : options_help();
    bool ours = help != ostep_options_help(), closed = false;
    int n = sub ? count_words(argc, argv, &closed) : argc - 2;
    bool program = sub && words_of[row_of(sub)].program && (n > 0 || closed);
    char before[64];
    if (typed[0] == '-' && equals && !program && !closed) {
        snprintf(before, sizeof before, "%.*s=", (int)(equals - typed < 60 ? equals - typed : 60),
                 typed);
        if (ours) values_of(typed, (size_t)(equals - typed), before, equals + 1);
    } else if (typed[0] == '-' && !program && !closed) {
        options_of(help, typed);
    } else if (!ours || program || closed || !values_of(previous, strlen(previous), "", typed)) {
        complete_words(sub, typed, n);
    }
    return report_end() ? 0 : 1;
}
