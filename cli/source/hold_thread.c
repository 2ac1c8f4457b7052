/* hold_thread.c: one thread that is held: what ptrace(2) and waitid(2) tell of it. */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/source/hold_private.h"
#include "cli/source/proc.h"

enum event { NOTHING, STOPPED, ENDED, NOT_OURS };

/* What waiting for it would tell; nothing is taken. Of a thread that is held, waitid(2) tells stops
 * whatever it is asked for. */
static enum event event_of(pid_t id, siginfo_t *info)
{
    *info = (siginfo_t){.si_pid = 0};
    if (waitid(P_PID, (id_t)id, info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT | __WALL) != 0)
        return NOT_OURS;
    if (info->si_pid != id) return NOTHING;
    return info->si_code == CLD_TRAPPED || info->si_code == CLD_STOPPED ? STOPPED : ENDED;
}

static void event_take(pid_t id)
{
    siginfo_t info;
    waitid(P_PID, (id_t)id, &info, WEXITED | WSTOPPED | WNOHANG | __WALL);
}

void hold_thread_look(struct hold_thread *t)
{
    siginfo_t info;
    if (t->state == HOLD_GONE) return;
    enum event event = event_of(t->id, &info);
    if (event == ENDED || event == NOT_OURS) t->state = HOLD_GONE;
    if (event != STOPPED || t->state == HOLD_STOPPED) return;
    event_take(t->id);
    /* A signal on its way, or PTRACE_EVENT_STOP: ours, or that of a signal that stops. */
    t->signal = info.si_status >> 8 == 0 ? info.si_status : 0;
    t->state = HOLD_STOPPED;
}

void hold_thread_ask(struct hold_thread *t)
{
    struct proc_stat s;
    if (t->state != HOLD_SEIZED || !proc_stat_read(&s, t->id) || s.state != 'D') return;
    t->state = HOLD_IN_KERNEL;
}

bool hold_thread_is_ours(pid_t id)
{
    pid_t tracer;
    int error = errno;
    proc_state(id, &tracer);
    return errno = error, tracer == getpid();
}

/* Of the first thread, our own child: its end is for who waits for it. */
static bool is_ours_to_bury(const struct hold *h, pid_t id)
{
    struct proc_stat s;
    return id != h->pid || !proc_stat_read(&s, id) || s.parent != getpid();
}

bool hold_thread_let_go(struct hold *h, struct hold_thread *t)
{
    if (t->state != HOLD_STOPPED) hold_thread_look(t);
    if (t->state == HOLD_STOPPED) {
        if (ptrace(PTRACE_DETACH, t->id, NULL, (void *)(uintptr_t)t->signal) == 0) return true;
        t->state = HOLD_GONE; /* killed: it stands still no more */
    }
    if (t->state != HOLD_GONE) return false;
    if (!is_ours_to_bury(h, t->id)) return true;
    siginfo_t info;
    enum event event = event_of(t->id, &info);
    if (event == ENDED) event_take(t->id);
    h->lost = h->lost || event == NOT_OURS;
    return event == ENDED || event == NOT_OURS;
}

/* ── Seizing ── */

/* PTRACE_SEIZE waits for a process that is in the midst of an exec, and that exec, of a thread that
 * is not the first, waits for the others to be gone, which they are not before who has seized them
 * has buried them: so that is done meanwhile, when SIGCHLD tells of their ends. */
static struct hold *seizing;

static void bury(int unused)
{
    (void)unused;
    int error = errno;
    for (size_t i = 0; i < seizing->n; i++) {
        siginfo_t info;
        pid_t id = seizing->thread[i].id;
        if (id != seizing->pid && event_of(id, &info) == ENDED) event_take(id);
    }
    errno = error;
}

long hold_thread_seize(struct hold *h, pid_t id)
{
    struct sigaction ours = {.sa_handler = bury, .sa_flags = SA_RESTART}, before;
    sigset_t child, mask;
    if (h->n == 0) return ptrace(PTRACE_SEIZE, id, NULL, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    seizing = h;
    sigaction(SIGCHLD, &ours, &before);
    sigprocmask(SIG_UNBLOCK, &child, &mask);
    bury(0); /* whose ends were told before anybody listened */
    long result = ptrace(PTRACE_SEIZE, id, NULL, NULL);
    int error = errno;
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGCHLD, &before, NULL);
    return errno = error, result;
}
