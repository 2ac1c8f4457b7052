/* hold.c: stopped threads, by ptrace(2).
 *
 * 1  List the threads; seize and interrupt each that is not held yet.
 * 2  Wait until each has stopped. One that waits in the kernel for something that no signal ends
 *    (state D) counts as held: it stops on its way out, before it runs an instruction of its own.
 * 3  Again from 1, until the list has nobody new: threads that stand still make no others.
 *
 * Only stops are taken by waiting, and ends of threads that are not the first: how the process
 * ended is for its parent, which may be ourselves. */
#include "cli/source/hold_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

#include "cli/source/proc.h"
#include "cli/text/text.h"

#define NAP_LEAST_NS 20000
#define NAP_MOST_NS 1000000
#define IN_KERNEL_NAPS 8u /* before a thread that has not stopped is asked what it waits for */
#define RELEASE_SECONDS 0.05
#define REFUSALS_MOST 20u /* before one is believed */

struct deadline {
    struct timespec begin;
    double seconds;
    long nap;
    unsigned naps;
};

static struct deadline deadline_of(double seconds)
{
    struct deadline d = {.seconds = seconds, .nap = NAP_LEAST_NS};
    clock_gettime(CLOCK_MONOTONIC, &d.begin);
    return d;
}

static bool deadline_over(const struct deadline *d)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - d->begin.tv_sec) +
               (double)(now.tv_nsec - d->begin.tv_nsec) / 1e9 >=
           d->seconds;
}

/* A short sleep, longer from time to time; false: there is no time left. */
static bool deadline_nap(struct deadline *d)
{
    if (deadline_over(d)) return false;
    nanosleep(&(struct timespec){.tv_nsec = d->nap}, NULL);
    d->nap = d->nap * 2 < NAP_MOST_NS ? d->nap * 2 : NAP_MOST_NS;
    d->naps++;
    return true;
}

/* ── One thread ── */

static struct hold_thread *thread_of(const struct hold *h, pid_t id)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->thread[i].id == id) return &h->thread[i];
    return NULL;
}

static void thread_forget(struct hold *h, size_t i) { h->thread[i] = h->thread[--h->n]; }

/* ── All of them ── */

static enum hold_result refused(const struct hold *h, int error, char *text, size_t bytes)
{
    pid_t tracer;
    proc_state(h->pid, &tracer);
    if (tracer > 0 && tracer != getpid())
        text_complain(text, bytes,
                      "process %d can't be held: a debugger, process %d, has it; expected one that "
                      "nobody debugs",
                      (int)h->pid, (int)tracer);
    else
        text_complain(text, bytes,
                      "process %d can't be held (%s): the system refuses ptrace; expected to be "
                      "its user or root, and no sandbox that refuses that call",
                      (int)h->pid, strerror(error));
    return HOLD_REFUSED;
}

/* Seize and interrupt one. A thread that has ended since it was listed is none. */
static enum hold_result seize(struct hold *h, pid_t id, char *error, size_t bytes)
{
    if (h->n == h->room) {
        size_t room = h->room ? h->room * 2 : 16;
        struct hold_thread *moved = reallocarray(h->thread, room, sizeof *moved);
        if (!moved) return text_complain(error, bytes, "out of memory"), HOLD_NO_MEMORY;
        h->thread = moved;
        h->room = room;
    }
    if (hold_thread_seize(h, id) != 0 && !hold_thread_is_ours(id)) {
        int why = errno;
        struct proc_stat s;
        bool lives = proc_stat_read(&s, id) && s.state != 'Z' && s.state != 'X';
        if (why == ESRCH || !lives) return HOLD_OK;
        h->refusals++; /* in the midst of an exec a thread is neither one nor the other */
        return h->refusals < REFUSALS_MOST ? HOLD_OK : refused(h, why, error, bytes);
    }
    h->thread[h->n++] = (struct hold_thread){.id = id, .state = HOLD_SEIZED};
    ptrace(PTRACE_INTERRUPT, id, NULL, NULL); /* one that has ended meanwhile shows that below */
    return HOLD_OK;
}

/* An exec takes the threads away, and the process is there all the same. */
static bool lives(pid_t pid)
{
    struct proc_stat s;
    return proc_stat_read(&s, pid) && ((s.state != 'Z' && s.state != 'X') || s.n_threads > 1);
}

/* Take in who is new; *fresh: there was somebody. */
static enum hold_result seize_new(struct hold *h, bool *fresh, char *error, size_t bytes)
{
    struct proc_list list = {.id = NULL};
    char folder[64];
    enum hold_result result = HOLD_OK;
    snprintf(folder, sizeof folder, PROC_PATH "/%d/task", (int)h->pid);
    *fresh = false;
    if (!proc_list_read(&list, folder)) {
        bool no_memory = errno == ENOMEM;
        proc_list_release(&list);
        if (no_memory) return text_complain(error, bytes, "out of memory"), HOLD_NO_MEMORY;
        if (lives(h->pid)) return *fresh = true, HOLD_OK;
        text_complain(error, bytes, "process %d has ended; expected one that runs", (int)h->pid);
        return HOLD_ENDED;
    }
    for (size_t i = 0; i < list.n && result == HOLD_OK; i++) {
        size_t n = h->n + h->refusals;
        if (!thread_of(h, list.id[i])) result = seize(h, list.id[i], error, bytes);
        if (h->n + h->refusals > n) *fresh = true;
    }
    proc_list_release(&list);
    return result;
}

/* Those that have ended leave the list, but for who has yet to be buried. */
static void forget_gone(struct hold *h)
{
    for (size_t i = h->n; i-- > 0;)
        if (h->thread[i].state == HOLD_GONE && hold_thread_let_go(h, &h->thread[i]))
            thread_forget(h, i);
}

/* Wait until each stands still. */
static bool await_stops(struct hold *h, struct deadline *d, pid_t *late)
{
    for (;;) {
        *late = 0;
        for (size_t i = 0; i < h->n; i++) {
            struct hold_thread *t = &h->thread[i];
            bool slow = d->naps >= IN_KERNEL_NAPS;
            if (t->state != HOLD_STOPPED || slow) hold_thread_look(t);
            if (slow) hold_thread_ask(t);
            if (t->state == HOLD_SEIZED) *late = t->id;
        }
        forget_gone(h); /* an exec may wait for them to be gone */
        if (*late == 0) return true;
        if (!deadline_nap(d)) return false;
    }
}

/* One that execs takes the number of the first, and is not held for all that was said of it; and
 * one that was killed stands still no more. True: there was one. */
static bool look_again(struct hold *h)
{
    bool found = false;
    unsigned long message;
    for (size_t i = h->n; i-- > 0;) {
        struct hold_thread *t = &h->thread[i];
        if (t->state != HOLD_STOPPED || ptrace(PTRACE_GETEVENTMSG, t->id, NULL, &message) == 0)
            continue;
        found = true;
        t->state = HOLD_SEIZED;
        if (hold_thread_is_ours(t->id))
            ptrace(PTRACE_INTERRUPT, t->id, NULL, NULL);
        else
            thread_forget(h, i);
    }
    return found;
}

static size_t n_still(const struct hold *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        n += h->thread[i].state == HOLD_STOPPED || h->thread[i].state == HOLD_IN_KERNEL;
    return n;
}

enum hold_result hold_begin(struct hold *h, pid_t pid, double seconds, char *error,
                            size_t error_bytes)
{
    struct deadline d = deadline_of(seconds);
    enum hold_result result = HOLD_OK;
    bool fresh = true;
    pid_t late = 0;
    if (h->held && h->pid == pid) return HOLD_OK;
    hold_release(h);
    h->pid = pid;
    h->refusals = 0;
    for (unsigned before = 0; result == HOLD_OK && fresh; before = h->refusals) {
        result = seize_new(h, &fresh, error, error_bytes);
        if (h->refusals > before) deadline_nap(&d);
        if (result == HOLD_OK && !await_stops(h, &d, &late)) result = HOLD_LATE;
        if (look_again(h)) fresh = true;
        if (result == HOLD_OK && n_still(h) == 0 && lives(pid)) {
            fresh = true;
            deadline_nap(&d);
        }
        if (result == HOLD_OK && fresh && deadline_over(&d)) result = HOLD_LATE;
    }
    if (result == HOLD_LATE)
        text_complain(error, error_bytes,
                      "process %d can't be held: %s %d did not stop within %g s; expected it to",
                      (int)pid, late ? "its thread" : "all threads of", (int)(late ? late : pid),
                      seconds);
    if (result == HOLD_OK && n_still(h) == 0) {
        text_complain(error, error_bytes, "process %d has ended; expected one that runs", (int)pid);
        result = HOLD_ENDED;
    }
    h->held = result == HOLD_OK;
    if (!h->held) hold_release(h);
    return result;
}

bool hold_settle(struct hold *h)
{
    if (h->held) return true;
    for (size_t i = h->n; i-- > 0;)
        if (hold_thread_let_go(h, &h->thread[i])) thread_forget(h, i);
    if (h->n == 0 && h->lost) {
        h->lost = false; /* by an exec, one has the number of the first now */
        if (hold_thread_is_ours(h->pid)) {
            h->thread[h->n++] = (struct hold_thread){.id = h->pid, .state = HOLD_SEIZED};
            ptrace(PTRACE_INTERRUPT, h->pid, NULL, NULL);
        }
    }
    return h->n == 0;
}

bool hold_release(struct hold *h)
{
    struct deadline d = deadline_of(RELEASE_SECONDS);
    h->held = false;
    while (!hold_settle(h)) {
        bool soon = false; /* who waits in the kernel may do so for long */
        for (size_t i = 0; i < h->n; i++)
            soon = soon || h->thread[i].state == HOLD_SEIZED;
        if (!soon || !deadline_nap(&d)) return false;
    }
    return true;
}

bool hold_has_ended(const struct hold *h)
{
    struct proc_stat s;
    bool lives = false;
    for (size_t i = 0; i < h->n && !lives; i++)
        lives = proc_stat_read(&s, h->thread[i].id) && s.state != 'Z' && s.state != 'X';
    return h->held && !lives;
}

void hold_free(struct hold *h)
{
    hold_release(h);
    free(h->thread);
    *h = (struct hold){.pid = 0};
}
