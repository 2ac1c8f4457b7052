/* reads.c: from both ends. The terminal's own end tells whether something typed is unread (poll
 * passes on first what the kernel has not yet passed on); after that, whoever waits in a read has
 * come back for more. */
#include "cli/source/reads.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/source/proc.h"

/* The calls by which a program waits for several files. Which they are is not looked up: a program
 * that has read its terminal and waits so is not at work. */
static const long several[] = {
#ifdef SYS_poll
    SYS_poll,
#endif
#ifdef SYS_select
    SYS_select,
#endif
#ifdef SYS_epoll_wait
    SYS_epoll_wait,
#endif
    SYS_ppoll,      SYS_pselect6, SYS_epoll_pwait,
};

static bool waits_for_several(long call)
{
    for (size_t i = 0; i < sizeof several / sizeof *several; i++)
        if (several[i] == call) return true;
    return false;
}

static bool is_terminal(pid_t pid, uint64_t fd, const char *terminal)
{
    char path[64], to[PATH_MAX];
    snprintf(path, sizeof path, PROC_PATH "/%d/fd/%" PRIu64, (int)pid, fd);
    ssize_t n = readlink(path, to, sizeof to - 1);
    if (n < 0) return false;
    to[n] = '\0';
    return strcmp(to, terminal) == 0;
}

/* Of one thread. */
static enum reads_state thread_reads(pid_t pid, pid_t thread, const char *terminal)
{
    char path[64], line[256] = "";
    snprintf(path, sizeof path, PROC_PATH "/%d/task/%d/syscall", (int)pid, (int)thread);
    FILE *f = fopen(path, "re");
    if (!f)
        return errno == ENOENT && access(PROC_PATH "/self/syscall", F_OK) == 0 ? READS_BUSY
                                                                               : READS_UNKNOWN;
    bool got = fgets(line, sizeof line, f) != NULL;
    fclose(f);
    if (!got) return READS_UNKNOWN;
    char *end;
    long call = strtol(line, &end, 10);
    if (end == line) return READS_BUSY; /* "running" */
    uint64_t first = strtoull(end, NULL, 0);
    bool waits = ((call == SYS_read || call == SYS_readv) && is_terminal(pid, first, terminal)) ||
                 waits_for_several(call);
    return waits ? READS_WAITING : READS_BUSY;
}

static bool all_is_read(const char *terminal)
{
    int fd = open(terminal, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    bool read = poll(&p, 1, 0) == 0;
    close(fd);
    return read;
}

enum reads_state reads_ask(const struct spawn *s)
{
    char terminal[PATH_MAX], folder[64];
    struct proc_list threads = {.n = 0};
    if (s->fd < 0 || ptsname_r(s->fd, terminal, sizeof terminal) != 0) return READS_UNKNOWN;
    if (!all_is_read(terminal)) return READS_BUSY;
    snprintf(folder, sizeof folder, PROC_PATH "/%d/task", (int)s->pid);
    if (!proc_list_read(&threads, folder)) return READS_UNKNOWN;
    enum reads_state all = READS_BUSY;
    for (size_t i = 0; i < threads.n && all != READS_WAITING; i++) {
        enum reads_state one = thread_reads(s->pid, threads.id[i], terminal);
        if (one != READS_BUSY) all = one;
    }
    proc_list_release(&threads);
    return all;
}
