/* child.c: a process of a test's own. */
#include "tests/support/child.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define NAP_NS 1000000
#define NAPS_MOST 60000

static int ready[2];

struct child_shared *child_shared(void)
{
    static struct child_shared *shared;
    if (shared) return shared;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    return shared;
}

pid_t child_start(void (*what)(void *), void *user)
{
    char byte;
    pid_t test = getpid();
    memset((void *)(uintptr_t)child_shared(), 0, sizeof(struct child_shared));
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != test) _exit(1);
        close(ready[0]);
        what(user);
        _exit(0);
    }
    close(ready[1]);
    ssize_t n = read(ready[0], &byte, 1);
    close(ready[0]);
    if (n != 1) fail_msg("the child ended before it was ready");
    return pid;
}

void child_ready(void)
{
    if (write(ready[1], "", 1) != 1) _exit(1);
    close(ready[1]);
}

void child_rest(void)
{
    for (;;)
        pause();
}

int child_status(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    return status;
}

void child_end(pid_t pid)
{
    kill(pid, SIGKILL);
    child_status(pid);
}

void child_nap(long naps, const char *condition)
{
    if (naps > NAPS_MOST) fail_msg("it never came to %s", condition);
    nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
}

/* Of /proc/PID/status. */
static void status_of(pid_t pid, char *state, int *tracer)
{
    char path[64], line[256];
    *state = 0;
    *tracer = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *from = fopen(path, "re");
    while (from && fgets(line, sizeof line, from))
        if (sscanf(line, "State: %c", state) != 1) sscanf(line, "TracerPid: %d", tracer);
    if (from) fclose(from);
}

char child_state(pid_t pid)
{
    char state;
    int tracer;
    status_of(pid, &state, &tracer);
    return state;
}

pid_t child_tracer(pid_t pid)
{
    char state;
    int tracer;
    status_of(pid, &state, &tracer);
    return (pid_t)tracer;
}
