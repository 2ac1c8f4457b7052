/* lab_copy.c: a second process that is what this one is now, memory and all: a place to come back
 * to. The viewer is its parent as it is ours (CLONE_PARENT), and it has a wire of its own. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "allocator/target/lab.h"

/* In the copy. */
static bool begin(const struct lab_setup *setup, const int *fd, size_t n)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(fd[0], WIRE_FD) < 0) return false;
    return n == 1 || setup->take_files(fd[1], fd[2]);
}

long lab_copy(const struct lab_setup *setup, uint64_t key, const int *fd, size_t n)
{
    if (n != 1 && (n != LAB_FDS || !setup->take_files)) return -1;
    /* Not libc's fork, which names no parent, and which own_cage.c can't tell from a stranger's. */
    long pid = syscall(SYS_clone, (long)(CLONE_PARENT | SIGCHLD), 0L, key, 0L, 0L);
    if (pid == 0 && !begin(setup, fd, n)) _exit(2);
    return pid;
}
