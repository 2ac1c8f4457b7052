/* explain_stuck.c: free memory that the policy or a switch keeps from being used or given back, and
 * why. */
#include <inttypes.h>

#include "cli/tell/explain.h"
#include "cli/text/textbuf.h"
#include "viz/fragmentation.h"

static void stuck_at_top(struct textbuf *w, const struct session *s)
{
    const struct snapshot *now = s->snapshot;
    size_t n = snapshot_n_blocks(now);
    if (n == 0) return;
    struct snapshot_block last = snapshot_block(now, n - 1);
    if (last.state == BLOCK_FOREIGN && s->race.under_way &&
        last.address + last.size > s->race.brk) {
        uint64_t held =
            last.address + last.size - (last.address > s->race.brk ? last.address : s->race.brk);
        textbuf_add(w,
                    "The top %" PRIu64 " bytes are what a thread of the race got from sbrk: it has "
                    "not written down yet that they are the heap's.\n",
                    held);
        return;
    }
    if (last.state == BLOCK_FOREIGN) {
        textbuf_add(w,
                    "The top %" PRIu64 " bytes are foreign: brk is not ours to move down until the "
                    "stranger gives them back.\n",
                    last.size);
        return;
    }
    if (last.state != BLOCK_FREE) return;
    textbuf_add(w, "The last block (%" PRIu64 " bytes, free) is stuck at the top: ", last.size);
    if (!heap_policy_has(s->setup.policy, HEAP_TRIM))
        textbuf_add(w, "%s never gives anything back.\n", heap_policy_name(s->setup.policy));
    else if (s->setup.value[HEAP_TRIM] == 0)
        textbuf_add(w, "trim is off, so nothing is given back.\n");
    else if (!heap_policy_has(s->setup.policy, HEAP_COALESCE))
        textbuf_add(w,
                    "%s gives back only the block that is being freed, and only while it is the "
                    "last one; this one was "
                    "freed earlier, and can go only once it has been used and freed again.\n",
                    heap_policy_name(s->setup.policy));
    else if (s->setup.value[HEAP_COALESCE] == 0)
        textbuf_add(w, "coalesce is off, so a trim gives back only the block that is being freed, "
                       "not the free ones before it.\n");
    else
        textbuf_add(w, "trim looks only when a block is freed.\n");
}

static void stuck_in_holes(struct textbuf *w, const struct session *s)
{
    const struct snapshot *now = s->snapshot;
    uint64_t bytes = 0, holes = 0, neighbours = 0;
    size_t n = snapshot_n_blocks(now);
    enum block_state previous = BLOCK_USED;
    for (size_t i = 0; i < n; i++) {
        struct snapshot_block b = snapshot_block(now, i);
        if (b.state == BLOCK_FREE) {
            neighbours += previous == BLOCK_FREE;
            if (i + 1 < n) bytes += b.size, holes++;
        }
        previous = b.state;
    }
    if (holes > 0)
        textbuf_add(w,
                    "%" PRIu64 " bytes lie free in %" PRIu64
                    " block%s below the last one: brk can move down only from the top, so they "
                    "wait to be used again.\n",
                    bytes, holes, holes == 1 ? "" : "s");
    struct fragmentation f;
    fragmentation_find(&f, now);
    const char *never =
        heap_policy_has(s->setup.policy, HEAP_COALESCE) ? "" : heap_policy_name(s->setup.policy);
    if (neighbours > 0)
        textbuf_add(w,
                    "%" PRIu64 " free block%s beside a free neighbour, not merged (%s%s): the "
                    "largest request that fits without moving "
                    "brk is %" PRIu64 ", merged it would be %" PRIu64 ".\n",
                    neighbours, neighbours == 1 ? " stands" : "s stand", never,
                    *never ? " never coalesces" : "coalesce is or was off", f.fits_now,
                    f.fits_coalesced);
}

void explain_stuck(const struct session *s, char *text, size_t bytes)
{
    struct textbuf w = {text, 0, bytes};
    text[0] = '\0';
    if (s->setup.policy == HEAP_OWN) return; /* what is free is known to the allocator alone */
    if (!block_is_recorded(s->setup.policy) && snapshot_stats(s->snapshot)->heap_bytes > 0) {
        textbuf_add(&w,
                    "Everything is stuck: %s keeps no record of its blocks, so nothing can be "
                    "freed or given back.\n",
                    heap_policy_name(s->setup.policy));
        return;
    }
    stuck_at_top(&w, s);
    stuck_in_holes(&w, s);
}
