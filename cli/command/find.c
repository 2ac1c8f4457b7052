/* find.c: which command a word names. */
#include "cli/command/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/text/ascii.h"
#include "cli/text/text.h"

void command_usage(const struct command *command, char *text, size_t bytes)
{
    snprintf(text, bytes, "%s%s%s", command->name, command->usage ? " " : "",
             command->usage ? command->usage : "");
}

/* ── Finding ── */

static bool alias_is(const struct command *c, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = c->aliases; n && p && *p;) {
        size_t length = strcspn(p, " ");
        if (length == n && strncmp(p, word, n) == 0) return true;
        p += length + (p[length] == ' ');
    }
    return false;
}

/* Edit distance with transpositions (Damerau 1964, the restricted form), of words of up to 23
 * bytes; 99 beyond. */
static unsigned distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    unsigned d[24][24];
    if (n > 23 || m > 23) return 99;
    for (size_t i = 0; i <= n; i++)
        d[i][0] = (unsigned)i;
    for (size_t k = 0; k <= m; k++)
        d[0][k] = (unsigned)k;
    for (size_t i = 1; i <= n; i++)
        for (size_t k = 1; k <= m; k++) {
            unsigned best = d[i - 1][k - 1] + (ascii_lower(a[i - 1]) != b[k - 1]);
            if (d[i - 1][k] + 1 < best) best = d[i - 1][k] + 1;
            if (d[i][k - 1] + 1 < best) best = d[i][k - 1] + 1;
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
                d[i - 2][k - 2] + 1 < best)
                best = d[i - 2][k - 2] + 1;
            d[i][k] = best;
        }
    return d[n][m];
}

static void nearest(const char *word, char *error, size_t error_bytes)
{
    const struct command *best = NULL;
    unsigned least = 99;
    for (size_t i = 0; i < command_table_size; i++) {
        unsigned d = distance(word, command_table[i]->name);
        if (d < least) least = d, best = command_table[i];
    }
    if (best && least <= (strlen(word) < 4 ? 1 : 2))
        snprintf(error, error_bytes, "there is no command %s; did you mean %s?",
                 text_printable(word), best->name);
    else
        snprintf(error, error_bytes,
                 "there is no command %s; expected one of those that `help` lists",
                 text_printable(word));
}

const struct command *command_find(const char *word, char *error, size_t error_bytes)
{
    const struct command *found = NULL;
    size_t n = strlen(word), meanings = 0;
    char list[200] = "";
    for (size_t i = 0; i < command_table_size; i++)
        if (strcmp(command_table[i]->name, word) == 0 || alias_is(command_table[i], word))
            return command_table[i];
    for (size_t i = 0; n > 0 && i < command_table_size; i++) {
        if (strncmp(command_table[i]->name, word, n) != 0) continue;
        found = command_table[i];
        size_t at = strlen(list);
        snprintf(list + at, sizeof list - at, "%s%s", meanings++ ? ", " : "", found->name);
    }
    if (meanings == 1) return found;
    if (meanings > 1)
        snprintf(error, error_bytes, "%s is ambiguous; expected one of %s", text_printable(word),
                 list);
    else
        nearest(word, error, error_bytes);
    return NULL;
}
