/* hold.h: hold all threads of a process for a look, and let them go (ptrace(2): PTRACE_SEIZE and
 * PTRACE_INTERRUPT; no signal is sent, so neither the process nor its parent sees one).
 *
 * H1  whatever happens to us, the kernel lets the process go: nothing is set that outlives the
 *     holder, and the process is never killed by holding it
 * H2  a signal that arrives meanwhile is delivered when it is let go; one that a signal had stopped
 *     stays stopped
 * H3  all calls for one hold are made by one thread of ours
 *
 * What the process can see: a system call that does not begin again by itself after a stop
 * (epoll_wait, sigtimedwait and others, signal(7)) ends with EINTR. */
#ifndef HOLD_H
#define HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum hold_state {
    HOLD_SEIZED, /* asked to stop */
    HOLD_STOPPED,
    HOLD_IN_KERNEL, /* it waits where nothing can stop it (vfork, a disk, an exec), and will stop
                       before it runs an instruction of its own; what the kernel does for it goes on
                     */
    HOLD_GONE /* it has ended; the kernel has not let us say so to its parent yet */
};

struct hold_thread {
    pid_t id;
    enum hold_state state;
    int signal; /* that it stopped with, to be delivered; 0 */
};

/* Zero is one that holds nothing. */
struct hold {
    pid_t pid;
    struct hold_thread *thread;
    size_t n, room;
    unsigned refusals; /* so far, while it is being held */
    bool lost; /* a thread whose number is nobody's any more: it ended, or has execed */
    bool held; /* all of them, from hold_begin to hold_release */
};

enum hold_result {
    HOLD_OK,
    HOLD_REFUSED, /* the kernel does not let us, or a debugger has it */
    HOLD_LATE, /* a thread did not stop in time */
    HOLD_ENDED, /* there is no such process, or it has ended */
    HOLD_NO_MEMORY
};

#define HOLD_SECONDS 1.0 /* more than any thread needs that can be stopped */

/* Hold every thread of pid, within so many seconds. Not HOLD_OK: nothing is held, and one line in
 * error. What is held already stays so. O(threads); about 20 microseconds a thread. */
enum hold_result hold_begin(struct hold *h, pid_t pid, double seconds, char *error,
                            size_t error_bytes);

/* Let them all go. False: one that could not be stopped can't be let go yet, either; it runs on
 * meanwhile, and hold_settle is to be called again. */
bool hold_release(struct hold *h);

/* Let go of what was left by hold_release, or by a hold_begin that failed. Never waits. True:
 * nothing is left. Call it every now and then while it is false: what is left stands still once it
 * leaves the kernel. */
bool hold_settle(struct hold *h);

/* Has the process ended while it was held (SIGKILL stops for nobody)? Never waits. */
bool hold_has_ended(const struct hold *h);

/* hold_release, and its memory. */
void hold_free(struct hold *h);

#endif
