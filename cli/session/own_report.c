/* own_report.c: the blocks that a stranger's allocator lists by mm_blocks (brkview.h): asked for in
 * the target, copied out of its memory, and believed only as far as they can be so. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "allocator/format/brkview.h"
#include "cli/session/own_view_private.h"
#include "cli/session/session_private.h"
#include "cli/source/own_target.h"
#include "cli/source/source.h"

static bool wrong(struct own_view *v, const char *what, uint64_t i, const struct mm_block *b)
{
    snprintf(v->wrong, sizeof v->wrong, "block %" PRIu64 " of it, at 0x%" PRIx64 ", %s", i,
             (uint64_t)(uintptr_t)b->address, what);
    return false;
}

/* Blocks in order, in the heap, apart. */
static bool take(struct own_view *v, const struct mm_block *b, size_t n, uint64_t start,
                 uint64_t brk)
{
    uint64_t here = start;
    v->map.n = 0;
    if (n > 0) v->width = ((uintptr_t)b[0].payload - (uintptr_t)b[0].address) % 8 == 4 ? 4 : 8;
    for (size_t i = 0; i < n; i++) {
        uint64_t at = (uintptr_t)b[i].address, size = b[i].size, payload = (uintptr_t)b[i].payload;
        if (at < start || at >= brk) return wrong(v, "is not in the heap", i, &b[i]);
        if (at < here) return wrong(v, "begins before the end of the one before", i, &b[i]);
        if (size == 0) return wrong(v, "has no bytes", i, &b[i]);
        if (size > brk - at) return wrong(v, "ends beyond brk", i, &b[i]);
        if (!own_view_maps(v, at, at + size)) return wrong(v, "is not on mapped pages", i, &b[i]);
        if (payload < at || payload - at >= size || payload - at > OWN_VIEW_HEADER_MOST)
            return wrong(v, "has a payload that is not in it", i, &b[i]);
        const struct own_part part = {at, size, payload, b[i].used != 0};
        if (!own_map_add(&v->map, &part)) {
            snprintf(v->wrong, sizeof v->wrong, "there is no memory for it");
            return false;
        }
        here = at + size;
    }
    return true;
}

static bool copy(struct session *s, uint64_t from, uint64_t n, uint64_t start, uint64_t brk)
{
    struct own_view *v = &s->own;
    size_t bytes = (size_t)n * sizeof(struct mm_block);
    struct mm_block *b = malloc(bytes + 1);
    bool ok = b && process_memory_copy(&s->memory, from, b, bytes) == bytes;
    if (!ok) snprintf(v->wrong, sizeof v->wrong, "it can't be read");
    ok = ok && take(v, b, (size_t)n, start, brk);
    free(b);
    return ok;
}

/* Each payload in use is to have a block in use of its own, with room for it. */
static void judge(struct own_view *v, const struct ledger_block *live, size_t n)
{
    const struct own_map *m = &v->map;
    uint64_t end = 0; /* of the block that holds the payload before */
    for (size_t i = 0, k = 0; i < n; i++) {
        while (k < m->n && m->block[k].address + m->block[k].size <= live[i].payload)
            k++;
        uint64_t to = k < m->n ? m->block[k].address + m->block[k].size : 0;
        bool held = k < m->n && own_part_holds(&m->block[k], live[i].payload) &&
                    live[i].requested <= to - live[i].payload;
        if (held && to != end) {
            end = to;
            continue;
        }
        if (held)
            snprintf(v->wrong, sizeof v->wrong, "one block of it holds #%" PRIu32 " and #%" PRIu32,
                     live[i - 1].id, live[i].id);
        else
            snprintf(v->wrong, sizeof v->wrong, "no block in use of it holds #%" PRIu32,
                     live[i].id);
        return;
    }
}

bool own_view_report(struct session *s, uint64_t start, uint64_t brk,
                     const struct ledger_block *live, size_t n)
{
    static struct target_answer answer; /* large */
    struct own_view *v = &s->own;
    const struct wire_request request = {.op = WIRE_BLOCKS};
    v->wrong[0] = '\0';
    if (!s->setup.own->name[OWN_CALL_BLOCKS][0] || v->deaf) return false;
    if (!s->target.source->ask(&s->target, &request, NULL, &answer, s->timeout)) {
        v->deaf = true; /* it is as good as dead: nothing more is asked of it */
        snprintf(v->wrong, sizeof v->wrong, "mm_blocks did not come back");
        return false;
    }
    uint64_t most = (brk - start) / 4 + 16;
    if (answer.head.status != HEAP_OK || answer.head.n_results != 1) {
        snprintf(v->wrong, sizeof v->wrong, "there is none");
    } else if (answer.results[0] > most || answer.results[0] > OWN_VIEW_REPORT_MOST) {
        snprintf(v->wrong, sizeof v->wrong,
                 "it has %" PRIu64 " blocks, more than the heap can hold, or than are read",
                 answer.results[0]);
    } else if (copy(s, answer.head.result, answer.results[0], start, brk)) {
        judge(v, live, n);
        return true;
    }
    return false;
}
