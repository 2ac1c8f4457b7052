/* attempt.c: from glibc's heap as it was read to a snapshot. */
#include "cli/session/attempt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/session/session_private.h"
#include "cli/source/segments.h"

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
        .block_header = CHUNK_BLOCK_HEADER,
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

void attempt_read(struct attempt *a)
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

bool attempt_build(struct attempt *a)
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

void attempt_again(struct attempt *a)
{
    if (a->snapshot) session_let_go(a->session, a->snapshot);
    a->snapshot = NULL;
    a->damage = (struct walk_damage){.field = FIELD_N};
    a->n_met = 0;
}
