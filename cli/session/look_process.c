/* look_process.c: a picture of a process that runs by itself. What is read while it runs may be
 * torn: then it is read again, and after some tries while its threads are held. Only what agrees is
 * a picture; what stays wrong while it is held is damage. */
#include <time.h>

#include "cli/session/attempt.h"
#include "cli/session/session_private.h"
#include "cli/source/source.h"

#define TRIES_RUNNING 4
#define HELD_SHARE 0.01
#define HELD_FIRST 1.0 /* seconds: so much is forgiven at the beginning */
#define TRIES_PAUSED 8
#define TRIES_OUTSIDE 30
#define TRIES_HELD 6 /* between them it is let go: it may have been caught inside malloc */

static bool hopeless(const struct attempt *a)
{
    const struct session *s = a->session;
    return a->no_memory || a->stopped || s->memory.gone || s->memory.refused || !s->target.alive;
}

static double seconds(const struct timespec *from)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - from->tv_sec) + (double)(now.tv_nsec - from->tv_nsec) / 1e9;
}

static bool try_running(struct attempt *a)
{
    for (int i = 0; i < TRIES_RUNNING; i++) {
        if (i > 0) attempt_again(a);
        attempt_read(a);
        if (attempt_build(a)) {
            ++*(i == 0 ? &a->watch->n.whole : &a->watch->n.again);
            return true;
        }
        if (hopeless(a)) return false;
        a->watch->n.torn += a->watch->maps_error == 0;
    }
    return false;
}

static void rest(int tries)
{
    struct timespec t = {.tv_nsec = 1000000L << tries};
    nanosleep(&t, NULL);
}

/* Has a thread one of the arenas' locks, so that what is in that arena is in change? The lock is
 * the first word of malloc_state, as glibc's low-level locks are. */
static bool is_locked(struct attempt *a)
{
    const struct glibc_heap *h = &a->watch->heap;
    for (size_t i = 0; i < h->n_arenas; i++) {
        int32_t lock = 0;
        size_t n = session_read(a->session, h->arena[i].address, &lock, sizeof lock);
        if (n == sizeof lock && lock != 0) return true;
    }
    return false;
}

static void let_go(struct attempt *a, const struct timespec *from)
{
    a->session->target.source->resume(&a->session->target);
    a->watch->held_seconds += seconds(from);
}

/* Hold it, at a moment when no thread is within an arena, if there is one soon; *from is when that
 * began. */
static bool hold_outside(struct attempt *a, struct timespec *from)
{
    struct session *s = a->session;
    for (int i = 0;; i++) {
        clock_gettime(CLOCK_MONOTONIC, from);
        if (!s->target.source->pause(&s->target)) return false;
        if (i == TRIES_OUTSIDE || !is_locked(a)) return true;
        let_go(a, from);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
}

/* What is wrong each time that its threads are held at another place is damage: then the last try
 * is the picture. */
static bool try_held(struct attempt *a)
{
    for (int i = 0; i < TRIES_HELD; i++) {
        struct timespec from;
        attempt_again(a);
        if (!hold_outside(a, &from)) return false;
        a->held = true;
        attempt_read(a);
        let_go(a, &from);
        if (attempt_build(a)) {
            a->watch->n.held++;
            return true;
        }
        if (hopeless(a)) return false;
        a->watch->n.torn += a->watch->maps_error == 0;
        if (i + 1 < TRIES_HELD) rest(i);
    }
    return a->snapshot != NULL;
}

/* It does not change: whatever is seen is the picture. */
static bool try_paused(struct attempt *a)
{
    a->held = true;
    attempt_read(a);
    bool whole = attempt_build(a);
    if (whole) a->watch->n.held++;
    if (!whole && !hopeless(a)) a->watch->n.torn += a->watch->maps_error == 0;
    return a->snapshot != NULL;
}

bool session_pause(struct session *s)
{
    for (int i = 0; i < TRIES_PAUSED; i++) {
        struct attempt a = {.session = s, .watch = s->watch};
        struct timespec from;
        if (!hold_outside(&a, &from))
            return session_fail(s, "its threads can't be held: %s", s->target.process->not_held);
        s->watch->paused = true;
        if (session_look(s) && s->watch->sound) return true;
        if (!s->target.alive || s->stop || i + 1 == TRIES_PAUSED) break;
        session_continue(s); /* it may have been caught inside malloc */
        rest(i);
    }
    return s->target.alive;
}

void session_continue(struct session *s)
{
    s->target.source->resume(&s->target);
    s->watch->paused = false;
}

/* A look that nobody asked for holds it for a hundredth of the time at most. */
static bool may_hold(const struct watch *w)
{
    bool dear = w->n_kept > 0 && w->held_seconds > HELD_SHARE * (HELD_FIRST + seconds(&w->first));
    return !w->never_stop && (!w->unasked || !dear);
}

struct snapshot *session_look_at_process(struct session *s, bool *stopped)
{
    struct timespec from;
    struct attempt a = {.session = s,
                        .watch = s->watch,
                        .damage = {.field = FIELD_N},
                        .room = s->snapshot ? snapshot_n_blocks(s->snapshot) + 64 : 64};
    clock_gettime(CLOCK_MONOTONIC, &from);
    bool ok = a.watch->paused ? try_paused(&a) : try_running(&a);
    if (!ok && !hopeless(&a) && !a.watch->paused && may_hold(a.watch)) ok = try_held(&a);
    a.watch->cost = seconds(&from);
    *stopped = a.stopped;
    if (!ok) {
        attempt_again(&a);
        a.watch->n.failed++;
        return NULL;
    }
    s->damage = a.damage;
    a.watch->sound = a.whole;
    watch_note(a.watch, a.snapshot);
    return a.snapshot;
}
