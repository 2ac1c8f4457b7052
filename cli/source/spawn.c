/* spawn.c: start a program and tell how it does. What goes wrong between fork and exec comes as an
 * errno over a pipe that exec closes. */
#include "cli/source/spawn_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/source/portable.h"
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

static void signals_hand_on(const struct spawn_signals *s)
{
    for (int i = 1; i < NSIG; i++)
        if (i != SIGKILL && i != SIGSTOP)
            signal(i, sigismember(&s->ignored, i) == 1 ? SIG_IGN : SIG_DFL);
    sigprocmask(SIG_SETMASK, &s->mask, NULL);
}

/* The pty becomes its terminal. */
static bool terminal_take(const char *name)
{
    if (setsid() < 0) return false;
    int fd = open(name, O_RDWR);
    if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0) return false;
    for (int i = 0; i < 3; i++)
        if (dup2(fd, i) < 0) return false;
    if (fd > 2) close(fd);
    return true;
}

/* No return. */
static void child_exec(char *const *argv, const struct spawn_setup *setup,
                       const struct spawn_signals *signals, const char *name, int told)
{
    int error = 0, high = fcntl(told, F_DUPFD_CLOEXEC, 3);
    if (high >= 0) told = high; /* standard input, output and error may have been closed */
    if (name) {
        if (!terminal_take(name)) error = errno;
        if (told != 3 && dup2(told, 3) == 3) told = 3;
        fcntl(told, F_SETFD, FD_CLOEXEC);
        portable_close_from(4);
        if (setup->terminal) setenv("TERM", setup->terminal, 1);
    }
    signals_hand_on(signals);
    if (!error) {
        execvp(argv[0], argv);
        error = errno;
    } else {
        error = -error; /* not the program's fault */
    }
    ssize_t ignored = write(told, &error, sizeof error);
    (void)ignored;
    _exit(SPAWN_NOT_FOUND);
}

/* ── Starting ── */

/* A new terminal of that size; its other end's name. -1 and errno. */
static int terminal_make(const struct spawn_setup *setup, char *name, size_t bytes)
{
    struct winsize size = {.ws_row = (unsigned short)setup->rows,
                           .ws_col = (unsigned short)setup->columns};
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return -1;
    int error = grantpt(fd) != 0 || unlockpt(fd) != 0 ? errno : ptsname_r(fd, name, bytes);
    if (!error && setup->rows && ioctl(fd, TIOCSWINSZ, &size) != 0) error = errno;
    if (!error && fcntl(fd, F_SETFL, O_NONBLOCK) != 0) error = errno;
    if (!error) return fd;
    close(fd);
    return errno = error, -1;
}

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

/* What it says before exec closes the pipe: 0, it runs. */
static int told_read(int fd)
{
    int error = 0;
    ssize_t n;
    do
        n = read(fd, &error, sizeof error);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof error ? error : 0;
}

int spawn_start(struct spawn *s, char *const *argv, const struct spawn_setup *setup, char *error,
                size_t error_bytes)
{
    char name[PATH_MAX];
    int told[2];
    struct spawn_signals now;
    *s = (struct spawn){.mode = setup->mode, .fd = -1, .signals = -1};
    spawn_signals_take(&now);
    bool pty = setup->mode == SPAWN_PTY;
    if (pty && (s->fd = terminal_make(setup, name, sizeof name)) < 0)
        return fail(s, OUR_TROUBLE, "can't make a terminal", "", errno, error, error_bytes);
    if (pipe2(told, O_CLOEXEC) != 0)
        return fail(s, OUR_TROUBLE, "can't make a pipe", "", errno, error, error_bytes);
    if (!pty && !spawn_hear(s)) {
        close(told[0]), close(told[1]);
        return fail(s, OUR_TROUBLE, "can't wait for signals", "", errno, error, error_bytes);
    }
    pid_t pid = fork();
    if (pid == 0)
        child_exec(argv, setup, setup->signals ? setup->signals : &now, pty ? name : NULL, told[1]);
    int why = errno;
    close(told[1]);
    if (pid > 0) why = told_read(told[0]);
    close(told[0]);
    if (pid < 0) return fail(s, OUR_TROUBLE, "can't start a process", "", why, error, error_bytes);
    s->pid = pid;
    if (why == 0) return 0;
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    if (why < 0) return fail(s, OUR_TROUBLE, "can't take a terminal", "", -why, error, error_bytes);
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
        s->news = SPAWN_ENDED, s->wait_status = status;
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

/* ── The terminal ── */

ssize_t spawn_read(struct spawn *s, void *to, size_t bytes)
{
    if (s->pid == 0 || s->fd < 0) return -1;
    ssize_t n = read(s->fd, to, bytes);
    if (n > 0) return n;
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    close(s->fd); /* EIO: nobody has the other end any more */
    s->fd = -1;
    return -1;
}

ssize_t spawn_write(struct spawn *s, const void *from, size_t bytes)
{
    if (s->pid == 0 || s->fd < 0) return errno = EPIPE, -1;
    ssize_t n = write(s->fd, from, bytes);
    return n < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : n;
}

void spawn_resize(struct spawn *s, unsigned rows, unsigned columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    if (s->pid && s->fd >= 0) ioctl(s->fd, TIOCSWINSZ, &size);
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
    if (s->pid && s->fd >= 0) close(s->fd);
    if (s->pid && s->signals >= 0) {
        close(s->signals);
        sigprocmask(SIG_SETMASK, &s->mask, NULL);
    }
    *s = (struct spawn){.fd = -1, .signals = -1};
}
