/* changes.c: a merge of two snapshots in address order. Blocks that are alike at the start and at
 * the end are passed over at the speed of memcmp; a command changes little, so what is left to look
 * at is small. */
#include "changes.h"

#include <string.h>

static void add(struct changes *c, enum change_kind kind, uint64_t from, uint64_t to, uint32_t id)
{
    if (c->n < CHANGES_MAX) {
        c->change[c->n++] = (struct change){.kind = kind, .from = from, .to = to, .id = id};
        return;
    }
    c->change[CHANGES_MAX - 1].to = to;
    c->n_more++;
}

struct past { /* what lay where a block of the later snapshot lies; offsets, since the heap may have
                 moved */
    bool any, used; /* some block was there; a used one was */
    bool starts; /* first started exactly there */
    struct snapshot_block first; /* the first of them */
};

/* A heap of one region may have moved as a whole; of several, addresses are compared. */
static uint64_t base_of(const struct snapshot *s, const struct snapshot *other)
{
    bool one = snapshot_n_regions(s) == 1 && snapshot_n_regions(other) == 1;
    return one ? snapshot_head(s)->heap_start : 0;
}

/* Blocks of before that touch [from, to) behind base, looked for from *k on, which is left at the
 * first that may touch what follows. */
static struct past past_of(const struct snapshot *before, uint64_t base, size_t *k, uint64_t from,
                           uint64_t to)
{
    struct past past = {0};
    for (; *k < snapshot_n_blocks(before); ++*k) {
        struct snapshot_block b = snapshot_block(before, *k);
        uint64_t start = b.address - base, end = start + b.size;
        if (end <= from) continue;
        if (start >= to) break;
        if (!past.any) {
            past.first = b;
            past.starts = start == from;
        }
        past.any = true;
        past.used |= block_is_taken(b.state);
        if (end > to) break;
    }
    return past;
}

/* True, and the kind, if block, as it is now, differs from what was there. */
static bool differs(const struct past *past, const struct snapshot_block *now,
                    enum change_kind *kind)
{
    const struct snapshot_block *was = &past->first;
    bool same_place = past->starts && was->state == now->state;
    bool same_size = same_place && was->size == now->size,
         mended = past->any && was->state == BLOCK_DAMAGED;
    switch (now->state) {
    case BLOCK_USED:
    case BLOCK_QUARANTINED:
        *kind = mended                             ? CHANGE_MENDED
                : same_place && was->id == now->id ? CHANGE_RESIZED
                                                   : CHANGE_NEW;
        return !(same_size && was->id == now->id && was->requested == now->requested);
    case BLOCK_CACHED:
    case BLOCK_FREE:
        *kind = mended       ? CHANGE_MENDED
                : past->used ? CHANGE_FREED
                : past->any  ? CHANGE_RESIZED
                             : CHANGE_NEW;
        return !same_size;
    case BLOCK_UNKNOWN: /* its bounds are those of what is known */
        return false;
    case BLOCK_FOREIGN:
        *kind = CHANGE_FOREIGN;
        return !same_size;
    default:
        *kind = CHANGE_DAMAGED;
        return !same_size;
    }
}

void changes_find(struct changes *c, const struct snapshot *before, const struct snapshot *after)
{
    const struct snapshot_head *now = snapshot_head(after),
                               *was = before ? snapshot_head(before) : now;
    *c = (struct changes){.brk_before = was->brk, .brk_after = now->brk};
    if (!before) return;
    size_t i = snapshot_same_first(before, after), k = i, n = snapshot_n_blocks(after),
           n_before = snapshot_n_blocks(before);
    size_t rest = n < n_before ? n - i : n_before - i;
    n -= snapshot_same_last(before, after, rest);
    for (; i < n; i++) {
        struct snapshot_block block = snapshot_block(after, i);
        uint64_t from = block.address - base_of(after, before);
        struct past past = past_of(before, base_of(before, after), &k, from, from + block.size);
        enum change_kind kind;
        if (differs(&past, &block, &kind))
            add(c, kind, block.address, block.address + block.size, block.id);
    }
    uint64_t heap_before = was->brk - was->heap_start, heap_now = now->brk - now->heap_start;
    if (heap_before > heap_now) add(c, CHANGE_GONE, now->brk, now->heap_start + heap_before, 0);
}

bool changes_touch(const struct changes *c, uint64_t from, uint64_t to, enum change_kind *kind)
{
    size_t low = 0, high = c->n; /* the first change that ends beyond from */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->change[middle].to <= from)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == c->n || c->change[low].from >= to || from >= to) return false;
    if (kind) *kind = c->change[low].kind;
    return true;
}

void changes_add(struct changes *c, struct change change)
{
    size_t at = 0;
    if (c->n == CHANGES_MAX || changes_touch(c, change.from, change.to, NULL)) return;
    while (at < c->n && c->change[at].from < change.from)
        at++;
    memmove(&c->change[at + 1], &c->change[at], (c->n++ - at) * sizeof change);
    c->change[at] = change;
}
