/* proc.c: /proc shows the pid namespace that it was mounted in, which need not be ours (think of
 * `unshare -fp`). Its `self` tells. */
#include "cli/source/proc.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

bool proc_is_ours(const char *proc, char *why, size_t why_bytes)
{
    char path[PATH_MAX], self[32];
    snprintf(path, sizeof path, "%s/self", proc);
    ssize_t n = readlink(path, self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    int error = errno;
    if (n > 0 && strtol(self, NULL, 10) == getpid()) return true;
    if (n > 0)
        snprintf(why, why_bytes,
                 "%s belongs to another pid namespace: it knows this brkview as process %s, not %d",
                 proc, self, (int)getpid());
    else
        snprintf(why, why_bytes,
                 "%s/self can't be read: %s (is it mounted, for this pid namespace?)", proc,
                 strerror(error));
    return false;
}

bool proc_executable(char *path, size_t bytes)
{
    ssize_t n = readlink(PROC_PATH "/self/exe", path, bytes - 1);
    if (n > 0) {
        path[n] = '\0';
        return true;
    }
    const char *given =
        (const char *)getauxval(AT_EXECFN); /* NOLINT(performance-no-int-to-ptr): so it is given */
    int length = given ? snprintf(path, bytes, "%s", given) : -1;
    return length > 0 && (size_t)length < bytes;
}

char proc_state(pid_t pid, pid_t *tracer)
{
    char why[160], state[32] = "", number[32] = "";
    *tracer = 0;
    if (!proc_is_ours(PROC_PATH, why, sizeof why)) return 0;
    proc_status_line(pid, "State:", state, sizeof state);
    if (proc_status_line(pid, "TracerPid:", number, sizeof number))
        *tracer = (pid_t)strtol(number, NULL, 10);
    return state[0];
}
