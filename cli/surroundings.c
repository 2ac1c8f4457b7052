/* surroundings.c: a disposition, a mask and a flag that are inherited and relied on are set here,
 * in one place. */
#include "cli/surroundings.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

/* What whoever started us ignores on purpose (SIGINT and SIGQUIT in the background, SIGHUP under
 * nohup, SIGTSTP without job control) stays so. */
static const struct {
    int number;
    void (*fate)(int);
} relied_on[] = {{SIGPIPE, SIG_IGN},
                 {SIGXFSZ, SIG_IGN},
                 {SIGCHLD, SIG_DFL},
                 {SIGWINCH, SIG_DFL},
                 {SIGCONT, SIG_DFL}};

/* Whoever started us may have closed standard descriptors. The next file opened would take the
 * number, and be written to as if it were the terminal: put something there that refuses what the
 * descriptor is for. */
static void hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(EXIT_FAILURE);
}

static struct spawn_signals before;

const struct spawn_signals *surroundings_signals(void) { return &before; }

void surroundings_take(void)
{
    sigset_t none;
    spawn_signals_take(&before);
    hold_standard_descriptors();
    for (size_t i = 0; i < sizeof relied_on / sizeof relied_on[0]; i++)
        signal(relied_on[i].number, relied_on[i].fate);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool would_wait(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

/* Until something can be read or written. A signal is no reason to stop. */
static void wait_for(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    while (poll(&p, 1, -1) < 0 && errno == EINTR)
        continue;
}

int surroundings_getc(FILE *from)
{
    int c;
    while ((c = getc(from)) == EOF && ferror(from) && would_wait(errno)) {
        clearerr(from);
        wait_for(fileno(from), POLLIN);
    }
    return c;
}

static ssize_t write_all(void *cookie, const char *bytes, size_t n)
{
    int fd = (int)(intptr_t)cookie;
    size_t done = 0;
    while (done < n) {
        ssize_t wrote = write(fd, bytes + done, n - done);
        if (wrote >= 0)
            done += (size_t)wrote;
        else if (would_wait(errno))
            wait_for(fd, POLLOUT);
        else if (errno != EINTR)
            return 0; /* and errno says why */
    }
    return (ssize_t)done;
}

static void make_wait(int fd, FILE **stream, int buffering)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || !(flags & O_NONBLOCK)) return;
    FILE *patient =
        fopencookie((void *)(intptr_t)fd, "w", (cookie_io_functions_t){.write = write_all});
    if (!patient) return;
    setvbuf(patient, NULL, buffering, BUFSIZ);
    *stream = patient;
}

void surroundings_output_waits(void)
{
#ifdef __GLIBC__ /* elsewhere stdout is no variable */
    make_wait(STDOUT_FILENO, &stdout, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF);
    make_wait(STDERR_FILENO, &stderr, _IONBF);
#endif
}
