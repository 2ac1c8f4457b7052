/* child.c: see child.h. */
#include "cli/score/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/text/text.h"

enum { LEAST_SHARE = 50, CLOCK_FACTOR = 4, CLOCK_MORE = 2, POLL_MS = 20 };

/* ── Signals that ask us to end ── */

static const int asks[] = {SIGINT, SIGTERM, SIGHUP};
enum { N_ASKS = sizeof asks / sizeof asks[0] };
static struct sigaction before[N_ASKS];
static volatile sig_atomic_t came;

static void on_ask(int number) { came = number; }

void child_signals_keep(void)
{
    struct sigaction action = {.sa_handler = on_ask};
    came = 0;
    for (size_t i = 0; i < N_ASKS; i++) {
        sigaction(asks[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) sigaction(asks[i], &action, NULL);
    }
}

bool child_signalled(void) { return came != 0; }

void child_signal_again(void)
{
    for (size_t i = 0; i < N_ASKS; i++)
        sigaction(asks[i], &before[i], NULL);
    if (came) raise(came);
}

/* ── In the child ── */

static void limit(unsigned what, rlim_t soft, rlim_t hard)
{
    struct rlimit now, to = {soft, hard};
    if (getrlimit(what, &now) != 0) return;
    if (to.rlim_max > now.rlim_max) to.rlim_max = now.rlim_max;
    if (to.rlim_cur > to.rlim_max) to.rlim_cur = to.rlim_max;
    (void)setrlimit(what, &to);
}

static bool place(const struct child_setup *setup)
{
    int kept[CHILD_FDS];
    for (int i = 0; i < CHILD_FDS; i++) { /* above all places first */
        int from = setup->fd[i];
        if (from < 0 && i <= STDERR_FILENO)
            from = open("/dev/null", (i == STDIN_FILENO ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
        kept[i] = from < 0 ? -1 : fcntl(from, F_DUPFD_CLOEXEC, CHILD_FDS);
        if (kept[i] < 0 && from >= 0) return false;
    }
    for (int i = 0; i < CHILD_FDS; i++) {
        if (kept[i] < 0)
            close(i);
        else if (dup2(kept[i], i) < 0)
            return false;
    }
    return true; /* all else closes on exec */
}

static void become(const struct child_setup *setup, pid_t parent)
{
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigset_t none;
    sigemptyset(&none);
    for (int i = 1; i < NSIG; i++)
        (void)sigaction(i, &plain, NULL);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    rlim_t seconds = (rlim_t)setup->seconds + ((double)(rlim_t)setup->seconds < setup->seconds);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_CPU, seconds, seconds + 1);
    limit(RLIMIT_AS, setup->memory, setup->memory);
    limit(RLIMIT_FSIZE, setup->file, setup->file);
    if (!place(setup)) _exit(127);
    if (setup->temporary) setenv("TMPDIR", setup->temporary, 1);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(setup->argv[0], setup->argv);
    _exit(127);
}

/* ── In the parent ── */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool has_ended(pid_t pid)
{
    siginfo_t about = {.si_pid = 0};
    return waitid(P_PID, (id_t)pid, &about, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           about.si_pid == pid;
}

/* Seconds of a processor. */
static double worked(pid_t pid)
{
    struct timespec t;
    clockid_t clock;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The kernel's own limit is of whole seconds, and tells the child; a part of one is kept here. */
static bool has_used(pid_t pid, double seconds)
{
    return seconds != (double)(rlim_t)seconds && worked(pid) >= seconds;
}

/* Who works will meet the limit of that, however slowly on a busy machine; who only waits is late.
 */
static bool is_late(pid_t pid, double seconds, double *last, double *had_worked)
{
    if (now() < *last) return false;
    double has = worked(pid), since = has - *had_worked;
    *had_worked = has;
    *last += seconds;
    return since < seconds / LEAST_SHARE;
}

static enum child_end watch(pid_t pid, double seconds)
{
    double last = now() + seconds * CLOCK_FACTOR + CLOCK_MORE, had_worked = 0;
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    enum child_end end = CHILD_ENDED;
    while (!has_ended(pid)) {
        if (child_signalled()) end = CHILD_STOPPED;
        if (has_used(pid, seconds) || is_late(pid, seconds, &last, &had_worked)) end = CHILD_LATE;
        if (end != CHILD_ENDED) break;
        (void)poll(&p, fd >= 0, POLL_MS);
    }
    if (fd >= 0) close(fd);
    return end;
}

enum child_end child_run(const struct child_setup *setup, int *status, char *error,
                         size_t error_bytes)
{
    pid_t parent = getpid(), pid = fork();
    if (pid < 0) {
        text_complain(error, error_bytes, "no process can be started: %s", strerror(errno));
        return CHILD_NOT_STARTED;
    }
    if (pid == 0) become(setup, parent);
    setpgid(pid, pid); /* whoever comes first */
    enum child_end end = watch(pid, setup->seconds);
    kill(-pid, SIGKILL); /* it is not reaped yet: the group is still its own */
    kill(pid, SIGKILL);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR) {
    }
    return end;
}
