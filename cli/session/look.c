/* look.c: from a walk of the heap from outside, and the ledger, to a snapshot. The target is asked nothing. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/sound.h"
#include "cli/source/proc.h"
#include "cli/source/segments.h"

/* A free block: where it lies and where its link leads, as offsets from the heap's start in grains, and its place in the snapshot. */
struct free_block {
    uint32_t at, next, index;
};
#define LINK_END 0u /* no next block: a link to the heap's start is told apart by LINK_START */
#define LINK_START (UINT32_MAX - 1)
#define LINK_WILD UINT32_MAX /* leads nowhere in the heap */

/* A snapshot in the making. */
struct look {
    struct snapshot *snapshot;
    struct process_memory *memory;
    struct session *session;
    const struct ledger *ledger;
    const struct ledger_place *place; /* the ledger, by address */
    size_t n_places, at; /* at: the first one not passed yet */
    uint64_t base;
    uint32_t front; /* bytes of a used block before its payload, by which the ledger knows it */
    struct free_block *free; /* ascending */
    size_t n_free, room_free;
    size_t hint; /* where the last search of free_at ended */
    size_t gap; /* and behind which of the ledger's gaps the last one found stands */
    struct walk_found found;
    uint64_t n_met;
    bool no_memory, stopped;
};

/* ── Blocks ── */

/* What the ledger knows of a payload. */
struct known {
    uint32_t id;
    bool live;
    bool moved; /* it was left by a realloc */
    uint64_t requested;
};

/* The newest entry at payload; id 0 if there is none. */
static struct known known_at(struct look *l, uint64_t payload)
{
    uint64_t grain = (payload - l->base) / SNAPSHOT_GRAIN;
    struct known best = {0};
    while (l->at < l->n_places && l->place[l->at].grain < grain)
        l->at++;
    for (; l->at < l->n_places && l->place[l->at].grain == grain; l->at++) {
        struct known k;
        k.id = ledger_at_place(l->ledger, &l->place[l->at], &k.live, &k.requested);
        k.moved = ledger_was_moved(l->ledger, &l->place[l->at]);
        if (!best.live) best = k;
    }
    return best;
}

static uint32_t link_of(const struct look *l, uint64_t next)
{
    uint64_t offset = next - l->base;
    if (next == 0) return LINK_END;
    if (next < l->base || offset % SNAPSHOT_GRAIN || offset >= SESSION_HEAP_MAX) return LINK_WILD;
    return offset == 0 ? LINK_START : (uint32_t)(offset / SNAPSHOT_GRAIN);
}

static bool free_add(struct look *l, uint64_t address, uint64_t next, uint32_t index)
{
    if (l->n_free == l->room_free) {
        size_t room = l->room_free ? l->room_free + l->room_free / 2 : 64;
        struct free_block *moved = realloc(l->free, room * sizeof *moved);
        if (!moved) return false;
        l->free = moved;
        l->room_free = room;
    }
    l->free[l->n_free++] = (struct free_block){(uint32_t)((address - l->base) / SNAPSHOT_GRAIN), link_of(l, next), index};
    return true;
}

/* Every so many blocks: is the look to go on? */
static bool goes_on(struct look *l) { return session_go_on_at(l->session, ++l->n_met) || !(l->stopped = true); }

static bool visit_block(void *user, const struct walk_block *b)
{
    struct look *l = user;
    if (!goes_on(l)) return false;
    struct snapshot_block block = {.address = b->address, .size = b->size, .header = b->header};
    uint64_t payload = b->size - b->header;
    struct known known;
    switch (b->state) {
    case WALK_USED:
        block.state = BLOCK_USED;
        known = known_at(l, b->address + b->header);
        block.id = known.live ? known.id : 0; /* used, but nobody's of ours: as on a damaged heap */
        block.requested = known.live && known.requested < payload ? known.requested : payload;
        break;
    case WALK_IS_FREE:
        block.state = BLOCK_FREE;
        known = known_at(l, b->address + l->front);
        block.id = known.moved ? 0 : known.id; /* of a block that moved, the id is elsewhere: one name for one block */
        if (!free_add(l, b->address, b->next_free, (uint32_t)snapshot_n_blocks(l->snapshot))) l->no_memory = true;
        break;
    case WALK_CACHED:
        block.state = BLOCK_CACHED;
        break;
    case WALK_QUARANTINED: /* used for the policy, but nobody's */
        block.state = BLOCK_QUARANTINED;
        break;
    case WALK_FOREIGN:
        block.state = BLOCK_FOREIGN;
        break;
    case WALK_IS_DAMAGED: /* what it is asked for is told no more, but whose it is */
        block.state = BLOCK_DAMAGED;
        block.header = 0;
        known = known_at(l, b->address + l->front);
        block.id = known.live ? known.id : 0;
        break;
    default:
        break;
    }
    if (!snapshot_add_block(l->snapshot, &block)) l->no_memory = true;
    return !l->no_memory;
}

/* ── The free list ── */

static uint64_t free_address(const struct look *l, size_t i) { return l->base + (uint64_t)l->free[i].at * SNAPSHOT_GRAIN; }

static size_t free_find(struct look *l, uint64_t address)
{
    if (l->hint + 1 < l->n_free && free_address(l, l->hint + 1) == address) return ++l->hint; /* address order: the usual case */
    size_t low = 0, high = l->n_free;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (free_address(l, middle) < address)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == l->n_free || free_address(l, low) != address) return SIZE_MAX;
    return l->hint = low;
}

/* A link that leads to no place of the heap's grid, as it stands in memory. */
static uintptr_t wild_link(struct look *l, uintptr_t block)
{
    uintptr_t link = 0;
    process_memory_copy(l->memory, block + block_field_info(FIELD_NEXT_FREE)->offset, &link, sizeof link);
    return link ? link : l->base + 1; /* mended behind our back: no block begins there either */
}

static bool found_free_at(const struct walk_found *self, uintptr_t block, uintptr_t *next)
{
    struct look *l = (struct look *)((uintptr_t)self - offsetof(struct look, found)); /* NOLINT: container of */
    size_t i = free_find(l, block);
    if (i == SIZE_MAX) return false;
    switch (l->free[i].next) {
    case LINK_END:
        *next = 0;
        break;
    case LINK_START:
        *next = l->base;
        break;
    case LINK_WILD:
        *next = wild_link(l, block);
        break;
    default:
        *next = l->base + (uint64_t)l->free[i].next * SNAPSHOT_GRAIN;
    }
    return true;
}

static bool visit_free(void *user, uintptr_t block)
{
    struct look *l = user;
    if (!goes_on(l)) return false;
    size_t i = free_find(l, block);
    if (i == SIZE_MAX || !snapshot_add_free(l->snapshot, l->free[i].index)) l->no_memory = true;
    return !l->no_memory;
}

static void look_at_free_list(struct look *l, const struct heap_root *root)
{
    uintptr_t damaged = 0;
    if (block_format_of((enum heap_policy)root->policy)->list == BLOCK_LIST_ALL) /* its list is the blocks themselves */
        for (size_t i = 0; i < l->n_free; i++)
            l->free[i].next = i + 1 < l->n_free ? link_of(l, free_address(l, i + 1)) : LINK_END;
    l->found = (struct walk_found){found_free_at, l->n_free ? (uintptr_t)free_address(l, 0) : 0, l->n_free};
    l->hint = SIZE_MAX - 1;
    if (walk_free_list(root, &l->found, visit_free, l, &damaged) == WALK_DAMAGED) snapshot_set_list_damage(l->snapshot, damaged);
}

/* ── bump: the session's memory stands in for the records that the heap does not have ── */

static bool add_plain(struct look *l, enum block_state state, uint64_t from, uint64_t to, const struct known *known)
{
    if (to <= from) return true;
    struct snapshot_block block = {.address = from, .size = to - from, .state = state};
    if (known) block.id = known->id, block.requested = known->requested;
    return snapshot_add_block(l->snapshot, &block);
}

/* Gaps are asked for in ascending order, and mostly stand so. */
static bool gap_covers(struct look *l, uint64_t from, uint64_t to)
{
    const struct ledger *b = l->ledger;
    for (size_t i = 0; i < b->n_gaps && goes_on(l); i++) {
        const struct ledger_gap *g = &b->gaps[(l->gap + i) % b->n_gaps];
        uint64_t gap = b->base + g->offset, end = gap + g->bytes;
        if (end != to || gap > from) continue;
        l->gap += i + 1;
        return true;
    }
    return false;
}

static void look_at_bump(struct look *l, uint64_t brk)
{
    uint64_t here = l->base;
    for (size_t i = 0; i < l->n_places && !l->no_memory && goes_on(l); i++) {
        struct known k;
        uint64_t from = l->base + (uint64_t)l->place[i].grain * SNAPSHOT_GRAIN, rounded;
        k.id = ledger_at_place(l->ledger, &l->place[i], &k.live, &k.requested);
        if (!k.live || from < here || !block_round_up(k.requested, &rounded) || rounded > brk - here || from > brk - rounded)
            continue;
        enum block_state between = here < from && gap_covers(l, here, from) ? BLOCK_FREE : BLOCK_FOREIGN;
        l->no_memory = !add_plain(l, between, here, from, NULL) || !add_plain(l, BLOCK_USED, from, from + rounded, &k);
        here = from + rounded;
    }
    if (!add_plain(l, BLOCK_FOREIGN, here, brk, NULL)) l->no_memory = true;
}

/* ── The whole ── */

static void add_segments(struct session *s, struct snapshot *snapshot, uint64_t brk)
{
    struct segments segments;
    const struct segment_marks marks = {s->target.hello.end, s->target.hello.heap_start, brk};
    segments_read(&segments, PROC_PATH, s->target.pid, &s->target.layout, &marks);
    s->no_memory = s->no_memory || segments.no_memory;
    for (size_t i = 0; i < segments.n; i++)
        if (!snapshot_add_segment(snapshot, &segments.segment[i])) s->no_memory = true;
    snprintf(s->unseen, sizeof s->unseen, "%s", segments.unseen);
}

/* The walk ended at damage->end, and nobody can tell what follows: shown as one damaged block, which is called by the id of the one that begins
 * there if its word is the false one. */
static void add_rest(struct look *l, const struct walk_damage *damage, uint64_t brk)
{
    struct snapshot_block rest = {.address = damage->end, .size = brk - damage->end, .state = BLOCK_DAMAGED};
    struct known known = known_at(l, damage->end + l->front);
    if (damage->block == damage->end && known.live) rest.id = known.id;
    if (rest.size > 0 && !snapshot_add_block(l->snapshot, &rest)) l->no_memory = true;
    snapshot_add_damage(l->snapshot, brk);
}

static void look_at_blocks(struct session *s, struct look *l, uint64_t brk)
{
    struct walk_damage *damage = &s->damage;
    uint64_t start = s->target.hello.heap_start;
    enum walk_result r = walk_root(&s->memory.memory, s->target.hello.root_address, &s->root);
    *damage = (struct walk_damage){.field = FIELD_N};
    if (r == WALK_OK && s->root.start != start) r = WALK_NO_ROOT;
    if (r == WALK_OK && !block_is_recorded((enum heap_policy)s->root.policy)) {
        look_at_bump(l, brk);
        return;
    }
    l->front = block_front_bytes(&s->root);
    if (r == WALK_OK) r = walk_blocks(&s->root, brk, &s->memory.memory, visit_block, l, damage);
    if (*walk_root_text(r) != '\0') *damage = (struct walk_damage){.at = start, .field = FIELD_N, .end = start};
    if (l->no_memory || l->stopped) return;
    if (damage->at != 0) snapshot_note_damage(l->snapshot, damage->at);
    if (damage->at != 0 && (damage->end < brk || *walk_root_text(r) != '\0')) add_rest(l, damage, brk);
    if (*walk_root_text(r) == '\0' && !l->no_memory) look_at_free_list(l, &s->root);
}

/* *stopped: it was told to end before it had seen all. */
static struct snapshot *look_alive(struct session *s, bool *stopped)
{
    uint64_t start = s->target.hello.heap_start, brk = s->target.brk;
    if (brk < start) brk = start;
    if (brk - start >= SESSION_HEAP_MAX) brk = start + SESSION_HEAP_MAX - SNAPSHOT_GRAIN;
    struct snapshot_head head = {
        .title = "lab",
        .policy = heap_policy_name(s->setup.policy),
        .pid = s->target.pid,
        .alive = true,
        .ended = "",
        .remembered = !block_is_recorded(s->setup.policy),
        .randomised = s->target.hello.randomised != 0,
        .heap_start = start,
        .brk = brk,
        .page_bytes = s->target.hello.page_bytes,
        .limit = s->setup.limit,
        .block_header = block_header_bytes(s->setup.policy),
        .guard_bytes = s->setup.value[HEAP_CANARY] ? GUARD_FRONT + GUARD_REAR : 0,
    };
    struct ledger_place *places = NULL;
    struct look l = {.base = start, .memory = &s->memory, .session = s, .ledger = &s->ledger};
    size_t guess = s->snapshot ? snapshot_n_blocks(s->snapshot) + 16 : 16;
    if (ledger_by_address(&s->ledger, &places, &l.n_places) && (l.snapshot = snapshot_new(&head, guess)) != NULL) {
        l.place = places;
        add_segments(s, l.snapshot, brk);
        look_at_blocks(s, &l, brk);
        *stopped = l.stopped;
        if (l.no_memory || l.stopped || !snapshot_finish(l.snapshot)) {
            snapshot_free(l.snapshot);
            l.snapshot = NULL;
        }
    }
    free(places);
    free(l.free);
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

struct snapshot *session_picture(struct session *s)
{
    bool stopped = false, stopped_before = s->stop != 0;
    if (stopped_before) s->stop = 0; /* what was stopped before is looked at; only a new stop ends this */
    struct snapshot *now = s->target.alive ? look_alive(s, &stopped) : look_dead(s);
    if (stopped_before) s->stop = 1;
    if (s->target.alive && s->memory.gone) { /* it died under our eyes: what was read of it is no picture */
        snapshot_free(now);
        if (!target_has_died(&s->target)) session_end_target(s, &s->target, "gone");
        if (!s->snapshot)
            return snprintf(s->error, sizeof s->error, "the target was %s before anything was seen", s->target.ended), NULL;
        now = look_dead(s);
    }
    if (now && s->target.alive && process_memory_refused(&s->memory, s->error, sizeof s->error)) {
        snapshot_free(now); /* nor is what could not be read */
        return NULL;
    }
    if (!now)
        snprintf(s->error, sizeof s->error, "%s: the picture is an older one",
                 stopped ? "interrupted while the heap was looked at" : "brkview has no memory left to draw the heap");
    return now;
}

/* Bytes of payloads are in no snapshot: who wrote them last is told apart. */
static void add_touched(struct session *s, const struct snapshot *now)
{
    uint64_t from = s->trace.touched_from, to = s->trace.touched_to, brk = snapshot_head(now)->brk;
    size_t i = snapshot_find(now, from);
    if (from == to || i == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(now, i);
    changes_add(&s->changes, (struct change){CHANGE_WRITTEN, from, to < brk ? to : brk, b.state == BLOCK_USED ? b.id : 0});
}

/* Of a command that does one thing to look at, and much besides, that alone is marked: the byte that did the harm, the block looked at. */
static void show_only(struct session *s, const struct snapshot *now)
{
    uint64_t from = s->trace.shown_from, to = s->trace.shown_to, brk = snapshot_head(now)->brk;
    size_t i = from == to ? SNAPSHOT_NONE : snapshot_find(now, from);
    if (i == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(now, i);
    bool whole = s->trace.shown == CHANGE_LOOKED || s->trace.shown == CHANGE_TAKEN;
    if (whole) from = b.address, to = b.address + b.size;
    s->changes.n = s->changes.n_more = 0;
    changes_add(&s->changes, (struct change){(enum change_kind)s->trace.shown, from, to < brk ? to : brk, b.id});
}

bool session_look(struct session *s)
{
    if (s->quiet) return true;
    if (!s->target.alive && s->snapshot && !snapshot_head(s->snapshot)->alive) return true;
    struct heap_root root = s->root;
    struct snapshot *now = session_picture(s);
    if (!now) {
        s->changes = (struct changes){.n = 0};
        return false;
    }
    if (!s->target.alive) s->target.brk = snapshot_head(now)->brk; /* brk and blocks of one moment: the last that was seen */
    changes_find(&s->changes, s->trace.fresh ? NULL : s->before ? s->before : s->snapshot, now);
    add_touched(s, now);
    show_only(s, now);
    sound_keep(s, now, &root);
    if (s->before)
        snapshot_free(s->snapshot); /* a second look in one command: before stays the first */
    else
        s->before = s->snapshot;
    s->snapshot = now;
    return true;
}

bool session_look_last(struct session *s)
{
    bool quiet = s->quiet;
    s->quiet = false;
    bool ok = session_look(s);
    s->quiet = quiet;
    return ok;
}

void session_forget(struct session *s)
{
    snapshot_free(s->before);
    s->before = NULL;
}

size_t session_read(struct session *s, uint64_t address, void *to, size_t n)
{
    return s->target.alive ? process_memory_copy(&s->memory, address, to, n) : 0;
}
