/* lines.c: signals are blocked but while a line is waited for, so that none comes between looking
 * and waiting, and while a command runs, which they stop. */
#include "cli/prompt/lines.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command/command.h"
#include "cli/prompt/line.h"
#include "cli/prompt/prompt.h"
#include "cli/report/report.h"

static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};
#define N_HEARD (sizeof heard / sizeof heard[0])

/* What a signal's handler can reach. */
static volatile sig_atomic_t lines_interrupted, lines_suspended,
    lines_resized; /* while a line was waited for */
static volatile sig_atomic_t lines_ending; /* the signal that ends us, 0 */
static volatile sig_atomic_t
    *lines_stop; /* of the session whose command runs, NULL while none does */

struct lines {
    struct lab *lab;
    const char *prompt;
    sigset_t set, mask_before;
    struct sigaction before[N_HEARD];
    struct keys keys;
    bool over; /* the terminal has ended */
};

static void hear(int number)
{
    if (number == SIGWINCH)
        lines_resized = 1;
    else if (number == SIGTSTP)
        lines_suspended = 1;
    else if (number != SIGINT)
        lines_ending = number;
    else if (lines_stop == NULL)
        lines_interrupted = 1;
    if (lines_stop != NULL && number != SIGWINCH && number != SIGTSTP) *lines_stop = 1;
}

static char **complete(void *user, const char *text, size_t point, size_t *start)
{
    return command_complete(user, text, point, start);
}

static void signals_open(struct lines *l)
{
    struct sigaction ours = {.sa_handler = hear};
    sigemptyset(&l->set);
    for (size_t i = 0; i < N_HEARD; i++) {
        /* A text that is being written when the session goes on behind it goes on, too: else its
         * rest is lost, and stdout with it. */
        ours.sa_flags = heard[i] == SIGINT || heard[i] == SIGWINCH ? SA_RESTART : 0;
        sigaction(heard[i], &ours, &l->before[i]);
        if (l->before[i].sa_handler == SIG_IGN)
            sigaction(heard[i], &l->before[i], NULL); /* whoever started us wants it unheard */
        else
            sigaddset(&l->set, heard[i]);
    }
    sigprocmask(SIG_BLOCK, &l->set, &l->mask_before);
}

static void signals_close(struct lines *l)
{
    for (size_t i = 0; i < N_HEARD; i++)
        sigaction(heard[i], &l->before[i], NULL);
    sigprocmask(SIG_SETMASK, &l->mask_before, NULL);
}

static void take_size(void)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0)
        size = (struct winsize){0};
    line_set_size(size.ws_row, size.ws_col);
}

static void show(const struct lines *l)
{
    take_size(); /* it may have changed while somebody else had the terminal */
    line_show(l->prompt);
}

/* With the terminal as the shell wants it. */
static void suspend(const struct lines *l)
{
    line_hide();
    prompt_stop_job();
    show(l);
}

static bool line_is_over(const struct lines *l) { return l->over || line_ended(); }

static void hear_keys(struct lines *l, bool flush)
{
    struct key key;
    while (keys_next(&l->keys, flush, &key))
        if (key.kind == KEY_BYTES || key.kind == KEY_ESCAPE) line_key(key.bytes, key.n);
}

/* A byte at a time: what was typed behind Enter stays where it is, for whoever reads next. */
static void hear_terminal(struct lines *l)
{
    unsigned char byte;
    ssize_t n = read(STDIN_FILENO, &byte, 1);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
    l->over = n <= 0;
    if (n > 0) keys_push(&l->keys, &byte, 1);
    hear_keys(l, false);
}

static void wait_once(struct lines *l)
{
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    struct timespec soon = {.tv_nsec = KEYS_ESCAPE_MS * 1000000L};
    bool undecided = keys_undecided(&l->keys);
    lines_interrupted = lines_suspended = lines_resized = 0;
    int ready = ppoll(&p, 1, undecided ? &soon : NULL, &l->mask_before);
    if (ready > 0)
        ppoll(NULL, 0, &(struct timespec){0},
              &l->mask_before); /* a signal goes before what was typed behind it */
    if (lines_ending != 0) return;
    if (lines_resized) take_size();
    if (lines_interrupted)
        line_drop();
    else if (lines_suspended)
        suspend(l);
    else if (ready > 0)
        hear_terminal(l);
    else if (undecided && ready == 0)
        hear_keys(l, true);
}

/* Run what was typed. Signals stop it; Ctrl-Z stops all of us meanwhile, the terminal is not ours
 * now. */
static bool take(struct lines *l, struct lines_taker *taker, const char *text)
{
    struct sigaction usual = {.sa_handler = SIG_DFL}, ours;
    lines_stop = &l->lab->shown.session.stop;
    sigaction(SIGTSTP, &usual, &ours);
    if (ours.sa_handler == SIG_IGN) sigaction(SIGTSTP, &ours, NULL);
    sigprocmask(SIG_UNBLOCK, &l->set, NULL);
    bool more = taker->take(taker, text);
    sigprocmask(SIG_BLOCK, &l->set, NULL);
    sigaction(SIGTSTP, &ours, NULL);
    lines_stop = NULL;
    return more && !l->lab->quit;
}

int lines_run(struct lab *lab, const char *prompt, struct lines_taker *taker)
{
    struct lines l = {.lab = lab, .prompt = prompt};
    const struct line_options options = {
        .prompt = prompt, .complete = complete, .user = lab, .plain = true};
    const char *notice;
    bool more = true;
    lines_ending = 0;
    keys_init(&l.keys, !strcmp(nl_langinfo(CODESET), "UTF-8"));
    l.keys.pastes_typed = true;
    line_open(&options, &notice);
    if (*notice) report_complain(stderr, "%s", notice);
    signals_open(&l);
    while (more && lines_ending == 0) {
        char *text = NULL;
        show(&l);
        while (lines_ending == 0 && (text = line_take()) == NULL && !line_is_over(&l))
            wait_once(&l);
        const char *lost = line_notice();
        if (*lost) report_complain(stderr, "%s", lost);
        if (lines_ending != 0) fputc('\n', stdout); /* the line that nobody finished */
        more = text != NULL && take(&l, taker, text);
        free(text);
    }
    line_close();
    keys_release(&l.keys);
    signals_close(&l);
    return lines_ending != 0 ? 128 + lines_ending : 0;
}
