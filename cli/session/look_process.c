/* look_process.c: a picture of a process that runs by itself. What is read while it runs may be
 * torn: then it is read again, and after some tries while its threads are held. Only what agrees is
 * a picture; what stays wrong while it is held is damage. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/free_blocks.h"
#include "cli/session/session_private.h"
#include "cli/session/watch.h"
#include "cli/source/segments.h"
#include "cli/source/source.h"

#define TRIES_RUNNING 4
#define HELD_SHARE 0.01
#define HELD_FIRST 1.0 /* seconds: so much is forgiven at the beginning */
#define TRIES_PAUSED 8
#define TRIES_OUTSIDE 30
#define TRIES_HELD 6 /* between them it is let go: it may have been caught inside malloc */

/* One try. */
struct attempt {
    struct session *session;
    struct watch *watch;
    struct snapshot *snapshot;
    const struct snapshot *older; /* whose first region begins there, too; NULL */
    struct free_blocks free;
    struct walk_damage damage; /* the first one */
    uint64_t n_met;
    size_t room; /* for blocks */
    enum glibc_result found;
    uint64_t start, brk;
    bool whole; /* all agreed */
    bool held; /* its threads are: what does not agree may be damage, and is shown */
    bool no_memory, stopped;
};

static bool visit_block(void *user, const struct walk_block *b)
{
    struct attempt *a = user;
    if (!session_go_on_at(a->session, ++a->n_met)) a->stopped = true;
    struct snapshot_block block = {.address = b->address,
                                   .size = b->size,
                                   .header = b->state == WALK_IS_DAMAGED ? 0 : b->header,
                                   .requested = b->state == WALK_USED ? b->size - b->header : 0,
                                   .state = session_block_state(b->state)};
    if (b->state == WALK_IS_FREE && !free_blocks_add(&a->free, 0)) a->no_memory = true;
    if (a->older && b->region == 0 && snapshot_add_as_in(a->snapshot, a->older, &block))
        return !a->no_memory && !a->stopped;
    if (!snapshot_add_block(a->snapshot, &block)) a->no_memory = true;
    return !a->no_memory && !a->stopped;
}

/* What is like the older picture, and of which there is no more to be said than that it is used. */
static size_t visit_run(void *user, const struct glibc_run *r)
{
    struct attempt *a = user;
    const struct snapshot_run run = {.address = r->address,
                                     .end = r->end,
                                     .word = r->word,
                                     .n = r->n < SESSION_ITEMS ? r->n : SESSION_ITEMS - 1,
                                     .header = CHUNK_BLOCK_HEADER};
    size_t n = snapshot_add_run_as_in(a->snapshot, a->older, &run);
    bool asks = a->n_met / SESSION_ITEMS != (a->n_met + n) / SESSION_ITEMS;
    a->n_met += n;
    if (asks && !session_go_on(a->session)) a->stopped = true;
    return n;
}

static bool visit_free(void *user, const struct glibc_listed *block)
{
    struct attempt *a = user;
    size_t i = free_blocks_find(&a->free, block->address);
    if (i != SIZE_MAX && !snapshot_add_free(a->snapshot, a->free.index[i])) a->no_memory = true;
    return !a->no_memory;
}

/* A process has no more mappings than fit into memory; those of a program are some hundreds. */
static struct glibc_map *maps_for_format(const struct maps *maps, size_t *n)
{
    struct glibc_map *to = malloc((maps->n + 1) * sizeof *to);
    for (*n = 0; to && *n < maps->n; ++*n) {
        const struct map *m = &maps->map[*n];
        to[*n] = (struct glibc_map){.start = m->start,
                                    .end = m->end,
                                    .readable = m->readable,
                                    .writable = m->writable,
                                    .anonymous = m->kind == MAPS_ANONYMOUS && !m->shared,
                                    .heap = m->kind == MAPS_HEAP,
                                    .program = m->program,
                                    .libc = m->libc};
    }
    return to;
}

static void add_segments(struct session *s, struct snapshot *snapshot, uint64_t brk)
{
    struct segments segments;
    process_segments(s->watch->process, brk, &segments);
    for (size_t i = 0; i < segments.n; i++)
        if (!snapshot_add_segment(snapshot, &segments.segment[i])) s->no_memory = true;
    snprintf(s->unseen, sizeof s->unseen, "%s", segments.unseen);
}

static enum region_kind region_kind(enum glibc_region_kind kind)
{
    static const enum region_kind kinds[] = {
        [GLIBC_BRK] = REGION_BRK, [GLIBC_ARENA] = REGION_ARENA, [GLIBC_MAPPED] = REGION_MAPPED};
    return kinds[kind];
}

static struct snapshot *begin(struct attempt *a, uint64_t start, uint64_t brk)
{
    const struct snapshot_head head = {
        .title = a->watch->process->name,
        .policy = a->watch->kind == WATCH_FOREIGN ? "" : "glibc",
        .pid = a->session->target.pid,
        .alive = true,
        .ended = "",
        .unasked = true,
        .heap_start = start,
        .brk = brk,
        .page_bytes = a->session->target.hello.page_bytes,
        .limit = UINT64_MAX,
        .block_header = 8,
    };
    a->snapshot = snapshot_new_in(a->session->spare, &head, a->room);
    a->session->spare = NULL;
    if (a->snapshot) a->free = free_blocks_of(a->snapshot, 0);
    a->no_memory = a->snapshot == NULL;
    return a->snapshot;
}

/* The blocks of all regions. WALK_OK, WALK_DAMAGED: some of it does not agree, or WALK_STOPPED. */
static enum walk_result add_regions(struct attempt *a)
{
    const struct glibc_heap *h = &a->watch->heap;
    enum walk_result worst = WALK_OK;
    for (size_t i = 0; i < h->n_regions && !a->no_memory; i++) {
        const struct snapshot_region r = {region_kind(h->region[i].kind), h->region[i].start,
                                          h->region[i].end};
        if (!snapshot_add_region(a->snapshot, &r)) a->no_memory = true;
    }
    const struct snapshot *last = a->session->snapshot;
    bool same = last && h->n_regions > 0 && snapshot_region(last, 0)->start == h->region[0].start;
    a->older = same && snapshot_n_blocks(last) > 0 ? last : NULL;
    for (size_t i = 0; i < h->n_regions && !a->no_memory && !a->stopped; i++) {
        struct walk_damage damage = {.field = FIELD_N};
        enum walk_result r =
            glibc_walk_runs(h, i, &a->session->memory.memory, a->older && i == 0 ? visit_run : NULL,
                            visit_block, a, &damage);
        if (r == WALK_OK) continue;
        if (worst == WALK_OK) a->damage = damage, worst = r;
        const struct snapshot_block rest = {
            .address = damage.end, .size = h->region[i].end - damage.end, .state = BLOCK_DAMAGED};
        if (rest.size > 0 && !a->stopped && !snapshot_add_block(a->snapshot, &rest))
            a->no_memory = true;
    }
    if (a->damage.at != 0) snapshot_note_damage(a->snapshot, a->damage.at);
    if (!snapshot_room_for_free(a->snapshot, a->free.n)) a->no_memory = true;
    if (!a->no_memory && !a->stopped) glibc_free_list(h, visit_free, a);
    return worst;
}

/* Where every block is sound, it is the lists that do not agree. */
static void add_list_damage(struct attempt *a)
{
    struct check_finding first;
    if (a->damage.at == 0 && a->snapshot && glibc_check(&a->watch->heap, &first, 1) > 0)
        snapshot_set_list_damage(a->snapshot, first.address);
}

/* No blocks can be read: the heap up to brk is nobody's that is known. */
static void add_unknown(struct attempt *a, uint64_t start, uint64_t brk)
{
    const struct snapshot_block all = {
        .address = start, .size = brk - start, .state = BLOCK_FOREIGN};
    if (brk > start && !snapshot_add_block(a->snapshot, &all)) a->no_memory = true;
}

/* Whose heap it is, in words where its blocks can't be read. */
static void judge_kind(struct watch *w, enum glibc_result found)
{
    enum process_allocator whose = process_allocator(w->process);
    bool other = !process_allocator_may_be_glibc(whose, w->process);
    w->kind = found == GLIBC_OK || found == GLIBC_TORN ? WATCH_GLIBC
              : found == GLIBC_NONE && !other          ? WATCH_NONE
                                                       : WATCH_FOREIGN;
    w->words[0] = '\0';
    if (w->kind == WATCH_FOREIGN && *process_allocator_name(whose) && other)
        snprintf(w->words, sizeof w->words,
                 "its allocator is %s: how its blocks lie is not known here; brk, segments and "
                 "memory are shown",
                 process_allocator_name(whose));
    else if (w->kind == WATCH_FOREIGN)
        snprintf(w->words, sizeof w->words,
                 "its heap is not as glibc's malloc keeps it, and whose it is can't be told; brk, "
                 "segments and memory are shown");
}

/* Another program in the same process: nothing that was known of the heap is so any more. */
static void see_exec(struct session *s)
{
    struct watch *w = s->watch;
    if (!process_has_execed(w->process)) return;
    glibc_release(&w->heap);
    s->target.layout = w->process->layout;
    w->n_execs++;
}

/* Read it, which is what must be done at one moment; what is made of it is not. */
static void read_heap(struct attempt *a)
{
    struct session *s = a->session;
    struct watch *w = a->watch;
    size_t n;
    a->found = GLIBC_UNREADABLE;
    see_exec(s);
    w->maps_error = process_maps_refresh(w->process) ? 0 : errno;
    if (w->maps_error) return;
    process_brk(w->process, &a->start, &a->brk);
    struct glibc_map *maps = maps_for_format(&w->process->maps, &n);
    w->heap.held = a->held;
    a->found = maps ? glibc_look(&w->heap, &s->memory.memory, maps, n, a->brk) : GLIBC_NO_MEMORY;
    free(maps);
    a->no_memory = a->no_memory || a->found == GLIBC_NO_MEMORY;
}

/* Make a->snapshot of what was read. True: it agrees. */
static bool build(struct attempt *a)
{
    struct session *s = a->session;
    struct watch *w = a->watch;
    if (a->found == GLIBC_NO_MEMORY || a->found == GLIBC_UNREADABLE) return false;
    if (a->found == GLIBC_TORN && !a->held) return false;
    judge_kind(w, a->found);
    if (!begin(a, a->start, a->brk)) return false;
    add_segments(s, a->snapshot, a->brk);
    if (w->kind == WATCH_GLIBC) {
        if (add_regions(a) != WALK_OK) a->found = GLIBC_TORN;
        if (a->found == GLIBC_TORN) add_list_damage(a);
    } else {
        add_unknown(a, a->start, a->brk);
    }
    free_blocks_release(&a->free);
    if (a->no_memory || a->stopped || !snapshot_finish(a->snapshot)) {
        snapshot_free(a->snapshot);
        a->snapshot = NULL;
    }
    s->target.hello.heap_start = a->start;
    s->target.brk = a->brk;
    return a->whole = a->snapshot != NULL && a->found != GLIBC_TORN;
}

static void again(struct attempt *a)
{
    if (a->snapshot) session_let_go(a->session, a->snapshot);
    a->snapshot = NULL;
    a->damage = (struct walk_damage){.field = FIELD_N};
    a->n_met = 0;
}

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
        if (i > 0) again(a);
        read_heap(a);
        if (build(a)) {
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

/* Hold it, at a moment when no thread is within an arena, if there is one soon. */
static bool hold_outside(struct attempt *a)
{
    struct session *s = a->session;
    for (int i = 0;; i++) {
        if (!s->target.source->pause(&s->target)) return false;
        if (i == TRIES_OUTSIDE || !is_locked(a)) return true;
        s->target.source->resume(&s->target);
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
}

/* What is wrong each time that its threads are held at another place is damage: then the last try
 * is the picture. */
static bool try_held(struct attempt *a)
{
    struct session *s = a->session;
    for (int i = 0; i < TRIES_HELD; i++) {
        struct timespec from;
        clock_gettime(CLOCK_MONOTONIC, &from);
        again(a);
        if (!hold_outside(a)) return false;
        a->held = true;
        read_heap(a);
        s->target.source->resume(&s->target);
        a->watch->held_seconds += seconds(&from);
        if (build(a)) {
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
    read_heap(a);
    bool whole = build(a);
    if (whole) a->watch->n.held++;
    if (!whole && !hopeless(a)) a->watch->n.torn += a->watch->maps_error == 0;
    return a->snapshot != NULL;
}

bool session_pause(struct session *s)
{
    for (int i = 0; i < TRIES_PAUSED; i++) {
        struct attempt a = {.session = s, .watch = s->watch};
        if (!hold_outside(&a))
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
        again(&a);
        a.watch->n.failed++;
        return NULL;
    }
    s->damage = a.damage;
    a.watch->sound = a.whole;
    watch_note(a.watch, a.snapshot);
    return a.snapshot;
}
