/* fragmentation.c: from the sums that a snapshot has, what they mean. */
#include "fragmentation.h"

static uint64_t without(uint64_t bytes, uint32_t taken)
{
    return bytes > taken ? bytes - taken : 0;
}

void fragmentation_find(struct fragmentation *f, const struct snapshot *s)
{
    const struct snapshot_stats *stats = snapshot_stats(s);
    uint32_t guards = snapshot_head(s)->guard_bytes,
             taken = snapshot_head(s)->block_header + guards;
    *f = (struct fragmentation){
        .header_bytes = stats->used_header_bytes,
        .padding_bytes = stats->padding_bytes,
        .hole_bytes = stats->hole_bytes,
        .n_holes = stats->n_holes,
        .top_bytes = stats->top_bytes,
        .fits_now = without(stats->largest_free, guards),
        .fits_coalesced = without(stats->largest_run, taken),
        .fits_compacted = without(stats->largest_stretch, taken),
    };
}
