/* race.c: see race.h. */
#include "race.h"

/* Which of the two this thread is; NULL for all others. */
static _Thread_local struct race_thread *race_self;

/* With r->mutex held: stand still until race_step says go. */
static void race_hold(struct race *r, struct race_thread *t)
{
    t->state = RACE_HELD;
    pthread_cond_broadcast(&r->changed);
    while (!t->go)
        pthread_cond_wait(&r->changed, &r->mutex);
    t->go = false;
    t->state = RACE_RUNNING;
}

static void race_tell(struct step_sink *sink, const struct step *step)
{
    struct race *r = (struct race *)sink;
    struct race_thread *t = race_self;
    pthread_mutex_lock(&r->mutex);
    if (r->heard != NULL) r->heard->tell(r->heard, step);
    if (t != NULL && step->kind == STEP_WAIT) {
        t->state = RACE_WAITING; /* it goes on to the lock, and nothing else holds it there */
        pthread_cond_broadcast(&r->changed);
    } else if (t != NULL && !(t->over_probes && step->kind == STEP_PROBE)) {
        race_hold(r, t);
    }
    pthread_mutex_unlock(&r->mutex);
}

static void *race_run(void *user)
{
    struct race_thread *t = user;
    struct race *r = t->race;
    race_self = t;
    pthread_mutex_lock(&r->mutex);
    while (!t->go)
        pthread_cond_wait(&r->changed, &r->mutex);
    t->go = false;
    pthread_mutex_unlock(&r->mutex);
    uintptr_t payload = (uintptr_t)heap_alloc(r->heap, t->bytes);
    pthread_mutex_lock(&r->mutex);
    t->payload = payload;
    if (payload == 0) t->status = r->heap->failure; /* its own: the other stands still */
    t->state = RACE_DONE;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->mutex);
    return NULL;
}

static void race_release(struct race *r)
{
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->mutex);
}

bool race_begin(struct race *r, struct heap *h, size_t bytes_first, size_t bytes_second)
{
    *r = (struct race){.sink = {race_tell}, .heard = h->steps, .heap = h};
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->changed, NULL);
    for (unsigned i = 0; i < 2; i++) {
        struct race_thread *t = &r->thread[i];
        *t = (struct race_thread){
            .race = r, .bytes = i == 0 ? bytes_first : bytes_second, .state = RACE_READY};
        if (pthread_create(&t->thread, NULL, race_run, t) == 0) continue;
        if (i == 1) { /* the first has not touched the heap; let it end, with nothing to allocate */
            r->thread[0].bytes = 0;
            race_step(r, 0, true);
            pthread_join(r->thread[0].thread, NULL);
        }
        race_release(r);
        return false;
    }
    h->steps = &r->sink;
    return true;
}

void race_step(struct race *r, unsigned thread, bool over_probes)
{
    struct race_thread *t = &r->thread[thread], *other = &r->thread[1 - thread];
    pthread_mutex_lock(&r->mutex);
    if (t->state == RACE_READY || t->state == RACE_HELD) {
        t->over_probes = over_probes;
        t->go = true;
        t->state = RACE_RUNNING;
        pthread_cond_broadcast(&r->changed);
        while (t->state == RACE_RUNNING)
            pthread_cond_wait(&r->changed, &r->mutex);
        /* Done, it has given the lock back, if there is one: the other has it in a moment. */
        while (t->state == RACE_DONE &&
               (other->state == RACE_WAITING || other->state == RACE_RUNNING))
            pthread_cond_wait(&r->changed, &r->mutex);
    }
    pthread_mutex_unlock(&r->mutex);
}

static void race_finish(struct race *r, unsigned thread)
{
    while (r->thread[thread].state != RACE_DONE && r->thread[thread].state != RACE_WAITING)
        race_step(r, thread, true);
}

void race_end(struct race *r)
{
    for (unsigned i = 0; i < 4; i++)
        race_finish(r, i % 2);
    for (unsigned i = 0; i < 2; i++)
        pthread_join(r->thread[i].thread, NULL);
    r->heap->steps = r->heard;
    race_release(r);
}
