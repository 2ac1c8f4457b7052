/* fragmentation.c: from the sums that a snapshot has, what they mean. */
#include "fragmentation.h"

static uint64_t payload(uint64_t whole, uint32_t header) { return whole > header ? whole - header : 0; }

void fragmentation_find(struct fragmentation *f, const struct snapshot *s, uint32_t header)
{
    const struct snapshot_stats *stats = snapshot_stats(s);
    *f = (struct fragmentation){
        .header_bytes = stats->used_header_bytes,
        .padding_bytes = stats->padding_bytes,
        .hole_bytes = stats->hole_bytes,
        .n_holes = stats->n_holes,
        .top_bytes = stats->top_bytes,
        .fits_now = stats->largest_free,
        .fits_coalesced = payload(stats->largest_run, header),
        .fits_compacted = payload(stats->hole_bytes + stats->top_bytes, header),
    };
}
