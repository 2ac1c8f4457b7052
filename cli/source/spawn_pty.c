/* spawn_pty.c: a program on a terminal of its own.
 *
 * Ctrl-Z stops nobody in a process group that is orphaned: one whose members' parents are all of
 * another session, or of the group itself (POSIX, 2.4.3). So there is a session of three, where a
 * terminal's shell would be:
 *   the keeper   leads the session and has the terminal; it does nothing, and its end hangs up
 *   the program  has a group of its own, in the foreground; it is our child all the same
 *                (CLONE_PARENT), for us to wait for
 *   a companion  the keeper's child, in the program's group, which is not orphaned by that
 * The keeper dies when we do, by whatever means, and the companion when the keeper does. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "cli/source/portable.h"
#include "cli/source/spawn_private.h"

/* ── The three ── */

struct pipes {
    int ready[2], go[2]; /* from the program to its companion, and back */
};

/* All signals are blocked. */
static _Noreturn void do_nothing(void)
{
    portable_close_from(0);
    for (;;)
        pause();
}

static _Noreturn void companion_run(const struct pipes *p, pid_t program, pid_t keeper)
{
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper) _exit(1);
    close(p->ready[1]);
    if (read(p->ready[0], &byte, 1) == 1) setpgid(0, program);
    do_nothing(); /* which closes p->go */
}

static _Noreturn void program_run(const struct pipes *p, int terminal, char *const *argv,
                                  const struct spawn_setup *setup,
                                  const struct spawn_signals *signals, int told)
{
    char byte = 0;
    setpgid(0, 0);
    tcsetpgrp(terminal, getpid());
    close(p->go[1]);
    if (write(p->ready[1], &byte, 1) == 1) {
        ssize_t ignored = read(p->go[0], &byte, 1); /* its end: the companion has joined */
        (void)ignored;
    }
    for (int i = 0; i < 3; i++)
        dup2(terminal, i);
    if (told != 3 && dup2(told, 3) == 3) told = 3;
    fcntl(told, F_SETFD, FD_CLOEXEC);
    portable_close_from(4);
    if (setup->terminal) setenv("TERM", setup->terminal, 1);
    spawn_exec(argv, signals, told);
}

void spawn_keep(int master, char *const *argv, const struct spawn_setup *setup,
                const struct spawn_signals *signals, int told, pid_t viewer)
{
    sigset_t all;
    struct pipes p = {{-1, -1}, {-1, -1}};
    char name[PATH_MAX];
    int terminal = -1, why = ptsname_r(master, name, sizeof name);
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != viewer) _exit(1);
    told = spawn_told_high(told);
    if (!why && (setsid() < 0 || (terminal = open(name, O_RDWR | O_CLOEXEC)) < 0 ||
                 (terminal = spawn_told_high(terminal)) < 0 || ioctl(terminal, TIOCSCTTY, 0) != 0 ||
                 pipe2(p.ready, O_CLOEXEC) != 0 || pipe2(p.go, O_CLOEXEC) != 0))
        why = errno;
    pid_t keeper = getpid(),
          program = why ? -1 : (pid_t)syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    if (program == 0) program_run(&p, terminal, argv, setup, signals, told);
    if (program < 0) {
        spawn_tell(told, TOLD_TROUBLE, why ? why : errno);
        _exit(1);
    }
    spawn_tell(told, TOLD_PROGRAM, program);
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0) companion_run(&p, program, keeper);
    do_nothing();
}

void spawn_keeper_end(struct spawn *s)
{
    if (s->keeper <= 0) return;
    kill(s->keeper, SIGKILL);
    while (waitpid(s->keeper, NULL, 0) < 0 && errno == EINTR) {
    }
    s->keeper = 0;
}

/* ── The terminal ── */

int spawn_terminal(const struct spawn_setup *setup)
{
    struct winsize size = {.ws_row = (unsigned short)setup->rows,
                           .ws_col = (unsigned short)setup->columns};
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return -1;
    int error = grantpt(fd) != 0 || unlockpt(fd) != 0 ? errno : 0;
    if (!error && setup->rows && ioctl(fd, TIOCSWINSZ, &size) != 0) error = errno;
    if (!error && fcntl(fd, F_SETFL, O_NONBLOCK) != 0) error = errno;
    if (!error) return fd;
    close(fd);
    return errno = error, -1;
}

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
