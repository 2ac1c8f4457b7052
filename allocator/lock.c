/* lock.c: the heap's one mutex. See lock.h. */
#include "lock.h"

void lock_init(struct heap *h) { pthread_mutex_init(&h->lock, NULL); }
void lock_acquire(struct heap *h) { pthread_mutex_lock(&h->lock); }
void lock_release(struct heap *h) { pthread_mutex_unlock(&h->lock); }
