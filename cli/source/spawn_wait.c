/* spawn_wait.c: wait for a program that has our terminal and our process group, as if it had been
 * started in our place.
 *
 * The terminal sends its signals (Ctrl-C, Ctrl-\, Ctrl-Z, hang-up) to the whole group, so the
 * program has them already; what somebody sends to us by number is meant for it, and passed on. All
 * of them wait in a signalfd, so that nothing of ours is interrupted by them. When the program
 * stops, so do we, by the same signal, or the shell that waits for us would not have its terminal
 * back; the SIGCONT that wakes us is passed on if the program has not had one. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "cli/source/proc.h"
#include "cli/source/spawn_private.h"

static const int heard[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1,  SIGUSR2, SIGALRM,
                            SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT, SIGWINCH, SIGCHLD};

bool spawn_hear(struct spawn *s)
{
    sigset_t ours;
    sigemptyset(&ours);
    for (size_t i = 0; i < sizeof heard / sizeof heard[0]; i++)
        sigaddset(&ours, heard[i]);
    s->signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
    if (s->signals < 0) return false;
    sigprocmask(SIG_BLOCK, &ours, &s->mask);
    return true;
}

static void stop_likewise(const struct spawn *s)
{
    struct sigaction usual = {.sa_handler = SIG_DFL}, before;
    sigset_t one, masked;
    if (s->signal == SIGSTOP) {
        raise(SIGSTOP);
        return;
    }
    sigemptyset(&one);
    sigaddset(&one, s->signal);
    sigaction(s->signal, &usual, &before);
    raise(s->signal);
    sigprocmask(SIG_UNBLOCK, &one, &masked); /* here we stop, and go on after SIGCONT */
    sigprocmask(SIG_SETMASK, &masked, NULL);
    sigaction(s->signal, &before, NULL);
}

static void pass_on(const struct spawn *s, const struct signalfd_siginfo *got)
{
    struct proc_stat its;
    int number = (int)got->ssi_signo;
    if (number == SIGCHLD || s->news == SPAWN_ENDED) return;
    if (number == SIGCONT) {
        if (proc_stat_read(&its, s->pid) && its.state == 'T') kill(s->pid, SIGCONT);
        return;
    }
    if (got->ssi_code <= 0 && (pid_t)got->ssi_pid != s->pid) kill(s->pid, number);
}

static double seconds_since(const struct timespec *begin)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

enum spawn_news spawn_wait(struct spawn *s, double seconds)
{
    struct timespec begin;
    struct signalfd_siginfo got;
    struct pollfd p = {.fd = s->signals, .events = POLLIN};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;) {
        enum spawn_news before = s->news;
        while (read(s->signals, &got, sizeof got) == sizeof got)
            pass_on(s, &got);
        if (spawn_poll(s) == SPAWN_ENDED) return SPAWN_ENDED;
        if (s->news == SPAWN_STOPPED && before != SPAWN_STOPPED) {
            stop_likewise(s);
            continue;
        }
        double left = seconds < 0 ? 3600 : seconds - seconds_since(&begin);
        if (left <= 0) return SPAWN_RUNS;
        poll(&p, 1, left > 3600 ? 3600000 : (int)(left * 1000) + 1);
    }
}
