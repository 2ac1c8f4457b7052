/* watch.c: the account of looks. Looking is in look_process.c. */
#include "cli/session/watch.h"

#include <stdlib.h>
#include <string.h>

#define END_SECONDS 2.0
#define SHARE 10.0 /* looks take at most one part of so many of the time */

struct watch *watch_new(const struct watch_setup *setup)
{
    struct watch *w = calloc(1, sizeof *w);
    if (!w) {
        watch_drop(setup);
        return NULL;
    }
    w->process = setup->process;
    w->program = setup->program;
    w->rate = setup->rate;
    w->never_stop = setup->never_stop;
    return w;
}

void watch_drop(const struct watch_setup *setup)
{
    process_release(setup->process);
    free(setup->process);
    if (!setup->program || setup->lends_program) return;
    spawn_end(&setup->program->spawn, END_SECONDS); /* it was started to be watched */
    pty_program_release(setup->program);
    free(setup->program);
}

void watch_free(struct watch *w)
{
    if (!w) return;
    for (size_t i = 0; i < w->n_kept; i++)
        snapshot_free(w->kept[i].snapshot);
    glibc_release(&w->heap);
    watch_drop(&(struct watch_setup){.process = w->process, .program = w->program});
    free(w);
}

static void grow(uint64_t *peak, uint64_t now)
{
    if (*peak < now) *peak = now;
}

static double between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) + (double)(to->tv_nsec - from->tv_nsec) / 1e9;
}

/* ── Looks to be played back ── */

static void drop(struct watch *w, size_t i)
{
    w->kept_bytes -= snapshot_memory_bytes(w->kept[i].snapshot);
    snapshot_free(w->kept[i].snapshot);
}

static void thin(struct watch *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_kept; i++)
        if (i % 2 == 0)
            w->kept[n++] = w->kept[i];
        else
            drop(w, i);
    w->n_kept = n;
    w->keep_every = w->keep_every > 0 ? w->keep_every * 2 : 2 / w->rate;
}

static void keep(struct watch *w, struct snapshot *snapshot, double at)
{
    if (w->n_kept > 0 && at - w->kept[w->n_kept - 1].at < w->keep_every) return;
    uint64_t bytes = snapshot_memory_bytes(snapshot);
    while (w->n_kept > 1 &&
           (w->n_kept == WATCH_KEPT_MAX || w->kept_bytes + bytes > WATCH_KEPT_BYTES))
        thin(w);
    w->kept_bytes += bytes;
    w->kept[w->n_kept++] = (struct watch_kept){snapshot_hold(snapshot), at};
}

void watch_note(struct watch *w, struct snapshot *snapshot)
{
    const struct snapshot_stats *n = snapshot_stats(snapshot);
    const struct watch_moment now = {n->heap_bytes, n->live_bytes, n->free_bytes, n->cached_bytes};
    if (w->n_moments == WATCH_MOMENTS_MAX) {
        w->n_moments /= 2;
        memmove(w->moment, w->moment + WATCH_MOMENTS_MAX - w->n_moments,
                w->n_moments * sizeof *w->moment);
    }
    w->moment[w->n_moments++] = now;
    grow(&w->peak.heap, now.heap);
    grow(&w->peak.live, now.live);
    grow(&w->peak.free, now.free);
    grow(&w->peak.cached, now.cached);
    clock_gettime(CLOCK_MONOTONIC, &w->seen);
    if (w->n_kept == 0) w->first = w->seen;
    keep(w, snapshot, between(&w->first, &w->seen));
}

double watch_age(const struct watch *w)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return between(&w->seen, &now);
}

static double period(const struct watch *w)
{
    double asked = 1 / w->rate, dear = w->cost * SHARE;
    return asked > dear ? asked : dear;
}

#define FIRST_SECONDS 0.002 /* from the first look to the second; each time it doubles */

double watch_wait(const struct watch *w)
{
    uint64_t n = w->n.whole + w->n.again + w->n.held;
    double early = n < 10 ? FIRST_SECONDS * (double)(1u << n) : 1e9;
    if (early < w->cost * SHARE) early = 1e9;
    double left = (early < period(w) ? early : period(w)) - watch_age(w);
    return left > 0 ? left : 0;
}

double watch_rate(const struct watch *w) { return 1 / period(w); }
