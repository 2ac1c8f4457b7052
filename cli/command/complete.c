/* complete.c: completions, from the command table's argument kinds. Nothing is asked of the target.
 */
#include <dirent.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command/c_line.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/command/settings.h"
#include "cli/source/own_target.h"
#include "cli/text/ascii.h"
#include "cli/text/file.h"
#include "cli/text/text.h"

#define COMPLETIONS_MAX 512u

struct list {
    char **word;
    size_t n;
    const char *prefix;
    size_t prefix_bytes;
};

static void add(struct list *l, const char *word)
{
    if (l->n == COMPLETIONS_MAX || strncmp(word, l->prefix, l->prefix_bytes) != 0) return;
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->word[i], word) == 0) return;
    char **moved = realloc((void *)l->word, (l->n + 2) * sizeof *moved);
    if (!moved) return;
    l->word = moved;
    if ((l->word[l->n] = strdup(word)) != NULL) l->n++;
    l->word[l->n] = NULL;
}

static void add_all(struct list *l, const char *const *words)
{
    for (; words && *words; words++)
        add(l, *words);
}

static void add_functions(struct list *l, bool returning)
{
    char word[32];
    const char *name;
    bool returns;
    for (size_t i = 0; (name = c_line_function(i, &returns)) != NULL; i++) {
        snprintf(word, sizeof word, "%s(", name);
        if (returns || !returning) add(l, word);
    }
}

static void add_commands(struct list *l)
{
    for (size_t i = 0; i < command_table_size; i++)
        add(l, command_table[i]->name);
    if (l->n > 0 || l->prefix_bytes == 0) return;
    for (size_t i = 0; i < command_table_size; i++) { /* an alias only when no name will do */
        char aliases[64];
        snprintf(aliases, sizeof aliases, "%s",
                 command_table[i]->aliases ? command_table[i]->aliases : "");
        char *rest = aliases;
        for (char *word; (word = strsep(&rest, " ")) != NULL;)
            if (*word) add(l, word);
    }
}

static void add_names(struct list *l, const struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->n_names; i++) {
        uint64_t payload, requested;
        if (ledger->names[i].name[0] &&
            ledger_find(ledger, ledger->names[i].id, &payload, &requested))
            add(l, ledger->names[i].name);
    }
}

/* The ids in use behind "", "#" or "p"; no p2 that is the name of another. */
static void add_numbers(struct list *l, const struct ledger *ledger, const char *before)
{
    char word[16];
    for (uint32_t id = ledger_next_live(ledger, 0); id && l->n < COMPLETIONS_MAX;
         id = ledger_next_live(ledger, id)) {
        snprintf(word, sizeof word, "%s%" PRIu32, before, id);
        if (*before != 'p' || parse_pointer(ledger, word) == id) add(l, word);
    }
}

static void add_ids(struct list *l, const struct ledger *ledger)
{
    char first = l->prefix_bytes > 0 ? l->prefix[0] : '\0';
    add_names(l, ledger);
    add_numbers(l, ledger, first == '#' ? "#" : first == 'p' ? "p" : "");
    add(l, "all");
}

/* own, where there is one; and behind it, which, where there are several. */
static void add_policies(struct list *l, const struct session *s)
{
    for (int i = 0; heap_policy_name((enum heap_policy)i); i++)
        add(l, heap_policy_name((enum heap_policy)i));
    if (s->setup.own) add(l, heap_policy_name(HEAP_OWN));
}

static void add_own(struct list *l, const struct session *s, const char *policy)
{
    const struct own_list *list = s->owns;
    if (strcmp(policy, heap_policy_name(HEAP_OWN)) != 0) return;
    for (size_t i = 0; list && i < list->n; i++)
        add(l, list->setup[i]->title);
}

/* Can a name be typed plainly: without quotes, and so that who reads it knows what it is? */
static bool is_plain(const char *name)
{
    char shown[TEXT_SHOWN_MAX];
    if (*name == '.' || *name == '~') return false;
    for (const char *next = name; *name; name = next) {
        size_t n = text_shown(&next, true, shown);
        if (*name == ' ' || *name == ';' || *name == '"' || n != (size_t)(next - name) ||
            text_quote(name))
            return false;
    }
    return true;
}

/* ~ and users' names behind it: their homes. */
static void add_homes(struct list *l)
{
    char word[256];
    add(l, "~/");
    setpwent();
    for (const struct passwd *person; l->prefix_bytes > 1 && (person = getpwent()) != NULL;) {
        snprintf(word, sizeof word, "~%s/", person->pw_name);
        if (is_plain(person->pw_name)) add(l, word);
    }
    endpwent();
}

/* Names in the directory that the prefix points into; those that can't be typed plainly are left
 * out. */
static void add_files(struct list *l)
{
    char *directory = NULL, error[256], word[1024];
    size_t keep = l->prefix_bytes;
    while (keep > 0 && l->prefix[keep - 1] != '/')
        keep--;
    char *typed = keep > 0 ? strndup(l->prefix, keep) : strdup(".");
    if (l->prefix[0] == '~' && keep == 0 && l->prefix_bytes > 0)
        add_homes(l);
    else if (typed)
        directory = file_named(typed, error, sizeof error);
    DIR *d = directory ? opendir(directory) : NULL;
    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        struct stat st;
        if (!is_plain(e->d_name)) continue;
        bool folder = fstatat(dirfd(d), e->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
        snprintf(word, sizeof word, "%.*s%s%s", (int)keep, l->prefix, e->d_name, folder ? "/" : "");
        add(l, word);
    }
    if (d) closedir(d);
    free(directory);
    free(typed);
}

static void add_choice(void *list, const char *word) { add(list, word); }

static void add_kind(struct list *l, struct lab *lab, const struct command *c,
                     enum argument_kind kind, const char *previous)
{
    switch (kind) {
    case ARG_ID:
        add_ids(l, &lab->shown.session.ledger);
        break;
    case ARG_POLICY:
        add_policies(l, &lab->shown.session);
        break;
    case ARG_WORD:
        if (c->kinds[0] == ARG_POLICY) add_own(l, &lab->shown.session, previous);
        break;
    case ARG_OPTION:
        add_all(l, setting_list());
        break;
    case ARG_VALUE:
        add_all(l, setting_values(previous));
        break;
    case ARG_FILE:
        add_files(l);
        break;
    case ARG_CHOICE:
        c->choices(add_choice, l);
        break;
    case ARG_CHOICE_OR_PATH:
        c->choices(add_choice, l);
        if (memchr(l->prefix, '/', l->prefix_bytes) || l->prefix[0] == '~') add_files(l);
        break;
    case ARG_COMMAND:
        add_commands(l);
        break;
    default:
        break;
    }
}

/* The words that a usage shows literally, "in|out|all|BYTES": those in small letters. */
static void add_usage_words(struct list *l, const struct command *c)
{
    char usage[160];
    snprintf(usage, sizeof usage, "%s", c->usage ? c->usage : "");
    char *rest = usage;
    for (char *word; (word = strsep(&rest, " []|.\"")) != NULL;)
        if (ascii_is_lower(*word)) add(l, word);
}

/* 7, #7, p7 */
static bool is_number(const char *word)
{
    return ascii_is_digit(word[*word == '#' || *word == 'p']);
}

static int by_length_then_name(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b;
    if (is_number(x) && is_number(y) && strlen(x) != strlen(y))
        return strlen(x) < strlen(y) ? -1 : 1;
    return strcmp(x, y);
}

/* Where the present command begins: behind the last separator before point. */
static size_t command_begin(const char *line, size_t point)
{
    size_t begin = 0;
    bool quoted = false;
    for (size_t i = 0; i < point && line[i]; i++) {
        if (line[i] == '"') quoted = !quoted;
        if (!quoted && (line[i] == ';' || line[i] == '\n')) begin = i + 1;
    }
    return begin;
}

/* Complete the last word of text, a command up to the cursor. The answer is the command within it
 * that goes on, NULL if there is none. */
static const char *complete_in(struct list *l, struct lab *lab, const char *text)
{
    char error[256];
    struct arguments args;
    const char *within = NULL;
    if (!arguments_parse(&args, text, error, sizeof error)) {
        arguments_release(&args);
        return NULL;
    }
    const struct command *c = command_find(args.name, error, sizeof error);
    int place = args.n - 1; /* of the word under the cursor, which the caller made sure exists */
    if (c && (c->flags & COMMAND_COMPOSES) && c->kinds[1] == ARG_COMMAND && place >= 1) {
        if (place == 1)
            add_commands(l);
        else
            within = text + args.at[1]; /* repeat N COMMAND … */
    } else if (c && place >= 0) {
        add_kind(l, lab, c, c->kinds[place < 3 ? place : 3], place > 0 ? args.word[place - 1] : "");
        if (c->most < 0 && c->kinds[1] == ARG_NONE) add_kind(l, lab, c, c->kinds[0], "");
        enum argument_kind kind = c->kinds[place < 3 ? place : 3];
        if (kind == ARG_WORD || kind == ARG_SIZE || kind == ARG_NONE || kind == ARG_ID ||
            (kind == ARG_CHOICE_OR_PATH && place == 0))
            add_usage_words(l, c);
    }
    arguments_release(&args);
    return within;
}

/* Bytes of the blank that ends before at, also of one that a web page puts there; 0: none does. */
static size_t blank_before(const char *line, size_t begin, size_t at)
{
    for (size_t n = 1; n <= 4 && at - begin >= n; n++)
        if (text_blank(line + at - n) == n) return n;
    return 0;
}

/* ── A line of C ── */

/* Behind a = or a cast a function, within parentheses a pointer. */
static void add_c(struct list *l, const struct ledger *ledger, const char *before)
{
    size_t n = strlen(before);
    for (size_t blank; (blank = blank_before(before, 0, n)) != 0;)
        n -= blank;
    bool call = n > 0 && (before[n - 1] == '=' || before[n - 1] == ')');
    if (call) add_functions(l, true);
    if (call) return;
    add_names(l, ledger);
    add_numbers(l, ledger, "p");
    add(l, "NULL");
}

/* Where the word under the cursor begins, if the command up to it is C; else false. */
static bool complete_c(struct list *l, const struct ledger *ledger, const char *line, size_t begin,
                       size_t point, size_t *start)
{
    char *text = strndup(line + begin, point - begin);
    size_t word = point;
    bool is_c = text && c_line_is(text);
    while (word > begin && (ascii_is_alnum(line[word - 1]) || line[word - 1] == '_'))
        word--;
    if (is_c) {
        *start = word;
        *l = (struct list){.prefix = line + word, .prefix_bytes = point - word};
        text[word - begin] = '\0';
        add_c(l, ledger, text);
    }
    free(text);
    return is_c;
}

static char **sorted(struct list *l)
{
    if (l->n > 1) qsort((void *)l->word, l->n, sizeof *l->word, by_length_then_name);
    return l->word;
}

char **command_complete(struct lab *lab, const char *line, size_t point, size_t *start)
{
    size_t length = strlen(line), begin = command_begin(line, point < length ? point : length);
    if (point > length) point = length;
    struct list l;
    if (complete_c(&l, &lab->shown.session.ledger, line, begin, point, start)) return sorted(&l);
    size_t word = point;
    while (word > begin && !blank_before(line, begin, word))
        word--;
    size_t first = begin;
    for (size_t blank; first < word && (blank = text_blank(line + first)) != 0;)
        first += blank;
    *start = word;
    l = (struct list){.prefix = line + word, .prefix_bytes = point - word};
    if (first == word) {
        add_commands(&l);
        if (l.n == 0) add_functions(&l, false);
    } else {
        char *text = NULL; /* an empty last word still takes a place: put one there */
        if (asprintf(&text, "%.*s%s", (int)(point - begin), line + begin,
                     point == word ? "x" : "") < 0)
            return NULL;
        for (char *blank = text; *blank; blank++)
            memset(blank, ' ', text_blank(blank));
        unsigned depth = 0;
        for (const char *in = text; in && depth <= LAB_DEPTH_MAX; depth++)
            in = complete_in(&l, lab, in);
        free(text);
    }
    return sorted(&l);
}
