/* animation.c: frames from steps. A block is what its header words say at that moment, so that a
 * frame is made by carving. */
#include "cli/command/animation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/tell/narrate.h"
#include "cli/tell/shapes.h"

/* Blocks in address order that tile the heap, and the free list. */
struct tiles {
    struct snapshot_block *block;
    size_t n, room;
    uint64_t *list; /* addresses, in search order */
    size_t n_list, room_list;
    uint64_t start, brk;
};

static bool tiles_insert(struct tiles *t, size_t at, struct snapshot_block block)
{
    if (t->n == t->room) {
        size_t room = t->room * 2 + 16;
        struct snapshot_block *moved = realloc(t->block, room * sizeof *moved);
        if (!moved) return false;
        t->block = moved;
        t->room = room;
    }
    memmove(&t->block[at + 1], &t->block[at], (t->n - at) * sizeof *t->block);
    t->block[at] = block;
    t->n++;
    return true;
}

static void tiles_remove(struct tiles *t, size_t at)
{
    memmove(&t->block[at], &t->block[at + 1], (t->n - at - 1) * sizeof *t->block);
    t->n--;
}

/* The tile that holds address, t->n if none does. */
static size_t tiles_find(const struct tiles *t, uint64_t address)
{
    size_t i = 0;
    while (i < t->n && t->block[i].address + t->block[i].size <= address)
        i++;
    return i < t->n && t->block[i].address <= address ? i : t->n;
}

/* Make the tiles have an edge at address. What is cut off behind it belongs to nobody yet. */
static bool tiles_cut(struct tiles *t, uint64_t address)
{
    size_t i = tiles_find(t, address);
    if (i == t->n || t->block[i].address == address) return true;
    struct snapshot_block rest = {.address = address,
                                  .size = t->block[i].address + t->block[i].size - address,
                                  .state = BLOCK_FREE};
    t->block[i].size -= rest.size;
    if (t->block[i].header > t->block[i].size) t->block[i].header = (uint32_t)t->block[i].size;
    return tiles_insert(t, i + 1, rest);
}

/* The header at address says: a block of size bytes. */
static bool tiles_carve(struct tiles *t, struct snapshot_block block)
{
    if (block.size == 0 || block.address < t->start || block.address >= t->brk ||
        block.size > t->brk - block.address)
        return true;
    if (!tiles_cut(t, block.address) || !tiles_cut(t, block.address + block.size)) return false;
    size_t i = tiles_find(t, block.address);
    if (i == t->n) return true;
    if (t->block[i].state == block.state)
        block.id = t->block[i].id, block.requested = t->block[i].requested;
    while (i < t->n && t->block[i].address < block.address + block.size)
        tiles_remove(t, i);
    return tiles_insert(t, i, block);
}

static bool tiles_grow(struct tiles *t, uint64_t brk)
{
    struct snapshot_block fresh = {.address = t->brk, .size = brk - t->brk, .state = BLOCK_FREE};
    t->brk = brk;
    return tiles_insert(t, t->n, fresh);
}

static bool tiles_shrink(struct tiles *t, uint64_t brk)
{
    if (!tiles_cut(t, brk)) return false;
    while (t->n > 0 && t->block[t->n - 1].address >= brk)
        tiles_remove(t, t->n - 1);
    t->brk = brk;
    return true;
}

static bool tiles_write(struct tiles *t, enum heap_policy policy, const struct step *s)
{
    size_t i = tiles_find(t, s->block);
    struct snapshot_block block = {
        .address = s->block, .header = block_header_bytes(policy), .state = BLOCK_USED};
    switch ((enum block_field)s->field) {
    case FIELD_SIZE:
        block.size = s->b + block.header;
        block.requested = s->b; /* who asked, and for how much, is known only at the end */
        return tiles_carve(t, block);
    case FIELD_SIZE_FLAGS:
        block.size = s->b & ~FIT_FLAGS;
        block.state = s->b & FIT_FREE ? BLOCK_FREE : BLOCK_USED;
        if (block.size >= block.header)
            block.requested = block.size - block.header; /* of a free one nobody keeps it */
        return tiles_carve(t, block);
    case FIELD_IS_FREE:
        if (i < t->n && t->block[i].address == s->block)
            t->block[i].state = s->b ? BLOCK_FREE : BLOCK_USED;
        if (i < t->n && t->block[i].address == s->block && !s->b)
            t->block[i].requested = t->block[i].size - t->block[i].header;
        if (i < t->n && t->block[i].address == s->block && s->b)
            t->block[i].header = block.header; /* a front guard is no more */
        return true;
    case FIELD_HEADER_CANARY:
    case FIELD_FIT_CANARY: /* a front guard is put on */
        if (i == t->n || t->block[i].address != s->block ||
            t->block[i].size < block.header + GUARD_FRONT)
            return true;
        t->block[i].header = block.header + GUARD_FRONT;
        t->block[i].requested = t->block[i].size - t->block[i].header;
        return true;
    default:
        return true;
    }
}

static bool tiles_link(struct tiles *t, uint64_t block, uint64_t after)
{
    size_t at = 0;
    while (after && at < t->n_list && t->list[at] != after)
        at++;
    if (after && at < t->n_list) at++;
    if (t->n_list == t->room_list) {
        size_t room = t->room_list * 2 + 16;
        uint64_t *moved = realloc(t->list, room * sizeof *moved);
        if (!moved) return false;
        t->list = moved;
        t->room_list = room;
    }
    memmove(&t->list[at + 1], &t->list[at], (t->n_list - at) * sizeof *t->list);
    t->list[at] = block;
    t->n_list++;
    return true;
}

static bool tiles_unlink(struct tiles *t, uint64_t block)
{
    for (size_t i = 0; i < t->n_list; i++)
        if (t->list[i] == block) {
            memmove(&t->list[i], &t->list[i + 1], (t->n_list - i - 1) * sizeof *t->list);
            t->n_list--;
            break;
        }
    return true;
}

static bool tiles_apply(struct tiles *t, enum heap_policy policy, const struct step *s)
{
    switch ((enum step_kind)s->kind) {
    case STEP_SBRK:
        return s->c > t->brk                       ? tiles_grow(t, s->c)
               : s->c < t->brk && s->c >= t->start ? tiles_shrink(t, s->c)
                                                   : true;
    case STEP_TRIM:
        return s->c < t->brk && s->c >= t->start ? tiles_shrink(t, s->c) : true;
    case STEP_WRITE:
        return tiles_write(t, policy, s);
    case STEP_SPLIT: /* the words that say so are written a little later */
        return tiles_cut(t, s->c);
    case STEP_LINK:
        return tiles_link(t, s->block, s->a);
    case STEP_UNLINK:
        return tiles_unlink(t, s->block);
    default:
        return true;
    }
}

static bool tiles_fill(struct tiles *t, const struct snapshot *s)
{
    size_t n = snapshot_n_blocks(s);
    *t = (struct tiles){.start = snapshot_head(s)->heap_start, .brk = snapshot_head(s)->brk};
    t->block = malloc((n + 16) * sizeof *t->block);
    if (!t->block) return false;
    t->room = n + 16;
    for (size_t i = 0; i < n; i++)
        t->block[t->n++] = snapshot_block(s, i);
    for (size_t i = snapshot_n_free(s); i-- > 0;)
        if (!tiles_link(t, snapshot_block(s, snapshot_free_at(s, i)).address, 0)) return false;
    return true;
}

/* A damaged block is no free one, but the list may go through it, as it did before. */
static bool is_listed(const struct tiles *t, const struct snapshot_block *block)
{
    bool listed = block->state == BLOCK_FREE && block->header;
    for (size_t i = 0; block->state == BLOCK_DAMAGED && !listed && i < t->n_list; i++)
        listed = t->list[i] == block->address;
    return listed;
}

/* `header` has no list apart from its blocks; the others' is as the steps made it. */
static bool add_list(struct snapshot *s, const struct tiles *t, enum heap_policy policy)
{
    bool ok = true, all = block_format_of(policy)->list == BLOCK_LIST_ALL;
    for (size_t i = 0; ok && all && i < t->n; i++)
        if (is_listed(t, &t->block[i])) ok = snapshot_add_free(s, i);
    for (size_t i = 0; ok && !all && i < t->n_list; i++) {
        size_t at = tiles_find(t, t->list[i]);
        if (at < t->n && t->block[at].address == t->list[i] &&
            (t->block[at].state == BLOCK_FREE || t->block[at].state == BLOCK_DAMAGED))
            ok = snapshot_add_free(s, at);
    }
    return ok;
}

static struct snapshot *tiles_snapshot(const struct tiles *t, const struct snapshot *like,
                                       enum heap_policy policy)
{
    struct snapshot_head head = *snapshot_head(like);
    head.brk = t->brk;
    struct snapshot *s = snapshot_new(&head, t->n);
    bool ok = s != NULL;
    for (size_t i = 0; ok && i < snapshot_n_segments(like); i++) {
        struct snapshot_segment g = *snapshot_segment(like, i);
        if (g.kind == SEGMENT_HEAP) g.end = t->brk;
        ok = snapshot_add_segment(s, &g);
    }
    for (size_t i = 0; ok && i < t->n; i++)
        ok = snapshot_add_block(s, &t->block[i]);
    if (ok && add_list(s, t, policy) && snapshot_finish(s)) return s;
    snapshot_free(s);
    return NULL;
}

/* What the step is about: the range that is marked, and the kind of the mark. */
static void mark_step(struct animation *a, const struct step *s)
{
    struct changes *c = &a->changes;
    *c = (struct changes){.brk_before = snapshot_head(a->before)->brk,
                          .brk_after = snapshot_head(a->frame)->brk};
    uint64_t at = s->kind == STEP_SBRK ? s->b : s->kind == STEP_TRIM ? s->c : s->block;
    size_t i = snapshot_find(a->frame, at);
    if (i == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(a->frame, i);
    enum change_kind kind = s->kind == STEP_PROBE       ? CHANGE_LOOKED
                            : s->kind == STEP_TAKE      ? CHANGE_TAKEN
                            : s->kind == STEP_MARK_FREE ? CHANGE_FREED
                            : s->kind == STEP_SBRK      ? CHANGE_NEW
                                                        : CHANGE_WRITTEN;
    c->change[c->n++] = (struct change){kind, b.address, b.address + b.size, b.id};
}

/* A block that the command makes or changes is its owner's from the first word on that says it is
 * used: whose, and what was asked for, is known. */
static void own_blocks(struct tiles *t, const struct snapshot *before, const struct snapshot *after)
{
    for (size_t i = 0; i < t->n; i++) {
        struct snapshot_block *b = &t->block[i], was = {0};
        size_t at = snapshot_find(before, b->address), then = snapshot_find(after, b->address);
        if (at != SNAPSHOT_NONE) was = snapshot_block(before, at);
        bool same = was.address == b->address && was.state == b->state && was.size == b->size &&
                    was.header == b->header;
        if (b->state != BLOCK_USED || same) continue;
        struct snapshot_block will = {0};
        if (then != SNAPSHOT_NONE) will = snapshot_block(after, then);
        if (will.address == b->address && will.state == BLOCK_QUARANTINED)
            b->state = BLOCK_QUARANTINED;
        if (will.address != b->address || !block_is_taken(will.state)) {
            if (b->id == 0)
                b->requested =
                    0; /* a gap before an aligned block: used for two words, and nobody's */
            continue;
        }
        b->id = will.id;
        b->requested = will.requested < b->size - b->header ? will.requested : b->size - b->header;
    }
}

/* After the last step the frame is the heap as it was seen. */
static struct snapshot *frame_of(const struct tiles *t, const struct animation *a,
                                 const struct session *s)
{
    const struct snapshot *now = s->snapshot;
    return a->at + 1 == a->n ? snapshot_copy(now, snapshot_head(now))
                             : tiles_snapshot(t, a->before, s->setup.policy);
}

static bool make_frame(struct animation *a, const struct session *s)
{
    const struct step_trace *trace = &s->trace;
    struct tiles t;
    struct step step = step_trace_at(trace, a->at);
    bool ok = tiles_fill(&t, a->before);
    for (size_t i = 0; ok && i <= a->at; i++) {
        struct step did = step_trace_at(trace, i);
        ok = tiles_apply(&t, s->setup.policy, &did);
    }
    if (ok) own_blocks(&t, a->before, s->snapshot);
    struct snapshot *frame = ok ? frame_of(&t, a, s) : NULL;
    free(t.block);
    free(t.list);
    if (!frame) return false;
    snapshot_free(a->frame);
    a->frame = frame;
    mark_step(a, &step);
    char line[200];
    narrate_step(a->before, &step, line, sizeof line);
    snprintf(a->text, sizeof a->text, "step %zu of %zu: %s%s", a->at + 1, a->n, line,
             a->by_hand && a->at == 0 ? " (keys: right, left, Enter ends)" : "");
    return true;
}

void animation_rewind(const struct animation *a, const struct session *s, uint64_t address,
                      struct shape_word *fact)
{
    struct picture_word *word = &fact->word;
    bool later = false;
    word->changed = false;
    for (size_t i = a->n; i-- > 0;) {
        struct step did = step_trace_at(&s->trace, i);
        if (did.kind != STEP_WRITE || did.block != address || did.field != fact->field) continue;
        if (i > a->at) {
            word->value = did.a;
            later = true;
        } else {
            word->value = did.b;
            word->was = did.a;
            word->changed = i == a->at;
            return;
        }
    }
    if (later) word->was = word->value;
}

void animation_rewind_bytes(const struct animation *a, const struct session *s, uint64_t address,
                            unsigned char *bytes, size_t n)
{
    for (size_t i = a->n; i-- > a->at + 1;) {
        struct step did = step_trace_at(&s->trace, i);
        const struct block_field_info *info =
            did.kind == STEP_WRITE ? block_field_info((enum block_field)did.field) : NULL;
        uint64_t at = did.block + did.offset - address;
        if (info != NULL && did.block != 0 && info->bytes <= sizeof did.a && at < n &&
            info->bytes <= n - at)
            memcpy(bytes + at, &did.a,
                   info->bytes); /* little-endian: a short word lies at its start */
    }
}

void animation_end(struct animation *a)
{
    snapshot_free(a->before);
    snapshot_free(a->frame);
    a->before = a->frame = NULL;
    a->playing = false;
}

void animation_begin(struct animation *a, struct session *s)
{
    animation_end(a);
    a->n = step_trace_n(&s->trace);
    a->at = 0;
    if ((a->ms == 0 && !a->by_hand) || !s->before || s->trace.fresh || s->trace.n_verbs != 1 ||
        a->n == 0)
        return;
    if (snapshot_n_blocks(s->before) > ANIMATION_BLOCKS_MAX) return;
    if (snapshot_n_regions(s->before) > 1 || snapshot_n_regions(s->snapshot) > 1) return;
    a->before = s->before;
    s->before = NULL;
    a->playing = true;
    if (!make_frame(a, s)) animation_end(a);
}

bool animation_move(struct animation *a, const struct session *s, int by)
{
    if (!a->playing) return false;
    if (by < 0)
        a->at = (size_t)-by > a->at ? 0 : a->at - (size_t)-by;
    else
        a->at += (size_t)by;
    if (a->at < a->n && make_frame(a, s)) return true;
    animation_end(a);
    return false;
}
