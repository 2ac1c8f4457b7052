/* child.h: a process of a test's own, which does something and waits to be looked at. It dies with
 * the test. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* What a child and its test both see. Static; all zero when a child starts. */
struct child_shared {
    volatile unsigned long count[16];
    volatile unsigned long address[16];
    volatile int go[16];
};
struct child_shared *child_shared(void);

/* Fork, and run what in the child, which ends when it returns (status 0). It comes back when the
 * child has called child_ready. */
pid_t child_start(void (*what)(void *), void *user);
void child_ready(void);
/* Never returns: the child waits for its end. */
void child_rest(void);

/* Kill it and bury it. */
void child_end(pid_t pid);
/* Wait for its end by itself: the wait status. */
int child_status(pid_t pid);

/* Wait until the condition holds; the test fails after a minute. */
#define CHILD_AWAIT(condition)                                                                     \
    do {                                                                                           \
        for (long child_naps = 0; !(condition); child_naps++)                                      \
            child_nap(child_naps, #condition);                                                     \
    } while (0)
void child_nap(long naps, const char *condition);

/* The state letter of a process or thread, 0 if there is none; who holds it, 0: nobody. */
char child_state(pid_t pid);
pid_t child_tracer(pid_t pid);

#endif
