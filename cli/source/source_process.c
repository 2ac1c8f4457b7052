/* source_process.c: a process of somebody else's, which is looked at, held and let go. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/source/process.h"
#include "cli/source/segments.h"
#include "cli/source/source.h"
#include "cli/source/spawn.h"
#include "cli/source/target.h"

#define END_SECONDS 2.0 /* from the hang-up to the kill */

static void process_segments_of(const struct target *t, uint64_t brk, struct segments *to)
{
    if (process_maps_refresh(t->process)) {
        process_segments(t->process, brk, to);
        return;
    }
    int error = errno;
    to->n = to->n_left = 0;
    to->no_memory = error == ENOMEM;
    snprintf(to->unseen, sizeof to->unseen, "the segments can't be told: %s",
             error == ESRCH ? "the process has ended" : strerror(error));
}

/* How is for its parent to know, which we are if we have started it. */
static void note_end(struct target *t, const char *why)
{
    t->alive = false;
    t->hung = false;
    t->signal = 0;
    if (t->spawn && spawn_poll(t->spawn) == SPAWN_ENDED) {
        int status = t->spawn->wait_status;
        t->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        target_describe_end(status, t->ended, sizeof t->ended);
    } else {
        snprintf(t->ended, sizeof t->ended, "ended; how, its parent alone is told");
    }
    if (why) snprintf(t->ended, sizeof t->ended, "%s", why);
}

static bool process_end_noticed(struct target *t)
{
    if (!t->alive) return false;
    if (!t->process->hold.held) hold_settle(&t->process->hold);
    if (!process_has_ended(t->process)) return false;
    hold_release(&t->process->hold); /* its end is told to nobody while we have a part of it */
    note_end(t, NULL);
    return true;
}

static bool process_pause(struct target *t)
{
    static const int errors[] = {[HOLD_REFUSED] = EPERM,
                                 [HOLD_LATE] = EAGAIN,
                                 [HOLD_ENDED] = ESRCH,
                                 [HOLD_NO_MEMORY] = ENOMEM};
    struct process *p = t->process;
    if (!t->alive) return errno = ESRCH, false;
    enum hold_result result =
        hold_begin(&p->hold, p->pid, HOLD_SECONDS, p->not_held, sizeof p->not_held);
    if (result == HOLD_OK) return true;
    if (result == HOLD_ENDED) process_end_noticed(t);
    return errno = errors[result], false;
}

static bool process_resume(struct target *t)
{
    if (hold_release(&t->process->hold)) return true;
    return errno = EAGAIN, false; /* has_ended sees to what is left */
}

static bool process_let_go(struct target *t, const char *why)
{
    if (!t->alive) return true;
    bool gone = true;
    hold_release(&t->process->hold);
    if (t->spawn && t->ends_spawned) gone = spawn_end(t->spawn, END_SECONDS);
    if (t->spawn && t->ends_spawned && !gone) {
        char holder[TARGET_HOLDER];
        target_holder(t, holder, sizeof holder);
        snprintf(t->left, sizeof t->left,
                 "process %d, which was killed, is still there%s: it goes when it is let go",
                 (int)t->pid, holder);
    }
    note_end(t, why ? why : t->spawn && t->ends_spawned ? NULL : "let go by brkview");
    return gone;
}

void target_watch(struct target *t, struct process *process, struct spawn *spawn)
{
    *t = (struct target){.source = &source_process,
                         .pid = process->pid,
                         .fd = -1,
                         .alive = true,
                         .process = process,
                         .spawn = spawn};
    uint64_t start;
    process_brk(process, &start, &t->brk);
    t->layout = process->layout;
}

const struct source source_process = {
    .name = "a process",
    .can = SOURCE_PAUSE,
    .decides = "a running program decides for itself",
    .instead = "a command that looks, such as `blocks`, or the lab: `brkview` alone",
    .segments = process_segments_of,
    .pause = process_pause,
    .resume = process_resume,
    .has_ended = process_end_noticed,
    .end = process_let_go,
};
