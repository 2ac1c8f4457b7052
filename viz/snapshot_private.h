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
    struct snapshot_sample sum; /* of all blocks so far, */
    uint64_t run,
        stretch; /* and the free bytes before end: of neighbours; since the last foreign block */
    size_t older_at; /* where snapshot_add_as_in has come to */

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

/* snapshot_index.c: close the statistics. */
void snapshot_account_all(struct snapshot *s);

#endif
