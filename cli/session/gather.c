/* gather.c: see gather.h. */
#include "cli/session/gather.h"

#define WANTED_LEAST 8u
#define APART 4096u /* smaller blocks are read together, payloads and all */

/* The headers from that block of the older picture on, as long as they stand apart. */
static void choose(struct gather *g, size_t block)
{
    size_t n = snapshot_n_blocks(g->older);
    for (g->n = 0; block < n && g->n < g->wanted; block++) {
        struct snapshot_block b = snapshot_block(g->older, block);
        if (b.size < APART) break;
        g->address[g->n++] = b.address;
    }
}

/* Bring the one at address and its followers; false if the older picture does not have it. */
static bool bring(struct gather *g, uintptr_t address)
{
    size_t block = snapshot_find(g->older, address);
    g->wanted = g->at > 0 && g->at == g->n ? g->wanted * 2 : WANTED_LEAST;
    if (g->wanted > GATHER_MOST) g->wanted = GATHER_MOST;
    g->n = g->at = 0;
    if (block == SNAPSHOT_NONE || snapshot_block(g->older, block).address != address) return false;
    choose(g, block);
    if (g->n > 1) g->n = process_memory_gather(g->from, g->address, g->n, GATHER_BYTES, g->bytes);
    return g->n > 1;
}

static const unsigned char *bytes_of(const struct memory *self, uintptr_t address, size_t least,
                                     size_t most, size_t *got)
{
    struct gather *g = (struct gather *)(uintptr_t)self;
    bool sparse = g->older && most <= GATHER_BYTES;
    if (sparse && ((g->at < g->n && g->address[g->at] == address) || bring(g, address))) {
        *got = most;
        return g->bytes[g->at++];
    }
    return g->from->memory.bytes(&g->from->memory, address, least, most, got);
}

void gather_init(struct gather *g, struct process_memory *from, const struct snapshot *older)
{
    g->memory.bytes = bytes_of;
    g->from = from;
    g->older = older;
    g->wanted = WANTED_LEAST;
    g->n = g->at = 0;
}
