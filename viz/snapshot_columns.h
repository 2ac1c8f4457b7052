/* snapshot_columns.h: what a snapshot is inside; for snapshot*.c alone.
 *
 * Block i lies at [offset i, offset i+1), the last one ends at end; so sizes need no column. The index holds, for every
 * SNAPSHOT_SAMPLE-th block, its offset and the sums of all that lies before it. */
#ifndef SNAPSHOT_COLUMNS_H
#define SNAPSHOT_COLUMNS_H

#include "snapshot.h"

#define SNAPSHOT_SAMPLE 16u
#define SNAPSHOT_HEADER_MAX 8191u /* 13 bits beside 3 of state */

struct snapshot_sample {
    uint64_t header, live, padding, foreign, damaged; /* free is the rest */
};

struct snapshot_high {
    uint32_t offset, requested;
};

struct snapshot {
    unsigned n_others; /* owners beside the first */
    struct snapshot_head head;
    char *strings; /* title, policy and ended, one after the other */
    struct snapshot_stats stats;
    uint64_t end; /* where the blocks end, as an offset from heap_start */

    size_t n_blocks, room;
    uint32_t *low; /* offset / SNAPSHOT_GRAIN, its low half */
    uint32_t *id;
    uint32_t *requested; /* its low half */
    struct snapshot_high *high; /* the high halves; NULL while all are 0, which they are in any heap below 4 GiB */
    uint16_t *kind; /* state | header bytes << 3 */

    size_t n_free, free_room;
    uint32_t *free_list;

    size_t n_segments;
    struct snapshot_segment *segments;

    bool damaged, ended, list_damaged, finished;
    uint64_t damaged_at, list_damaged_at;

    size_t n_samples;
    uint64_t *sample_offset;
    struct snapshot_sample *sample;
};

static inline uint64_t snapshot_offset(const struct snapshot *s, size_t i)
{
    uint64_t grains = s->low[i];
    if (s->high) grains |= (uint64_t)s->high[i].offset << 32;
    return grains * SNAPSHOT_GRAIN;
}

static inline uint64_t snapshot_requested(const struct snapshot *s, size_t i)
{
    return s->high ? (uint64_t)s->high[i].requested << 32 | s->requested[i] : s->requested[i];
}

static inline uint64_t snapshot_end_offset(const struct snapshot *s, size_t i)
{
    return i + 1 < s->n_blocks ? snapshot_offset(s, i + 1) : s->end;
}

static inline enum block_state snapshot_state(const struct snapshot *s, size_t i) { return (enum block_state)(s->kind[i] & 7u); }
static inline uint64_t snapshot_header(const struct snapshot *s, size_t i) { return s->kind[i] >> 3; }

/* Make the index and the statistics of the finished columns. False and errno on no memory. */
bool snapshot_index(struct snapshot *s);

#endif
