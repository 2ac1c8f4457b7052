/* lock.c: the heap's one mutex. See lock.h. */
#include "lock.h"

#include "allocator/format/steps.h"

void lock_init(struct heap *h)
{
    pthread_mutex_init(&h->lock, NULL);
    h->locked = false;
}

void lock_acquire(struct heap *h)
{
    bool wanted = h->root.lock != 0;
    if (wanted && pthread_mutex_trylock(&h->lock) != 0) {
        step_tell(h->steps, STEP_WAIT, WHY_NONE, 0, 0, 0, 0);
        pthread_mutex_lock(&h->lock);
        step_tell(h->steps, STEP_LOCK, WHY_NONE, 0, 0, 0, 0);
    }
    if (wanted) h->locked = true;
    h->fresh = UINTPTR_MAX;
}

void lock_release(struct heap *h)
{
    if (!h->locked) return;
    h->locked = false;
    pthread_mutex_unlock(&h->lock);
}
