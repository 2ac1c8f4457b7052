/* attach_main.c: from a PID or a name to a process on show. */
#include "cli/attach_main.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/command/run.h"
#include "cli/front.h"
#include "cli/report/report.h"
#include "cli/session/watch.h"

#define USAGE_STATUS 2

static const char help_text[] =
    "Usage: brkview attach [OPTION]... PID|NAME [SCRIPT]\n"
    "Watch the heap of a program that runs already: its blocks as glibc's malloc keeps them, read\n"
    "from outside. The program is not changed, and goes on by itself.\n"
    "\n"
    "  -e, --execute=COMMANDS   one look; run COMMANDS (separated by ';') on it and leave\n"
    "      --rate=HZ            looks a second, up to 30 (10)\n"
    "      --never-stop         do not hold its threads, not even for a look that was torn\n"
    "      --json               one JSON object a line for every command\n"
    "      --plain              plain text, no screen\n"
    "      --screen-reader      plain text, and every command tells what it changed\n"
    "      --set=OPTION=VALUE   theme, mouse, addresses, projector\n"
    "      --theme=NAME         dark, light, mono or auto\n"
    "      --ascii              draw with ASCII only\n"
    "      --stop-on-error      stop at the first command that fails\n"
    "      --help               show this\n"
    "\n"
    "NAME is of one process that may be read. Exit status: 0 all commands succeeded, 1 one\n"
    "failed, or the process can't be watched, 2 wrong usage.\n";

const char *attach_help(int argc, char **argv)
{
    (void)argc, (void)argv;
    return help_text;
}

static bool open_named(struct process *process, const char *word, char *error, size_t bytes)
{
    pid_t pid;
    return process_find(word, &pid, error, bytes) == REFUSAL_NONE &&
           process_open(process, pid, error, bytes) == REFUSAL_NONE;
}

int attach_main(int argc, char **argv)
{
    static struct lab lab;
    struct options o;
    struct process *process = malloc(sizeof *process);
    char error[512] = "out of memory";
    if (!options_parse(&o, OPTIONS_ATTACH, argc, argv, error, sizeof error)) {
        report_complain(stderr, "attach: %s", error);
        free(process);
        return USAGE_STATUS;
    }
    if (o.help) {
        free(process);
        return fputs(help_text, stdout) == EOF || !report_end();
    }
    if (o.n_words == 0) {
        report_complain(stderr, "attach needs a process; expected its PID, or its name");
        free(process);
        return USAGE_STATUS;
    }
    if (!process || !open_named(process, o.words[0], error, sizeof error)) {
        report_complain(stderr, "%s", error);
        free(process);
        return EXIT_FAILURE;
    }
    const struct watch_setup setup = {
        .process = process, .rate = o.rate, .never_stop = o.never_stop};
    if (!lab_attach(&lab, &setup, error, sizeof error)) {
        report_complain(stderr, "%s", error);
        return EXIT_FAILURE;
    }
    struct prompt_options prompt = {
        .greeting = "it runs by itself; pause holds it, help lists the commands"};
    return front_run(&lab, &o, &prompt);
}
