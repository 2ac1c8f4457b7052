/* snapshot_private.h: what a snapshot is inside; for snapshot*.c alone.
 *
 * Block i lies at [offset i, offset i+1) on the axis, the last one ends at end; so sizes need no
 * column. The index holds, for every SNAPSHOT_SAMPLE-th block, its offset and the sums of all that
 * lies before it. */
#ifndef SNAPSHOT_PRIVATE_H
#define SNAPSHOT_PRIVATE_H

#include "snapshot.h"

#define SNAPSHOT_SAMPLE 32u
#define SNAPSHOT_HEADER_MAX 8191u /* 13 bits beside 3 of state */

struct snapshot_sample {
    uint64_t header, live, padding, cached, quarantined, foreign, damaged; /* free is the rest */
};

/* What the blocks that were counted come to, by state; and the free bytes just before the next one:
 * of neighbours, and since the last foreign block. */
struct snapshot_tally {
    uint64_t n[BLOCK_N_STATES], header[BLOCK_N_STATES], payload[BLOCK_N_STATES];
    uint64_t live;
    uint64_t run, stretch;
    uint64_t largest_free, largest_run, largest_stretch, hole_bytes, n_holes, top_bytes;
};

struct snapshot_place {
    struct snapshot_region region;
    uint64_t offset; /* of its start on the axis */
};

struct snapshot_high {
    uint32_t offset, requested;
};

struct snapshot {
    unsigned n_others; /* owners beside the first */
    struct snapshot_head head;
    char *strings; /* title, policy and ended, one after the other */
    struct snapshot_stats stats;
    unsigned shift; /* the grain is 1 << shift */

    size_t n_regions, region; /* region: the one that is being filled */
    struct snapshot_place *place; /* in address order, and so along the axis */
    bool own_regions; /* they were brought, and are not the head's */
    uint64_t end; /* the offset where the blocks end */
    struct snapshot_tally tally; /* of the first n_counted blocks, which end at counted_end */
    size_t n_counted;
    uint64_t counted_end;
    const struct snapshot *older; /* of which snapshot_add_as_in has come to block older_at; */
    size_t older_at, n_like; /* the last n_like blocks are the ones before that in it, and are not
                                in the columns yet */

    size_t n_blocks, room;
    uint32_t *low; /* offset >> shift, its low half */
    uint32_t *id;
    uint32_t *requested; /* its low half */
    struct snapshot_high *high; /* the high halves; NULL while all are 0 */
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
    return grains << s->shift;
}

static inline uint64_t snapshot_requested(const struct snapshot *s, size_t i)
{
    return s->high ? (uint64_t)s->high[i].requested << 32 | s->requested[i] : s->requested[i];
}

static inline uint64_t snapshot_end_offset(const struct snapshot *s, size_t i)
{
    return i + 1 < s->n_blocks ? snapshot_offset(s, i + 1) : s->end;
}

static inline enum block_state snapshot_state(const struct snapshot *s, size_t i)
{
    return (enum block_state)(s->kind[i] & 7u);
}
static inline uint64_t snapshot_header(const struct snapshot *s, size_t i)
{
    return s->kind[i] >> 3;
}

static inline uint64_t snapshot_place_end(const struct snapshot_place *p)
{
    return p->offset + (p->region.end - p->region.start);
}

/* snapshot_region.c: make the head's heap the only region. False on no memory. */
bool snapshot_place_head(struct snapshot *s);
/* The region that has that offset: the last one that begins at or below it. */
size_t snapshot_region_at(const struct snapshot *s, uint64_t offset);

/* snapshot.c: a pointer to a column, for n elements of so many bytes; all columns of blocks, for so
 * many. False and errno on no memory. */
bool snapshot_resize_column(void *column, size_t n, size_t bytes);
bool snapshot_resize_columns(struct snapshot *s, size_t room);
#define SNAPSHOT_ROOM_MIN 16u

/* snapshot_count.c: count the blocks up to block n, whose columns are filled; then, what follows
 * begins a region, or nothing does; then, the statistics are what was counted. */
void snapshot_count_to(struct snapshot *s, size_t n);
void snapshot_count_end(struct snapshot *s);
void snapshot_count_all(struct snapshot *s);

#endif
