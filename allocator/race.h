/* race.h: two threads that allocate in an interleaving which somebody else chooses, step by step.
 *
 * The places where steps are told (steps.h) are the places where a thread can be held: the race is
 * the heap's sink, and a thread that tells it a step stays there until race_step lets it go on.
 * Only one of them ever runs, so that the same choices give the same heap; but for the moment in
 * which the lock passes from one to the other, and then the first has nothing left to do.
 * Everything told goes on to the sink that was there before.
 *
 * Not for verbs of other threads: while a race is on, the heap's lock may be held by a thread that
 * stands still. */
#ifndef RACE_H
#define RACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/steps.h"
#include "allocator/format/wire.h"
#include "heap.h"

struct race;

struct race_thread {
    struct race *race;
    pthread_t thread;
    size_t bytes; /* of its malloc */
    uintptr_t payload; /* once it is done: what malloc returned, 0 for NULL, */
    enum heap_status status; /* and why that was */
    enum race_state state;
    bool go; /* it may go on */
    bool over_probes; /* and is not held where it only looks at a block */
};

struct race {
    struct step_sink sink; /* first: what the heap tells */
    struct step_sink *heard; /* who was told before, and is told still */
    struct heap *heap;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct race_thread thread[2];
};

/* Make two threads, each about to allocate so many bytes. False if they can't be made: nothing has
 * changed. r and h must stay where they are until race_end. */
bool race_begin(struct race *r, struct heap *h, size_t bytes_first, size_t bytes_second);

/* Let thread 0 or 1 go on until it tells its next step (over_probes: one that is no probe), waits
 * for the lock, or is done. If that gives the lock to the other, the other takes it and is held
 * where it tells so. Nothing happens to a thread that waits or is done. */
void race_step(struct race *r, unsigned thread, bool over_probes);

/* Let the first run to its end, then the second (the other way round if the first waits for the
 * second), and join them. */
void race_end(struct race *r);

#endif
