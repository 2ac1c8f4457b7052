/* hold_private.h: what the files of hold.h share: one thread. */
#ifndef HOLD_PRIVATE_H
#define HOLD_PRIVATE_H

#include "cli/source/hold.h"

/* PTRACE_SEIZE; less than 0 and errno. It may wait for an exec of h's process; those of its threads
 * that end meanwhile are buried, in a handler of SIGCHLD. */
long hold_thread_seize(struct hold *h, pid_t id);

/* Held by us under another number, which it had before its exec? */
bool hold_thread_is_ours(pid_t id);

/* Has it stopped, or ended, since it was asked? Never waits. */
void hold_thread_look(struct hold_thread *t);

/* Of one that has been asked to stop and has not: does it wait in the kernel, where nothing can
 * stop it? */
void hold_thread_ask(struct hold_thread *t);

/* True: nothing keeps it any more. */
bool hold_thread_let_go(struct hold *h, struct hold_thread *t);

#endif
