/* target.h: start, ask and end the process being watched. Knows the wire, not the meaning of what
 * is asked. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "allocator/format/wire.h"
#include "cli/source/layout.h"

struct own_setup; /* own_target.h */
struct own_target;
struct process; /* process.h */
struct source; /* source.h */
struct spawn; /* spawn.h */

struct target {
    const struct source *source; /* which kind it is; set by whoever starts it */
    pid_t pid; /* 0: none was ever started */
    int fd; /* our end of the pair, -1 when closed */
    bool alive;
    char ended[600]; /* in words, once it is not alive: "killed by signal 9 (SIGKILL)" */
    int signal; /* that killed it, 0 */
    char left[160]; /* "" or words: its process could not be ended, and was given up */
    bool hung; /* it did not answer in time, or has told how it ends: it is alive still, and may be
                  looked at before target_end */
    struct own_target *own; /* of a stranger's allocator, owned until target_forget; else NULL */
    struct wire_hello hello;
    struct layout layout; /* of its program; empty if that can't be read */
    uint64_t brk; /* as last heard */
    uint32_t seq;
    uint64_t n_asked; /* requests of its session so far */
    bool has_printed; /* a stranger's: something since it began, or before it was copied */
    struct process *process; /* of source_process: somebody else's, watched; else NULL */
    struct spawn *spawn; /* what has started it, where we have; else NULL */
    bool ends_spawned; /* source_process: its end() ends what spawn has started */
};

#define TARGET_SECONDS 10.0 /* where nobody says how long */
#define TARGET_HOLDER 64u /* bytes of what target_holder says */

/* Called about ten times a second while the target has not answered; false: give up. It is hung
 * then, alive for a last look, and the caller's to end. */
struct target_timeout {
    bool (*waiting)(const struct target_timeout *self, double seconds);
};

/* One answer, with what follows it in the packet. */
struct target_answer {
    struct wire_answer head;
    uint64_t results[WIRE_BATCH_MAX];
    struct step steps[STEP_LOG_MAX];
};

/* Start brkview-target (beside our own executable, else in libexecdir; never through PATH) with an
 * empty environment and, unless aslr, without randomisation where the kernel allows it
 * (hello.randomised tells). False with one line in error; *t is then not alive. It may take as long
 * as timeout has, NULL: TARGET_SECONDS. The target dies when this process does. Release with
 * target_end. */
bool target_start(struct target *t, bool aslr, const struct target_timeout *timeout, char *error,
                  size_t error_bytes);

/* The same with a stranger's allocator in it (brkview-target-own), which stands for the policy own.
 * setup is borrowed while the target lives. */
bool target_start_own(struct target *t, const struct own_setup *setup, bool aslr,
                      const struct target_timeout *timeout, char *error, size_t error_bytes);

/* A second target that is in the state that t is in. asked: it will be asked for more than copies
 * of itself. False: there is none, and t may have died of it (t->alive). Costs about a millisecond,
 * and the pages that one of them changes later. */
bool target_copy(struct target *t, struct target *copy, bool asked,
                 const struct target_timeout *timeout);

/* Let go of what an ended one has left. */
void target_forget(struct target *t);

/* Watch a process that has been opened: *t is alive, of source_process, and asks nothing. process
 * and spawn (NULL: we have not started it) stay the caller's, and are released after source->end,
 * which lets go of what was held, and ends no process but one of spawn with ends_spawned. */
void target_watch(struct target *t, struct process *process, struct spawn *spawn);

/* Ask and wait for the answer. False if there is none: the target died or broke the wire, then it
 * is no longer alive and t->ended says why; or timeout ran out, then it is hung. Costs a round
 * trip, about 10 microseconds. data may be NULL, timeout, too: TARGET_SECONDS then. */
bool target_ask(struct target *t, const struct wire_request *request, const void *data,
                struct target_answer *answer, const struct target_timeout *timeout);
/* The same in two parts; n descriptors go along, at most TARGET_FDS. */
#define TARGET_FDS 3
bool target_send(struct target *t, const struct wire_request *request, const void *data,
                 const int *fd, size_t n);
bool target_hear(struct target *t, struct target_answer *answer,
                 const struct target_timeout *timeout);

/* Has it died since we last looked? Never waits. True once, at the discovery. */
bool target_has_died(struct target *t);

/* Kill it, reap it, close the pair; t->ended becomes why, or tells how it ended. Harmless when
 * there is none. False: it could not be reaped within two seconds, since a debugger holds it; it is
 * given up, and t->left says so. */
bool target_end(struct target *t, const char *why);

/* The pair was closed from the other side: that is death, at most a moment away. It is not alive
 * when this returns. */
void target_await_end(struct target *t);

/* Who keeps it from answering: " (a debugger, process 12, holds it)", " (it is stopped by a
 * signal)", or "". */
void target_holder(const struct target *t, char *text, size_t bytes);

/* "killed by signal 11 (SIGSEGV)", "ended by its own exit, with status 3": what follows "the target
 * was". */
void target_describe_end(int wait_status, char *text, size_t bytes);

#endif
