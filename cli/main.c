/* main.c: options, wiring, exit status. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/run.h"
#include "cli/completion.h"
#include "cli/front.h"
#include "cli/options.h"
#include "cli/report/report.h"
#include "cli/source/timeout.h"
#include "cli/subcommand.h"
#include "cli/surroundings.h"

#define EXIT_USAGE 2

static void list_subcommands(void)
{
    const struct subcommand *sub;
    fputs("\nAs the first word, with options of their own:\n", stdout);
    for (size_t i = 0; (sub = subcommand_at(i)) != NULL; i++)
        printf("  %-8s %s\n", sub->name, sub->summary);
}

static int run_lab(struct lab *lab, const struct options *o)
{
    char error[1024];
    struct timeout timeout = timeout_of(o->timeout, &lab->shown.session.stop);
    if (!lab_init_within(lab, &o->setup, o->aslr, &timeout.base, error, sizeof error)) {
        report_complain(stderr, "%s", error);
        return EXIT_FAILURE;
    }
    struct prompt_options prompt = {.greeting =
                                        "type alloc 64, then free 1; help lists the commands"};
    if (lab->shown.session.unseen[0]) prompt.warning = lab->shown.session.unseen;
    return front_run(lab, o, &prompt);
}

int main(int argc, char **argv)
{
    static struct lab lab; /* large: traces and answers */
    struct options o;
    char error[1024];
    surroundings_take();
    setlocale(LC_CTYPE, ""); /* characters alone: data and syntax are the same everywhere */
    if (argc > 1 && strcmp(argv[1], "--complete") == 0) return completion_main(argc - 1, argv + 1);
    const struct subcommand *sub = argc > 1 ? subcommand_find(argv[1]) : NULL;
    if (sub) return sub->run(argc - 1, argv + 1);
    if (!options_parse(&o, OPTIONS_LAB, argc, argv, error, sizeof error)) {
        report_complain(stderr, "%s", error);
        return EXIT_USAGE;
    }
    if (o.help || o.version) {
        fputs(o.help ? options_help() : "brkview " BRKVIEW_VERSION "\n", stdout);
        if (o.help) list_subcommands();
        return report_end() ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    static struct own_open own; /* large: paths */
    if (o.allocator.build.n_files > 0) {
        if (!own_open(&own, &o.allocator, error, sizeof error)) {
            report_complain(stderr, "%s: %s", own.setup.title, error);
            own_open_release(&own);
            return EXIT_FAILURE;
        }
        o.setup.own = &own.setup;
    }
    int status = run_lab(&lab, &o);
    own_open_release(&own);
    return status;
}
