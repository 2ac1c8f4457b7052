/* effect.c: from the trace and the two snapshots to numbers. */
#include "cli/teach/effect.h"

#include "cli/command/lab.h"

static void gather_stats(struct effect *e, const struct snapshot *s)
{
    const struct snapshot_stats *n = snapshot_stats(s);
    const uint64_t values[EFFECT_N_STATS] = {
        [EFFECT_HEAP_BYTES] = n->heap_bytes,
        [EFFECT_LIVE_BYTES] = n->live_bytes,
        [EFFECT_PADDING_BYTES] = n->padding_bytes,
        [EFFECT_HEADER_BYTES] = n->header_bytes,
        [EFFECT_FREE_BYTES] = n->free_bytes,
        [EFFECT_LARGEST_FREE] = n->largest_free,
        [EFFECT_BLOCKS] = n->n_blocks,
        [EFFECT_USED] = n->n_used,
        [EFFECT_FREE] = n->n_free,
        [EFFECT_CACHED] = n->n_cached,
        [EFFECT_CACHED_BYTES] = n->cached_bytes,
    };
    for (unsigned i = 0; i < EFFECT_N_STATS; i++)
        e->stat[i] = values[i];
}

static void gather_free_list(struct effect *e, const struct snapshot *s)
{
    e->n_free = 0;
    for (size_t i = 0; i < snapshot_n_free(s) && i < EFFECT_FREE_MAX; i++) {
        struct snapshot_block b = snapshot_block(s, snapshot_free_at(s, i));
        e->free[e->n_free++] =
            (struct effect_free){b.id, b.address - e->heap_start, b.size - b.header};
    }
}

static bool has_step(const struct step_trace *t, enum step_kind kind, bool up)
{
    for (size_t i = 0; i < step_trace_n(t); i++) {
        struct step s = step_trace_at(t, i);
        if (s.kind == kind && (!up || s.c > s.b)) return true;
    }
    return false;
}

static enum effect_reason reason_of(const struct step_trace *t, bool ok)
{
    if (!ok) return REASON_REFUSED;
    if (t->n_free > 0 && t->n_alloc == 0)
        return has_step(t, STEP_TRIM, false)       ? REASON_TRIMMED
               : has_step(t, STEP_COALESCE, false) ? REASON_MERGED
                                                   : REASON_MARKED;
    return has_step(t, STEP_SBRK, true)     ? REASON_GROWN
           : has_step(t, STEP_SPLIT, false) ? REASON_SPLIT
                                            : REASON_WHOLE;
}

/* ── Of a running program, whose steps nobody tells: from the two pictures ── */

static uint64_t region_end(const struct snapshot *s, size_t block)
{
    return snapshot_region(s, snapshot_block_region(s, block))->end;
}

/* Does a block like b, and used as it is, stand in the other picture? */
static bool stands(const struct snapshot *s, const struct snapshot_block *b)
{
    size_t i = snapshot_find(s, b->address);
    if (i == SNAPSHOT_NONE) return false;
    struct snapshot_block there = snapshot_block(s, i);
    return there.state == BLOCK_USED && there.address == b->address && there.size == b->size;
}

static bool begins_unused(const struct snapshot *s, uint64_t address)
{
    size_t i = snapshot_find(s, address);
    if (i == SNAPSHOT_NONE) return false;
    struct snapshot_block b = snapshot_block(s, i);
    return b.address == address && b.state != BLOCK_USED && b.address + b.size != region_end(s, i);
}

static enum effect_kept kept_now(const struct snapshot *s, uint64_t address)
{
    size_t i = snapshot_find(s, address);
    if (i == SNAPSHOT_NONE) return KEPT_GONE;
    struct snapshot_block b = snapshot_block(s, i);
    if (b.state == BLOCK_CACHED) return KEPT_CACHED;
    if (b.state != BLOCK_FREE) return KEPT_NOWHERE; /* it is in use again */
    return b.address + b.size == region_end(s, i) ? KEPT_TOP : KEPT_BIN;
}

static void gather_watched(struct effect *e, const struct session *s)
{
    const struct snapshot *now = s->snapshot, *was = s->before;
    if (!was) return;
    for (size_t i = 0; i < snapshot_n_blocks(now); i++) {
        struct snapshot_block b = snapshot_block(now, i);
        if (b.state != BLOCK_USED || stands(was, &b)) continue;
        e->address = b.address + b.header;
        e->usable = b.size - b.header;
        e->again = begins_unused(was, b.address);
    }
    for (size_t i = 0; i < snapshot_n_blocks(was); i++) {
        struct snapshot_block b = snapshot_block(was, i);
        if (b.state == BLOCK_USED && !stands(now, &b)) e->kept = kept_now(now, b.address);
    }
}

const char *effect_kept_name(enum effect_kept kept)
{
    static const char *const names[KEPT_N] = {"none", "cached", "bin", "top", "gone"};
    return names[kept];
}

void effect_gather(struct effect *e, struct lab *lab, const struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    *e = (struct effect){.ran = out != NULL, .heap_start = s->target.hello.heap_start};
    gather_stats(e, s->snapshot);
    gather_free_list(e, s->snapshot);
    if (!out) return;
    if (s->watch) gather_watched(e, s);
    e->ok = out->ok;
    e->delta = (int64_t)(out->brk_after - out->brk_before);
    e->reason = reason_of(&s->trace, out->ok);
    if (s->watch) return;
    e->address = out->ok ? out->address : 0;
    size_t was = s->before && e->address ? snapshot_find(s->before, e->address) : SNAPSHOT_NONE;
    if (was == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(s->before, was);
    if (b.state == BLOCK_FREE && b.address + session_front_bytes(s) == e->address) e->reused = b.id;
}

const char *effect_stat_name(enum effect_stat stat)
{
    static const char *const names[EFFECT_N_STATS] = {
        "heap_bytes", "live_bytes", "padding_bytes", "header_bytes", "free_bytes",  "largest_free",
        "blocks",     "used",       "free",          "cached",       "cached_bytes"};
    return names[stat];
}

char effect_reason_letter(enum effect_reason reason)
{
    return (char)('a' + (reason < REASON_MARKED ? reason : reason - REASON_MARKED));
}

const char *effect_reason_text(enum effect_reason reason)
{
    static const char *const texts[REASON_N] = {
        "nothing fits: brk moves up",
        "a free block is taken whole",
        "a free block is split",
        "out of memory: refused",
        "it becomes a free block of its own",
        "it merges with a free neighbour, and stays",
        "it goes back: brk moves down",
    };
    return texts[reason];
}
