/* subcommand.c: the table of subcommands. To add one, add its row. */
#include "cli/subcommand.h"

#include <stdio.h>
#include <string.h>

#include "cli/attach_main.h"
#include "cli/compare_main.h"
#include "cli/lesson_main.h"
#include "cli/ostep/ostep.h"
#include "cli/ostep/ostep_options.h"
#include "cli/quiz_main.h"
#include "cli/replay_main.h"
#include "cli/run_main.h"
#include "cli/score/blame_main.h"
#include "cli/score/score_main.h"
#include "cli/score/shrink_main.h"

/* The homework has options of its own, and no heap. */
static int run_quiz(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--ostep") == 0)
        return ostep_run_asking(argc - 1, argv + 1, stdin, stdout, stderr);
    return quiz_main(argc, argv);
}

static const char *help_quiz(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--ostep") == 0) return ostep_options_help();
    return quiz_help();
}

static const char *help_lesson(int argc, char **argv)
{
    (void)argc, (void)argv;
    return lesson_help();
}

static const struct subcommand table[] = {
    {"attach", attach_main, "watch the heap of a program that runs already", attach_help},
    {"blame", blame_main, "tell which operation of a trace did the harm that a later one shows",
     blame_help},
    {"compare", compare_main, "several heaps do the same, side by side: policies, on a trace",
     compare_help},
    {"lesson", lesson_main, "list the lessons, play one, or check one that you write", help_lesson},
    {"quiz", run_quiz, "be asked what the heap will do; --ostep: OSTEP's homework, chapter 17",
     help_quiz},
    {"replay", replay_main, "play a trace on the map, on mm.c or a policy", replay_help},
    {"run", run_main, "start a program, and watch its heap while it runs", run_help},
    {"score", score_main, "run traces on an allocator of the malloc lab (mm.c)", score_help},
    {"shrink", shrink_main,
     "make a small trace of one on which mm.c fails, which fails in the same way", shrink_help},
};
enum { N_SUBCOMMANDS = sizeof table / sizeof table[0] };

const struct subcommand *subcommand_at(size_t i) { return i < N_SUBCOMMANDS ? &table[i] : NULL; }

const struct subcommand *subcommand_find(const char *word)
{
    for (size_t i = 0; i < N_SUBCOMMANDS; i++)
        if (strcmp(word, table[i].name) == 0) return &table[i];
    return NULL;
}
