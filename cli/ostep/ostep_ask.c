/* ostep_ask.c: a line is read, its numbers are taken out, and held against the answer. */
#include "cli/ostep/ostep_ask.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ostep/ostep_number.h"
#include "cli/text/ascii.h"

#define LINE_BYTES 4096u

/* A line without the blanks around it; what is too long is cut, which no answer survives. False at
 * the end. */
static bool read_line(struct ostep_ask *a, char line[LINE_BYTES])
{
    size_t n = 0, from = 0;
    int c;
    fflush(a->out);
    while ((c = getc(a->in)) != EOF && c != '\n')
        if (n + 1 < LINE_BYTES) line[n++] = c ? (char)c : '\001';
    while (n > 0 && ascii_is_blank(line[n - 1]))
        n--;
    line[n] = '\0';
    while (ascii_is_blank(line[from]))
        from++;
    memmove(line, line + from, n - from + 1);
    return c != EOF || n > from;
}

/* The next number of the line from *at on: digits, and a minus right before them. False: there is
 * none. */
static bool next_number(const char **at, ostep_int *number)
{
    struct ostep_big big;
    const char *p = *at;
    while (*p && !ascii_is_digit(*p))
        p++;
    if (!*p) return false;
    bool negative = p > *at && p[-1] == '-';
    size_t digits = strspn(p, "0123456789");
    *at = p + digits;
    if (ostep_big_parse(&big, p, digits, 10) != OSTEP_NUMBER_OK || !ostep_big_fits(&big, number))
        return false;
    if (negative) *number = -*number;
    return true;
}

static bool has_numbers(const char *line) { return line[strcspn(line, "0123456789")] != '\0'; }

enum reply { REPLY_ANSWER, REPLY_TOLD, REPLY_OVER };

/* Ask until there is an answer, a ? or the end. */
static enum reply ask(struct ostep_ask *a, char line[LINE_BYTES], bool empty_counts)
{
    static const char *const nothing[] = {"empty", "none", "[]", "[ ]"};
    bool person = isatty(fileno(a->in));
    while (!a->over) {
        if (person) fputs("answer> ", a->out);
        if (!read_line(a, line) || strcmp(line, "quit") == 0) break;
        bool none = false;
        for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
            none |= ascii_same(line, nothing[i]);
        if (strcmp(line, "?") == 0) return REPLY_TOLD;
        if (has_numbers(line) || (empty_counts && none)) return REPLY_ANSWER;
        fputs(empty_counts ? "expected addresses and sizes, empty, or ? to be told\n"
                           : "expected a number, or ? to be told\n",
              a->out);
    }
    a->over = true;
    return REPLY_OVER;
}

static const char *verdict(struct ostep_ask *a, enum reply reply, bool right)
{
    a->asked++;
    a->told += reply == REPLY_TOLD;
    a->right += reply == REPLY_ANSWER && right;
    return reply == REPLY_TOLD ? "it is " : right ? "right: " : "wrong: ";
}

void ostep_ask_number(struct ostep_ask *a, ostep_int expected, const char *words)
{
    char line[LINE_BYTES];
    const char *at = line;
    ostep_int given, more;
    enum reply reply = ask(a, line, false);
    if (reply == REPLY_OVER) return;
    bool right = reply == REPLY_ANSWER && next_number(&at, &given) && given == expected &&
                 !next_number(&at, &more);
    fputs(verdict(a, reply, right), a->out);
    ostep_int_put(a->out, expected);
    fprintf(a->out, "%s%s\n\n", *words ? " " : "", words);
}

static bool is_list(const char *line, const struct ostep_blocks *list)
{
    ostep_int number;
    const char *at = strchr(line, ':'), *size = strstr(line, "Size ");
    if (!size || !at)
        at = line; /* "Free List [ Size 1 ]: ..." as it is printed: its own length is no address */
    for (size_t i = 0; i < list->n; i++)
        if (!next_number(&at, &number) || number != list->at[i].address ||
            !next_number(&at, &number) || number != list->at[i].size)
            return false;
    return !has_numbers(at);
}

void ostep_ask_list(struct ostep_ask *a, const struct ostep_blocks *list)
{
    char line[LINE_BYTES];
    enum reply reply = ask(a, line, true);
    if (reply == REPLY_OVER) return;
    fputs(verdict(a, reply, reply == REPLY_ANSWER && is_list(line, list)), a->out);
    for (size_t i = 0; i < list->n; i++) {
        fputs(i ? " [ addr:" : "[ addr:", a->out);
        ostep_int_put(a->out, list->at[i].address);
        fputs(" sz:", a->out);
        ostep_int_put(a->out, list->at[i].size);
        fputs(" ]", a->out);
    }
    fputs(list->n ? "\n\n" : "empty\n\n", a->out);
}

void ostep_ask_score(const struct ostep_ask *a)
{
    fprintf(a->out, "%zu of %zu answered right", a->right, a->asked);
    if (a->told) fprintf(a->out, ", %zu told", a->told);
    fputc('\n', a->out);
}
