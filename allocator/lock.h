/* lock.h: the heap's one mutex, kept in one place so that it can be left out on purpose. */
#ifndef LOCK_H
#define LOCK_H

#include "heap.h"

void lock_init(struct heap *h);
void lock_acquire(struct heap *h);
void lock_release(struct heap *h);

#endif
