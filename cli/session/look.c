/* look.c: from a walk of the heap from outside, and the ledger, to a snapshot. The target is asked
 * nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/look_private.h"
#include "cli/session/watch.h"
#include "cli/source/own_target.h"
#include "cli/source/segments.h"
#include "cli/source/source.h"

/* ── Blocks ── */

/* Payloads are asked for in order of address. */
static bool is_touched(struct look *l, uint64_t payload)
{
    while (l->touched[l->at_touched] < payload)
        l->at_touched++;
    return l->touched[l->at_touched] == payload;
}

/* Whose it is, and how much was asked for. */
static void ask_ledger(const struct look *l, uint64_t payload, struct snapshot_block *block)
{
    struct ledger_known known = look_known_at(l, payload);
    uint64_t most = block->size - block->header;
    switch (block->state) {
    case BLOCK_USED: /* used, but nobody's of ours: as on a damaged heap */
        block->id = known.live ? known.id : 0;
        block->requested = known.live && known.requested < most ? known.requested : most;
        break;
    case BLOCK_FREE: /* of a block that moved, the id is elsewhere: one name for one block */
        block->id = known.moved ? 0 : known.id;
        break;
    case BLOCK_DAMAGED: /* what it is asked for is told no more, but whose it is */
        block->id = known.live ? known.id : 0;
        break;
    default: /* in quarantine it is nobody's; foreign ones never were anybody's */
        break;
    }
}

static bool visit_block(void *user, const struct walk_block *b)
{
    struct look *l = user;
    if (!look_goes_on(l)) return false;
    struct snapshot_block block = {.address = b->address,
                                   .size = b->size,
                                   .header = b->header,
                                   .state = session_block_state(b->state)};
    uint64_t payload = b->address + (walk_is_used(b->state) ? b->header : l->front);
    if (b->state == WALK_IS_DAMAGED) block.header = 0;
    bool is_free =
        b->state == WALK_IS_FREE || (b->state == WALK_IS_DAMAGED &&
                                     b->would_be == WALK_IS_FREE); /* the list goes on through it */
    if (is_free && !free_blocks_add(&l->free, b->next_free)) l->no_memory = true;
    if (l->older && block.state != BLOCK_DAMAGED && !is_touched(l, payload) &&
        snapshot_add_as_in(l->snapshot, l->older, &block))
        return !l->no_memory;
    ask_ledger(l, payload, &block);
    if (!snapshot_add_block(l->snapshot, &block)) l->no_memory = true;
    return !l->no_memory;
}

/* ── The free list ── */

static bool found_free_at(const struct walk_found *self, uintptr_t block, uintptr_t *next)
{
    struct look *l =
        (struct look *)((uintptr_t)self - offsetof(struct look, found)); /* NOLINT: container of */
    size_t i = l->found_at = free_blocks_find(&l->free, block);
    if (i == SIZE_MAX) return false;
    *next = l->by_address ? free_blocks_address(&l->free, i + 1) : l->free.next[i];
    return true;
}

/* The block is the one that was found last. */
static bool visit_free(void *user, uintptr_t block)
{
    struct look *l = user;
    (void)block;
    if (!look_goes_on(l)) return false;
    if (!snapshot_add_free(l->snapshot, l->free.index[l->found_at])) l->no_memory = true;
    return !l->no_memory;
}

static void look_at_free_list(struct look *l, const struct heap_root *root)
{
    uintptr_t damaged = 0;
    l->by_address = block_format_of((enum heap_policy)root->policy)->list ==
                    BLOCK_LIST_ALL; /* its list is the blocks themselves */
    if (!snapshot_room_for_free(l->snapshot, l->free.n)) l->no_memory = true;
    l->found = (struct walk_found){found_free_at, free_blocks_address(&l->free, 0), l->free.n};
    if (walk_free_list(root, &l->found, visit_free, l, &damaged) == WALK_DAMAGED)
        snapshot_set_list_damage(l->snapshot, damaged);
}

/* ── The whole ── */

static void add_segments(struct session *s, struct snapshot *snapshot, uint64_t brk)
{
    struct segments segments;
    s->target.source->segments(&s->target, brk, &segments);
    s->no_memory = s->no_memory || segments.no_memory;
    for (size_t i = 0; i < segments.n; i++)
        if (!snapshot_add_segment(snapshot, &segments.segment[i])) s->no_memory = true;
    snprintf(s->unseen, sizeof s->unseen, "%s", segments.unseen);
}

/* The walk ended at damage->end, and nobody can tell what follows: shown as one damaged block,
 * which is called by the id of the one that begins there if its word is the false one. */
static void add_rest(struct look *l, const struct walk_damage *damage, uint64_t brk)
{
    struct snapshot_block rest = {
        .address = damage->end, .size = brk - damage->end, .state = BLOCK_DAMAGED};
    struct ledger_known known = look_known_at(l, damage->end + l->front);
    if (damage->block == damage->end && known.live) rest.id = known.id;
    if (rest.size > 0 && !snapshot_add_block(l->snapshot, &rest)) l->no_memory = true;
    snapshot_add_damage(l->snapshot, brk);
}

static int ascending(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The picture that there is tells whose the blocks are, if it is one of this heap with payloads
 * where they are now. */
static void use_older(struct look *l)
{
    struct session *s = l->session;
    const struct ledger *ledger = &s->ledger;
    gather_init(&l->gather, &s->memory, s->snapshot);
    if (!s->snapshot || ledger->n_touched > LEDGER_TOUCHED_MAX || s->looked_front != l->front)
        return;
    if (snapshot_n_regions(s->snapshot) != 1 || snapshot_head(s->snapshot)->heap_start != l->base)
        return;
    l->older = s->snapshot;
    size_t n = ledger->n_touched;
    memcpy(l->touched, ledger->touched, n * sizeof *l->touched);
    qsort(l->touched, n, sizeof *l->touched, ascending);
    l->touched[n] = UINT64_MAX;
}

static void look_at_blocks(struct session *s, struct look *l, uint64_t brk)
{
    struct walk_damage *damage = &s->damage;
    uint64_t start = s->target.hello.heap_start;
    enum walk_result r = walk_root(&s->memory.memory, s->target.hello.root_address, &s->root);
    *damage = (struct walk_damage){.field = FIELD_N};
    if (r == WALK_OK && s->root.start != start) r = WALK_NO_ROOT;
    if (s->setup.policy == HEAP_OWN) {
        look_at_own(l, brk);
        return;
    }
    if (r == WALK_OK && !block_is_recorded((enum heap_policy)s->root.policy)) {
        look_at_bump(l, brk);
        return;
    }
    l->front = block_front_bytes(&s->root);
    use_older(l);
    if (r == WALK_OK) r = walk_blocks(&s->root, brk, &l->gather.memory, visit_block, l, damage);
    if (*walk_root_text(r) != '\0')
        *damage = (struct walk_damage){.at = start, .field = FIELD_N, .end = start};
    if (l->no_memory || l->stopped) return;
    if (damage->at != 0) snapshot_note_damage(l->snapshot, damage->at);
    if (damage->at != 0 && (damage->end < brk || *walk_root_text(r) != '\0'))
        add_rest(l, damage, brk);
    if (*walk_root_text(r) == '\0' && !l->no_memory) look_at_free_list(l, &s->root);
}

static void look_init(struct look *l, struct session *s, uint64_t start)
{
    memset(l, 0, offsetof(struct look, gather));
    gather_init(&l->gather, &s->memory, NULL);
    l->session = s;
    l->base = start;
}

static const char *policy_title(const struct session *s, char *text, size_t bytes)
{
    const char *name = heap_policy_name(s->setup.policy);
    if (s->setup.policy != HEAP_OWN) return name;
    snprintf(text, bytes, "%s (%s)", name, s->setup.own->title);
    return text;
}

/* *stopped: it was told to end before it had seen all. */
static struct snapshot *look_alive(struct session *s, bool *stopped)
{
    uint64_t start = s->target.hello.heap_start, brk = s->target.brk;
    char policy[96];
    if (brk < start) brk = start;
    if (brk - start >= SESSION_HEAP_MAX) brk = start + SESSION_HEAP_MAX - HEAP_ALIGN;
    bool own = s->setup.policy == HEAP_OWN;
    if (own && !look_choose_own(s, start, brk)) return NULL;
    struct snapshot_head head = {
        .title = "lab",
        .policy = policy_title(s, policy, sizeof policy),
        .pid = s->target.pid,
        .alive = true,
        .ended = "",
        .remembered =
            own ? s->own.source == OWN_SOURCE_SESSION : !block_is_recorded(s->setup.policy),
        .source = own ? own_source_name(s->own.source) : NULL,
        .randomised = s->target.hello.randomised != 0,
        .heap_start = start,
        .brk = brk,
        .page_bytes = s->target.hello.page_bytes,
        .limit = s->setup.limit,
        .block_header = block_header_bytes(s->setup.policy),
        .guard_bytes = s->setup.value[HEAP_CANARY] ? GUARD_FRONT + GUARD_REAR : 0,
        .grain = block_format_of(s->setup.policy)->grain,
    };
    struct look l; /* the headers that are gathered need not be cleared */
    look_init(&l, s, start);
    size_t most = s->snapshot ? snapshot_n_blocks(s->snapshot) + 16 : 16;
    l.snapshot = snapshot_new_in(s->spare, &head, most);
    s->spare = NULL;
    if (l.snapshot) {
        l.free =
            free_blocks_in(&s->free, l.snapshot, s->snapshot ? snapshot_n_free(s->snapshot) : 0);
        add_segments(s, l.snapshot, brk);
        if (own && !look_add_runs(s, l.snapshot, brk)) l.no_memory = true;
        look_at_blocks(s, &l, brk);
        *stopped = l.stopped;
        if (l.no_memory || l.stopped || !snapshot_finish(l.snapshot)) {
            snapshot_free(l.snapshot);
            l.snapshot = NULL;
        }
        s->free = l.free;
    }
    if (l.snapshot) s->seen_front = l.front;
    return l.snapshot;
}

/* The last picture again, with the news that the target is dead. */
static struct snapshot *look_dead(struct session *s)
{
    struct snapshot_head head = *snapshot_head(s->snapshot);
    head.alive = false;
    head.ended = s->target.ended;
    return snapshot_copy(s->snapshot, &head);
}

static const char *why_unseen(const struct watch *w, char *text, size_t bytes)
{
    if (!w->maps_error) return "the heap was in change at every try";
    snprintf(text, bytes, "what it has mapped can't be read (%s)%s", strerror(w->maps_error),
             w->maps_error == EACCES || w->maps_error == EPERM
                 ? ", as of a program that runs for another user"
                 : "");
    return text;
}

struct snapshot *session_picture(struct session *s)
{
    bool stopped = false, stopped_before = s->stop != 0;
    if (stopped_before)
        s->stop = 0; /* what was stopped before is looked at; only a new stop ends this */
    struct snapshot *now = !s->target.alive ? look_dead(s)
                           : s->watch       ? session_look_at_process(s, &stopped)
                                            : look_alive(s, &stopped);
    if (stopped_before) s->stop = 1;
    bool ended = !now && s->watch && s->target.alive && s->target.source->has_ended(&s->target);
    if (ended && s->snapshot) return look_dead(s);
    if (ended) {
        snprintf(s->error, sizeof s->error, "the program was %s before anything was seen",
                 s->target.ended);
        return NULL;
    }
    if (s->target.alive &&
        s->memory.gone) { /* it died under our eyes: what was read of it is no picture */
        snapshot_free(now);
        if (!s->target.source->has_ended(&s->target))
            session_end_target(s, &s->target, s->watch ? "ended a moment ago" : "gone");
        if (!s->snapshot)
            return snprintf(s->error, sizeof s->error, "the target was %s before anything was seen",
                            s->target.ended),
                   NULL;
        now = look_dead(s);
    }
    if (now && s->target.alive && process_memory_refused(&s->memory, s->error, sizeof s->error)) {
        snapshot_free(now); /* nor is what could not be read */
        return NULL;
    }
    if (!now) {
        char maps[160];
        snprintf(s->error, sizeof s->error, "%s%s",
                 stopped     ? "interrupted while the heap was looked at"
                 : !s->watch ? "brkview has no memory left to draw the heap"
                             : why_unseen(s->watch, maps, sizeof maps),
                 s->snapshot ? ": the picture is an older one" : "");
    }
    return now;
}
