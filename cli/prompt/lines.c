/* lines.c: signals are blocked but while a line is waited for, so that none comes between looking and waiting; while a command runs, Ctrl-C alone is
 * heard. */
#include "cli/prompt/lines.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command/command.h"
#include "cli/prompt/line.h"

static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};
#define N_HEARD (sizeof heard / sizeof heard[0])

/* What a signal's handler can reach. */
static volatile sig_atomic_t lines_signal; /* that came last while a line was waited for, 0 */
static volatile sig_atomic_t *lines_stop; /* of the session whose command runs, NULL while none does */

struct lines {
    struct lab *lab;
    const char *prompt;
    sigset_t mask_before;
    struct sigaction before[N_HEARD];
};

static void hear(int number)
{
    if (lines_stop == NULL)
        lines_signal = number;
    else if (number == SIGINT)
        *lines_stop = 1;
}

static char **complete(void *user, const char *text, size_t point, size_t *start)
{
    return command_complete(user, text, point, start);
}

static void signals_open(struct lines *l)
{
    sigset_t set;
    struct sigaction ours = {.sa_handler = hear};
    sigemptyset(&set);
    for (size_t i = 0; i < N_HEARD; i++) {
        sigaddset(&set, heard[i]);
        sigaction(heard[i], &ours, &l->before[i]);
    }
    sigprocmask(SIG_BLOCK, &set, &l->mask_before);
}

static void signals_close(struct lines *l)
{
    for (size_t i = 0; i < N_HEARD; i++)
        sigaction(heard[i], &l->before[i], NULL);
    sigprocmask(SIG_SETMASK, &l->mask_before, NULL);
}

/* The whole foreground job stops, as it would by the terminal's own Ctrl-Z, with the terminal as the shell wants it. */
static void suspend(const struct lines *l)
{
    line_hide();
    kill(0, SIGSTOP);
    line_show(l->prompt);
}

/* Wait for a byte or a signal. Returns the signal that ends us, 0. */
static int wait_once(struct lines *l)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    lines_signal = 0;
    int ready = ppoll(&p, 1, NULL, &l->mask_before);
    if (ready > 0) ppoll(NULL, 0, &(struct timespec){0}, &l->mask_before); /* a signal goes before what was typed behind it */
    if (ready > 0 && lines_signal == 0) line_hear();
    switch (lines_signal) {
    case 0:
    case SIGWINCH:
        break;
    case SIGINT:
        line_drop();
        break;
    case SIGTSTP:
        suspend(l);
        break;
    default:
        return lines_signal;
    }
    return 0;
}

/* Run what was typed, with Ctrl-C heard. */
static bool take(struct lines *l, struct lines_taker *taker, const char *text)
{
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    lines_stop = &l->lab->session.stop;
    sigprocmask(SIG_UNBLOCK, &interrupt, NULL);
    bool more = taker->take(taker, text);
    sigprocmask(SIG_BLOCK, &interrupt, NULL);
    lines_stop = NULL;
    return more && !l->lab->quit;
}

int lines_run(struct lab *lab, const char *prompt, struct lines_taker *taker)
{
    struct lines l = {.lab = lab, .prompt = prompt};
    const struct line_options options = {.prompt = prompt, .complete = complete, .user = lab, .plain = true};
    const char *notice;
    int ending = 0;
    bool more = true;
    line_open(&options, &notice);
    if (*notice) fprintf(stderr, "brkview: %s\n", notice);
    signals_open(&l);
    while (more && ending == 0) {
        char *text = NULL;
        line_show(prompt);
        while (ending == 0 && (text = line_take()) == NULL && !line_ended())
            ending = wait_once(&l);
        if (ending != 0) fputc('\n', stdout); /* the line that nobody finished */
        more = text != NULL && take(&l, taker, text);
        free(text);
    }
    line_close();
    signals_close(&l);
    return ending != 0 ? 128 + ending : 0;
}
