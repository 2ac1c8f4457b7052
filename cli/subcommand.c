/* subcommand.c: the table of subcommands. To add one, add its row. */
#include "cli/subcommand.h"

#include <stdio.h>
#include <string.h>

#include "cli/lesson/lesson_main.h"
#include "cli/quiz/quiz_main.h"

static const struct subcommand table[] = {
    {"lesson", lesson_main, "list the lessons, play one, or check one that you write"},
    {"quiz", quiz_main, "be asked what the heap will do"},
};
enum { N_SUBCOMMANDS = sizeof table / sizeof table[0] };

const struct subcommand *subcommand_at(size_t i) { return i < N_SUBCOMMANDS ? &table[i] : NULL; }

const struct subcommand *subcommand_find(const char *word)
{
    for (size_t i = 0; i < N_SUBCOMMANDS; i++)
        if (strcmp(word, table[i].name) == 0) return &table[i];
    return NULL;
}
