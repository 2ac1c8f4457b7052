/* snapshot_index.c: finding blocks, and how the bytes of a range divide, in O(log blocks).
 *
 * Every SNAPSHOT_SAMPLE-th block has its offset and the sums of everything before it. What lies before an address is then
 * the last sample at or before it, plus at most SNAPSHOT_SAMPLE blocks; and a range is one such sum less another. */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "snapshot_columns.h"

static void take_block(struct snapshot *s, struct snapshot_sample *sum, size_t i, uint64_t size)
{
    struct snapshot_stats *stats = &s->stats;
    uint64_t header = snapshot_header(s, i), payload = size - header;
    switch (snapshot_state(s, i)) {
    case BLOCK_USED:
    case BLOCK_CACHED:
    case BLOCK_QUARANTINED:
        stats->n_used++;
        sum->header += header;
        stats->used_header_bytes += header;
        sum->live += snapshot_requested(s, i);
        sum->padding += payload - snapshot_requested(s, i);
        break;
    case BLOCK_FREE:
        stats->n_free++;
        sum->header += header;
        if (payload > stats->largest_free) stats->largest_free = payload;
        break;
    case BLOCK_FOREIGN:
        stats->n_foreign++;
        sum->header += header;
        sum->foreign += payload;
        break;
    default:
        sum->header += header;
        sum->damaged += payload;
        break;
    }
}

/* A run of free neighbours has ended, or goes on to the top. */
static void take_run(struct snapshot_stats *stats, uint64_t run, bool top)
{
    if (run > stats->largest_run) stats->largest_run = run;
    if (top)
        stats->top_bytes = run;
    else if (run > 0)
        stats->hole_bytes += run, stats->n_holes++;
}

static bool make_samples(struct snapshot *s)
{
    size_t n = (s->n_blocks + SNAPSHOT_SAMPLE - 1) / SNAPSHOT_SAMPLE;
    s->sample_offset = malloc((n ? n : 1) * sizeof *s->sample_offset);
    s->sample = malloc((n ? n : 1) * sizeof *s->sample);
    s->n_samples = n;
    return s->sample_offset && s->sample;
}

bool snapshot_index(struct snapshot *s)
{
    struct snapshot_sample sum = {0};
    if (!make_samples(s)) return false;
    s->stats = (struct snapshot_stats){.heap_bytes = s->head.brk - s->head.heap_start};
    uint64_t offset = 0, run = 0, stretch = 0;
    for (size_t i = 0; i < s->n_blocks; i++) {
        uint64_t end = snapshot_end_offset(s, i);
        if (i % SNAPSHOT_SAMPLE == 0) {
            s->sample_offset[i / SNAPSHOT_SAMPLE] = offset;
            s->sample[i / SNAPSHOT_SAMPLE] = sum;
        }
        take_block(s, &sum, i, end - offset);
        if (snapshot_state(s, i) == BLOCK_FREE) {
            run += end - offset;
            stretch += end - offset;
        } else {
            take_run(&s->stats, run, false);
            run = 0;
        }
        if (snapshot_state(s, i) == BLOCK_FOREIGN) stretch = 0;
        if (stretch > s->stats.largest_stretch) s->stats.largest_stretch = stretch;
        offset = end;
    }
    take_run(&s->stats, run, true);
    struct snapshot_stats *stats = &s->stats;
    stats->n_blocks = stats->n_used + stats->n_free + stats->n_foreign;
    stats->header_bytes = sum.header;
    stats->live_bytes = sum.live;
    stats->padding_bytes = sum.padding;
    stats->foreign_bytes = sum.foreign;
    stats->damaged_bytes = sum.damaged;
    stats->free_bytes = stats->heap_bytes - sum.header - sum.live - sum.padding - sum.foreign - sum.damaged;
    return true;
}

/* The last sample at or before offset, looked for from sample from on in growing leaps. There is at least one sample. */
static size_t find_sample(const struct snapshot *s, uint64_t offset, size_t from)
{
    size_t low = from, leap = 1;
    while (leap < s->n_samples - low && s->sample_offset[low + leap] <= offset) {
        low += leap;
        leap *= 2;
    }
    size_t high = leap < s->n_samples - low ? low + leap : s->n_samples; /* low fits, high does not */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->sample_offset[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The block that holds offset, which is below s->end. */
static size_t find_block(const struct snapshot *s, uint64_t offset, size_t sample)
{
    size_t i = sample * SNAPSHOT_SAMPLE;
    while (i + 1 < s->n_blocks && snapshot_offset(s, i + 1) <= offset)
        i++;
    return i;
}

size_t snapshot_find(const struct snapshot *s, uint64_t address)
{
    if (address < s->head.heap_start || address - s->head.heap_start >= s->end || !s->n_samples) return SNAPSHOT_NONE;
    uint64_t offset = address - s->head.heap_start;
    return find_block(s, offset, find_sample(s, offset, 0));
}

size_t snapshot_find_id(const struct snapshot *s, uint32_t id)
{
    for (size_t i = 0; i < s->n_blocks; i++)
        if (s->id[i] == id && snapshot_state(s, i) == BLOCK_USED) return i;
    return SNAPSHOT_NONE;
}

/* Add the first bytes of block i, at most its size, to sums. */
static void add_part(const struct snapshot *s, size_t i, uint64_t size, uint64_t bytes, struct snapshot_sums *sums)
{
    uint64_t header = snapshot_header(s, i);
    enum block_state state = snapshot_state(s, i);
    if (state == BLOCK_FOREIGN) {
        uint64_t gap = size - header, part = bytes < gap ? bytes : gap;
        sums->foreign += part;
        sums->header += bytes - part;
        return;
    }
    uint64_t head = bytes < header ? bytes : header, rest = bytes - head;
    sums->header += head;
    if (block_is_taken(state)) {
        uint64_t requested = snapshot_requested(s, i), live = rest < requested ? rest : requested;
        sums->live += live;
        sums->padding += rest - live;
    } else if (state == BLOCK_FREE) {
        sums->free += rest;
    } else {
        sums->damaged += rest;
    }
}

/* What lies in [heap_start, heap_start + offset), offset at most s->end. n_starts counts the blocks that begin there. *sample
 * is where to look from, and becomes where it was found. */
static struct snapshot_sums sums_before(const struct snapshot *s, uint64_t offset, size_t *sample)
{
    struct snapshot_sums sums = {0};
    if (!s->n_samples) return sums;
    *sample = find_sample(s, offset, *sample);
    const struct snapshot_sample *known = &s->sample[*sample];
    uint64_t at = s->sample_offset[*sample];
    sums.header = known->header;
    sums.live = known->live;
    sums.padding = known->padding;
    sums.foreign = known->foreign;
    sums.damaged = known->damaged;
    sums.free = at - known->header - known->live - known->padding - known->foreign - known->damaged;
    size_t i = *sample * SNAPSHOT_SAMPLE;
    for (; i < s->n_blocks && at < offset; i++) {
        uint64_t end = snapshot_end_offset(s, i);
        add_part(s, i, end - at, (end < offset ? end : offset) - at, &sums);
        at = end;
    }
    sums.n_starts = i;
    return sums;
}

static uint64_t clip(const struct snapshot *s, uint64_t address)
{
    if (address <= s->head.heap_start) return 0;
    uint64_t offset = address - s->head.heap_start;
    return offset < s->end ? offset : s->end;
}

void snapshot_scan_begin(struct snapshot_scan *scan, const struct snapshot *s, uint64_t from)
{
    scan->snapshot = s;
    scan->sample = 0;
    scan->before = sums_before(s, clip(s, from), &scan->sample);
}

struct snapshot_sums snapshot_scan_to(struct snapshot_scan *scan, uint64_t to)
{
    struct snapshot_sums now = sums_before(scan->snapshot, clip(scan->snapshot, to), &scan->sample), *was = &scan->before;
    struct snapshot_sums part = {
        .header = now.header - was->header,
        .live = now.live - was->live,
        .padding = now.padding - was->padding,
        .free = now.free - was->free,
        .foreign = now.foreign - was->foreign,
        .damaged = now.damaged - was->damaged,
        .n_starts = now.n_starts - was->n_starts,
    };
    scan->before = now;
    return part;
}

struct snapshot_sums snapshot_sums(const struct snapshot *s, uint64_t from, uint64_t to)
{
    struct snapshot_scan scan;
    snapshot_scan_begin(&scan, s, from);
    return snapshot_scan_to(&scan, to < from ? from : to);
}

static bool same_block(const struct snapshot *a, size_t i, const struct snapshot *b, size_t k)
{
    return snapshot_offset(a, i) == snapshot_offset(b, k) && a->id[i] == b->id[k] &&
           snapshot_requested(a, i) == snapshot_requested(b, k) && a->kind[i] == b->kind[k];
}

#define PIECE 4096u /* blocks compared at once, by memcmp */

static bool same_piece(const struct snapshot *a, size_t i, const struct snapshot *b, size_t k)
{
    if (a->high || b->high) return false;
    return !memcmp(a->low + i, b->low + k, PIECE * sizeof *a->low) && !memcmp(a->id + i, b->id + k, PIECE * sizeof *a->id) &&
           !memcmp(a->requested + i, b->requested + k, PIECE * sizeof *a->requested) &&
           !memcmp(a->kind + i, b->kind + k, PIECE * sizeof *a->kind);
}

size_t snapshot_same_first(const struct snapshot *a, const struct snapshot *b)
{
    size_t most = a->n_blocks < b->n_blocks ? a->n_blocks : b->n_blocks, n = 0;
    while (most - n >= PIECE && same_piece(a, n, b, n))
        n += PIECE;
    while (n < most && same_block(a, n, b, n))
        n++;
    /* The last of them also has to end where its like ends. */
    if (n > 0 && snapshot_end_offset(a, n - 1) != snapshot_end_offset(b, n - 1)) n--;
    return n;
}

size_t snapshot_same_last(const struct snapshot *a, const struct snapshot *b, size_t most)
{
    size_t n = 0, i = a->n_blocks, k = b->n_blocks;
    if (most > i) most = i;
    if (most > k) most = k;
    if (a->end != b->end) return 0;
    while (most - n >= PIECE && same_piece(a, i - n - PIECE, b, k - n - PIECE))
        n += PIECE;
    while (n < most && same_block(a, i - n - 1, b, k - n - 1))
        n++;
    return n;
}
