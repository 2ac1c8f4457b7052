/* lock.h: the heap's one mutex, kept in one place so that it can be left out on purpose (the switch
 * lock). */
#ifndef LOCK_H
#define LOCK_H

#include "heap_state.h"

void lock_init(struct heap *h);

/* Take the lock, unless the switch is off; from here on nothing is fresh (heap_state.h). Tells
 * STEP_WAIT and STEP_LOCK if another thread has it. */
void lock_acquire(struct heap *h);

/* Give it back, if it was taken: the switch may have been changed since. For the thread alone that
 * called lock_acquire. */
void lock_release(struct heap *h);

#endif
