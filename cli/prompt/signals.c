/* signals.c: signals come through a descriptor, in the loop's own time; only those that kill at
 * once have handlers. */
#include <errno.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/prompt/prompt.h"
#include "viz/face_curses.h"

static const int heard[] = {SIGWINCH, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP, SIGXCPU};
#define N_FATAL (sizeof fatal / sizeof *fatal)

static struct sigaction fatal_before[N_FATAL], pipe_before;

static void save_terminal(int number)
{
    face_curses_emergency();
    raise(number); /* SA_RESETHAND: the default action */
}

bool prompt_signals_open(struct prompt *p)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++)
        sigaddset(&set, heard[i]);
    p->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (p->signal_fd < 0) return false;
    sigprocmask(SIG_BLOCK, &set, &p->mask_before);
    struct sigaction ignore = {.sa_handler = SIG_IGN},
                     save = {.sa_handler = save_terminal,
                             .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
    sigaction(SIGPIPE, &ignore, &pipe_before);
    for (size_t i = 0; i < N_FATAL; i++)
        sigaction(fatal[i], &save, &fatal_before[i]);
    return true;
}

void prompt_signals_close(struct prompt *p)
{
    for (size_t i = 0; i < N_FATAL; i++)
        sigaction(fatal[i], &fatal_before[i], NULL);
    sigaction(SIGPIPE, &pipe_before, NULL);
    prompt_signals_read(
        p); /* those that came meanwhile are dealt with: unblocked, they would kill us */
    close(p->signal_fd);
    sigprocmask(SIG_SETMASK, &p->mask_before, NULL);
}

void prompt_signals_read(struct prompt *p)
{
    struct signalfd_siginfo info;
    while (read(p->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        switch (info.ssi_signo) {
        case SIGWINCH:
            p->resized = true;
            break;
        case SIGTSTP:
            p->suspend = true;
            break;
        case SIGINT:
            p->interrupted = true;
            break;
        case SIGCONT:
            p->resumed = true;
            break;
        default:
            p->ending = (int)info.ssi_signo;
            break;
        }
    }
}

/* SIGTSTP, not SIGSTOP: where nobody could continue us (no shell with job control above), the
 * kernel drops it. */
void prompt_stop_job(void)
{
    struct sigaction usual = {.sa_handler = SIG_DFL}, ours;
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &usual, &ours);
    sigprocmask(SIG_UNBLOCK, &stop, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGTSTP, &ours, NULL);
}

void prompt_suspend(struct prompt *p)
{
    p->suspend = false;
    face_curses_suspend();
    prompt_stop_job();
    prompt_signals_read(p);
    p->resumed = false;
    face_curses_resume();
    p->resized = true;
}
