/* fragmentation.c: one pass over the blocks, by runs of free neighbours. */
#include "fragmentation.h"

static void end_run(struct fragmentation *f, uint64_t run, uint32_t header, bool top)
{
    if (run == 0) return;
    if (top)
        f->top_bytes = run;
    else
        f->hole_bytes += run, f->n_holes++;
    if (run - header > f->fits_coalesced) f->fits_coalesced = run - header;
}

void fragmentation_find(struct fragmentation *f, const struct snapshot *s, uint32_t header)
{
    uint64_t run = 0, all = 0;
    *f = (struct fragmentation){.fits_now = snapshot_stats(s)->largest_free, .padding_bytes = snapshot_stats(s)->padding_bytes};
    for (size_t i = 0; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        if (b.state == BLOCK_USED) f->header_bytes += b.header;
        if (b.state == BLOCK_FREE) {
            run += b.size;
            all += b.size;
        } else {
            end_run(f, run, header, false);
            run = 0;
        }
    }
    end_run(f, run, header, true);
    f->fits_compacted = all > header ? all - header : 0;
}
