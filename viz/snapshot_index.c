/* snapshot_index.c: finding blocks, and how the bytes of a range divide, in O(log blocks).
 *
 * Every SNAPSHOT_SAMPLE-th block has its offset and the sums of everything before it. What lies
 * before an address is then the last sample at or before it, plus at most SNAPSHOT_SAMPLE blocks;
 * and a range is one such sum less another. */
#include "snapshot.h"

#include <string.h>

#include "snapshot_private.h"

static uint64_t taken(const struct snapshot_sample *sum)
{
    return sum->header + sum->live + sum->padding + sum->cached + sum->quarantined + sum->foreign +
           sum->damaged;
}

/* The last sample at or before offset, looked for from sample from on in growing leaps. There is at
 * least one sample. */
static size_t find_sample(const struct snapshot *s, uint64_t offset, size_t from)
{
    size_t low = from, leap = 1;
    while (leap < s->n_samples - low && s->sample_offset[low + leap] <= offset) {
        low += leap;
        leap *= 2;
    }
    size_t high =
        leap < s->n_samples - low ? low + leap : s->n_samples; /* low fits, high does not */
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
    uint64_t offset = snapshot_offset_of(s, address);
    if (offset >= s->end || !s->n_samples) return SNAPSHOT_NONE;
    return find_block(s, offset, find_sample(s, offset, 0));
}

size_t snapshot_find_id(const struct snapshot *s, uint32_t id)
{
    for (size_t i = 0; i < s->n_blocks; i++)
        if (s->id[i] == id && snapshot_state(s, i) == BLOCK_USED) return i;
    return SNAPSHOT_NONE;
}

/* Add the first bytes of block i, at most its size, to sums. */
static void add_part(const struct snapshot *s, size_t i, uint64_t size, uint64_t bytes,
                     struct snapshot_sums *sums)
{
    uint64_t header = snapshot_header(s, i);
    enum block_state state = snapshot_state(s, i);
    if (state == BLOCK_FOREIGN || state == BLOCK_UNKNOWN) {
        uint64_t gap = size - header, part = bytes < gap ? bytes : gap;
        sums->foreign += part;
        sums->header += bytes - part;
        return;
    }
    uint64_t head = bytes < header ? bytes : header, rest = bytes - head;
    sums->header += head;
    if (state == BLOCK_USED) {
        uint64_t requested = snapshot_requested(s, i), live = rest < requested ? rest : requested;
        sums->live += live;
        sums->padding += rest - live;
    } else if (state == BLOCK_FREE) {
        sums->free += rest;
    } else if (state == BLOCK_CACHED) {
        sums->cached += rest;
    } else if (state == BLOCK_QUARANTINED) {
        sums->quarantined += rest;
    } else {
        sums->damaged += rest;
    }
}

/* What lies in [0, offset), offset at most s->end. n_starts counts the blocks that begin there.
 * *sample is where to look from, and becomes where it was found. */
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
    sums.cached = known->cached;
    sums.quarantined = known->quarantined;
    sums.foreign = known->foreign;
    sums.damaged = known->damaged;
    sums.free = at - taken(known);
    size_t i = *sample * SNAPSHOT_SAMPLE;
    for (; i < s->n_blocks && at < offset; i++) {
        uint64_t end = snapshot_end_offset(s, i);
        add_part(s, i, end - at, (end < offset ? end : offset) - at, &sums);
        at = end;
    }
    sums.n_starts = i;
    return sums;
}

static uint64_t clip(const struct snapshot *s, uint64_t offset)
{
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
    struct snapshot_sums now = sums_before(scan->snapshot, clip(scan->snapshot, to), &scan->sample),
                         *was = &scan->before;
    struct snapshot_sums part = {
        .header = now.header - was->header,
        .live = now.live - was->live,
        .padding = now.padding - was->padding,
        .free = now.free - was->free,
        .cached = now.cached - was->cached,
        .quarantined = now.quarantined - was->quarantined,
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
    if (a->high || b->high || a->shift != b->shift) return false;
    return !memcmp(a->low + i, b->low + k, PIECE * sizeof *a->low) &&
           !memcmp(a->id + i, b->id + k, PIECE * sizeof *a->id) &&
           !memcmp(a->requested + i, b->requested + k, PIECE * sizeof *a->requested) &&
           !memcmp(a->kind + i, b->kind + k, PIECE * sizeof *a->kind);
}

/* Do offsets mean the same in both? Of one region each, how far the heaps lie apart does
 * not count. */
static bool same_axis(const struct snapshot *a, const struct snapshot *b)
{
    if (a->n_regions == 1 && b->n_regions == 1)
        return a->place[0].region.start - a->head.heap_start ==
               b->place[0].region.start - b->head.heap_start;
    bool same = a->n_regions == b->n_regions;
    for (size_t i = 0; same && i < a->n_regions; i++)
        same = a->place[i].offset == b->place[i].offset &&
               a->place[i].region.start == b->place[i].region.start;
    return same;
}

size_t snapshot_same_first(const struct snapshot *a, const struct snapshot *b)
{
    if (!same_axis(a, b)) return 0;
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
    if (a->end != b->end || !same_axis(a, b)) return 0;
    while (most - n >= PIECE && same_piece(a, i - n - PIECE, b, k - n - PIECE))
        n += PIECE;
    while (n < most && same_block(a, i - n - 1, b, k - n - 1))
        n++;
    return n;
}
