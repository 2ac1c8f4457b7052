/* ending.c: the end of a target, by itself or by us. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/source/portable.h"
#include "cli/source/proc.h"
#include "cli/source/target.h"

#define CLOSED_MS 100 /* from the end of the wire to that of the process */
#define KILLED_MS 2000 /* nothing holds up a SIGKILL but a debugger, or a kernel that is stuck */

void target_describe_end(int wait_status, char *text, size_t bytes)
{
    if (WIFSIGNALED(wait_status)) {
        int signal_number = WTERMSIG(wait_status);
        snprintf(text, bytes, "killed by signal %d (SIG%s)", signal_number,
                 portable_signal_name(signal_number));
    } else if (WIFEXITED(wait_status)) {
        snprintf(text, bytes, "ended by its own exit, with status %d", WEXITSTATUS(wait_status));
    } else {
        snprintf(text, bytes, "ended with wait status 0x%x", (unsigned)wait_status);
    }
}

static void note_end(struct target *t, int wait_status, const char *why)
{
    t->alive = false;
    t->hung = false;
    t->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    if (why)
        snprintf(t->ended, sizeof t->ended, "%s", why);
    else
        target_describe_end(wait_status, t->ended, sizeof t->ended);
    if (t->fd >= 0) close(t->fd);
    t->fd = -1;
}

bool target_has_died(struct target *t)
{
    if (!t->alive) return false;
    int status = 0;
    pid_t got = waitpid(t->pid, &status, WNOHANG);
    if (got != t->pid && !(got < 0 && errno == ECHILD)) return false;
    note_end(t, status,
             got == t->pid ? NULL : "ended, nobody knows how: somebody else has waited for it");
    return true;
}

/* Look for its end for so long. */
static bool await_end(struct target *t, int milliseconds)
{
    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (;;) {
        if (!t->alive || target_has_died(t)) return true;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if ((now.tv_sec - begin.tv_sec) * 1000 + (now.tv_nsec - begin.tv_nsec) / 1000000 >=
            milliseconds)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
}

void target_holder(const struct target *t, char *text, size_t bytes)
{
    pid_t tracer;
    char state = proc_state(t->pid, &tracer);
    text[0] = '\0';
    if (tracer > 0)
        snprintf(text, bytes, " (a debugger, process %d, holds it)", (int)tracer);
    else if (state == 'T')
        snprintf(text, bytes, " (it is stopped by a signal)");
}

bool target_end(struct target *t, const char *why)
{
    if (!t->alive) return true;
    char holder[TARGET_HOLDER];
    kill(t->pid, SIGKILL);
    bool gone = await_end(t, KILLED_MS);
    if (gone) {
        if (why) snprintf(t->ended, sizeof t->ended, "%s", why);
        return true;
    }
    target_holder(t, holder, sizeof holder);
    note_end(t, 0, why ? why : "ended by brkview");
    snprintf(t->left, sizeof t->left,
             "process %d, a target that was killed, is still there%s: it goes when it is let go",
             (int)t->pid, holder);
    return false;
}

void target_await_end(struct target *t)
{
    if (!await_end(t, CLOSED_MS)) target_end(t, "ended, for it closed the wire");
}
