/* spawn.c: start a program and tell how it does. What goes wrong between fork and exec comes as an
 * errno over a pipe that exec closes. */
#include "cli/source/spawn_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/text/text.h"

#define OUR_TROUBLE 125
#define NAP_NS 1000000

void spawn_signals_take(struct spawn_signals *s)
{
    sigprocmask(SIG_SETMASK, NULL, &s->mask);
    sigemptyset(&s->ignored);
    for (int i = 1; i < NSIG; i++) {
        struct sigaction action;
        if (sigaction(i, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            sigaddset(&s->ignored, i);
    }
}

/* ── In the child ── */

void spawn_tell(int told, enum spawn_told what, int value)
{
    const int message[2] = {(int)what, value};
    ssize_t ignored = write(told, message, sizeof message);
    (void)ignored;
}

int spawn_told_high(int told)
{
    int high = fcntl(told, F_DUPFD_CLOEXEC, 3);
    return high >= 0 ? high : told;
}

void spawn_exec(char *const *argv, const struct spawn_signals *signals, int told)
{
    for (int i = 1; i < NSIG; i++)
        if (i != SIGKILL && i != SIGSTOP)
            signal(i, sigismember(&signals->ignored, i) == 1 ? SIG_IGN : SIG_DFL);
    sigprocmask(SIG_SETMASK, &signals->mask, NULL);
    execvp(argv[0], argv);
    spawn_tell(told, TOLD_ERROR, errno);
    _exit(SPAWN_NOT_FOUND);
}

/* ── Starting ── */

static int fail(struct spawn *s, int status, const char *what, const char *word, int why,
                char *error, size_t bytes)
{
    s->pid = 1; /* what was made is let go of */
    spawn_release(s);
    text_complain(error, bytes, "%s%s%s: %s; expected %s", what, *word ? " " : "",
                  text_printable(word), strerror(why),
                  status == OUR_TROUBLE ? "room for one more" : "a program that can be run");
    return status;
}

/* What is said before exec closes the pipe: why it does not run, 0: it does. */
static int told_read(int fd, struct spawn *s, bool *ours)
{
    int message[2], why = 0;
    ssize_t n;
    while ((n = read(fd, message, sizeof message)) == (ssize_t)sizeof message ||
           (n < 0 && errno == EINTR)) {
        if (n < 0) continue;
        if (message[0] == TOLD_PROGRAM) s->pid = (pid_t)message[1];
        if (message[0] != TOLD_PROGRAM) why = message[1];
        *ours = message[0] == TOLD_TROUBLE;
    }
    return why;
}

/* ECHILD where somebody has it ignored, in which case nobody can wait for a child. */
static void children_wanted(void)
{
    struct sigaction child;
    if (sigaction(SIGCHLD, NULL, &child) == 0 && child.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL);
}

/* Fork, and hear how it went: 0, s->pid runs. Else the errno; *ours: it is not the program's. */
static int start(struct spawn *s, char *const *argv, const struct spawn_setup *setup,
                 const struct spawn_signals *signals, bool *ours)
{
    int told[2];
    *ours = true;
    if (pipe2(told, O_CLOEXEC) != 0) return errno;
    pid_t viewer = getpid(), pid = fork();
    if (pid == 0 && setup->mode == SPAWN_PTY)
        spawn_keep(s->fd, argv, setup, signals, told[1], viewer);
    if (pid == 0) spawn_exec(argv, signals, spawn_told_high(told[1]));
    int why = errno;
    close(told[1]);
    if (pid > 0) {
        *ours = false;
        *(setup->mode == SPAWN_PTY ? &s->keeper : &s->pid) = pid;
        why = told_read(told[0], s, ours);
        if (why == 0 && s->pid == 0) why = ESRCH, *ours = true;
    }
    close(told[0]);
    return why;
}

int spawn_start(struct spawn *s, char *const *argv, const struct spawn_setup *setup, char *error,
                size_t error_bytes)
{
    struct spawn_signals now;
    bool ours;
    *s = (struct spawn){.mode = setup->mode, .fd = -1, .signals = -1};
    spawn_signals_take(&now);
    children_wanted();
    if (setup->mode == SPAWN_PTY && (s->fd = spawn_terminal(setup)) < 0)
        return fail(s, OUR_TROUBLE, "can't make a terminal", "", errno, error, error_bytes);
    if (setup->mode == SPAWN_PLAIN && !spawn_hear(s))
        return fail(s, OUR_TROUBLE, "can't wait for signals", "", errno, error, error_bytes);
    int why = start(s, argv, setup, setup->signals ? setup->signals : &now, &ours);
    if (why == 0) return 0;
    while (s->pid > 0 && waitpid(s->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    if (ours) return fail(s, OUR_TROUBLE, "can't start a program", "", why, error, error_bytes);
    return fail(s, why == ENOENT ? SPAWN_NOT_FOUND : SPAWN_CANNOT_RUN, "can't run", argv[0], why,
                error, error_bytes);
}

/* ── News ── */

enum spawn_news spawn_poll(struct spawn *s)
{
    siginfo_t info = {.si_pid = 0};
    if (s->pid == 0 || s->news == SPAWN_ENDED) return s->news = SPAWN_ENDED;
    /* Looked at first, and only then taken: a stop by ptrace is for who holds it. */
    int flags = WEXITED | WSTOPPED | WCONTINUED | WNOHANG;
    if (waitid(P_PID, (id_t)s->pid, &info, flags | WNOWAIT) != 0 || info.si_pid == 0 ||
        info.si_code == CLD_TRAPPED)
        return s->news;
    int status = 0;
    if (waitpid(s->pid, &status, WUNTRACED | WCONTINUED | WNOHANG) != s->pid) return s->news;
    if (WIFCONTINUED(status))
        s->news = SPAWN_RUNS;
    else if (WIFSTOPPED(status))
        s->news = SPAWN_STOPPED, s->signal = WSTOPSIG(status);
    else
        s->news = SPAWN_ENDED, s->wait_status = status, spawn_keeper_end(s);
    return s->news;
}

int spawn_exit_status(const struct spawn *s)
{
    return WIFSIGNALED(s->wait_status) ? 128 + WTERMSIG(s->wait_status)
                                       : WEXITSTATUS(s->wait_status);
}

void spawn_continue(struct spawn *s)
{
    if (s->pid == 0 || s->news != SPAWN_STOPPED) return;
    s->news = SPAWN_RUNS;
    kill(s->mode == SPAWN_PTY ? -s->pid : s->pid, SIGCONT);
}

/* ── The end ── */

static bool await_end(struct spawn *s, double seconds)
{
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;) {
        if (spawn_poll(s) == SPAWN_ENDED) return true;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((double)(now.tv_sec - begin.tv_sec) + (double)(now.tv_nsec - begin.tv_nsec) / 1e9 >=
            seconds)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
    }
}

bool spawn_end(struct spawn *s, double seconds)
{
    if (s->pid == 0 || spawn_poll(s) == SPAWN_ENDED) return true;
    bool pty = s->mode == SPAWN_PTY;
    pid_t whom = pty ? -s->pid : s->pid;
    if (s->fd >= 0) close(s->fd);
    s->fd = -1;
    kill(whom, pty ? SIGHUP : SIGTERM);
    kill(whom, SIGCONT);
    if (await_end(s, seconds)) return true;
    kill(whom, SIGKILL);
    return await_end(s, 2.0);
}

void spawn_release(struct spawn *s)
{
    spawn_keeper_end(s);
    if (s->pid && s->fd >= 0) close(s->fd);
    if (s->pid && s->signals >= 0) {
        close(s->signals);
        sigprocmask(SIG_SETMASK, &s->mask, NULL);
    }
    *s = (struct spawn){.fd = -1, .signals = -1};
}
