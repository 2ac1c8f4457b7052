/* difference.c: two states in one pass over both, in address order. See mark.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session/mark.h"

#define RUN_GAP 16u /* equal bytes between two runs that are still one run */

static bool add_block(struct difference *d, enum difference_kind kind,
                      const struct snapshot_block *before, const struct snapshot_block *after)
{
    if (d->n_blocks == d->room_blocks) {
        size_t room = d->room_blocks ? d->room_blocks * 2 : 32;
        struct difference_block *moved = realloc(d->block, room * sizeof *moved);
        if (!moved) return false;
        d->block = moved;
        d->room_blocks = room;
    }
    struct difference_block *b = &d->block[d->n_blocks++];
    *b = (struct difference_block){.kind = kind};
    if (before) b->before = *before;
    if (after) b->after = *after;
    return true;
}

static bool same(const struct snapshot_block *a, const struct snapshot_block *b)
{
    return a->size == b->size && a->header == b->header && a->state == b->state && a->id == b->id &&
           a->requested == b->requested;
}

static bool find_blocks(struct difference *d, struct session *s, const struct snapshot *a,
                        const struct snapshot *b)
{
    size_t i = 0, k = 0, n = snapshot_n_blocks(a), m = snapshot_n_blocks(b);
    bool ok = true;
    for (uint64_t met = 0; ok && (i < n || k < m) && session_go_on_at(s, met); met++) {
        struct snapshot_block x = {.address = UINT64_MAX}, y = {.address = UINT64_MAX};
        if (i < n) x = snapshot_block(a, i);
        if (k < m) y = snapshot_block(b, k);
        if (x.address == y.address) {
            if (!same(&x, &y)) ok = add_block(d, DIFFERENCE_CHANGED, &x, &y);
            i++;
            k++;
        } else if (x.address < y.address) {
            ok = add_block(d, DIFFERENCE_REMOVED, &x, NULL);
            i++;
        } else {
            ok = add_block(d, DIFFERENCE_ADDED, NULL, &y);
            k++;
        }
    }
    return ok && !s->stop;
}

static bool add_run(struct difference *d, uint64_t address, size_t n)
{
    d->n_bytes += n;
    if (d->n_runs > 0) {
        struct difference_run *last = &d->run[d->n_runs - 1];
        if (address - (last->address + last->n_bytes) < RUN_GAP) {
            last->n_bytes = (size_t)(address - last->address) + n;
            return true;
        }
    }
    if (d->n_runs == d->room_runs) {
        size_t room = d->room_runs ? d->room_runs * 2 : 32;
        struct difference_run *moved = realloc(d->run, room * sizeof *moved);
        if (!moved) return false;
        d->run = moved;
        d->room_runs = room;
    }
    d->run[d->n_runs++] = (struct difference_run){address, n};
    return true;
}

static bool find_runs(struct difference *d, struct session *s, const struct mark *a,
                      const struct mark *b)
{
    size_t n = a->n_bytes < b->n_bytes ? a->n_bytes : b->n_bytes;
    uint64_t start = snapshot_head(a->snapshot)->heap_start;
    bool ok = true;
    uint64_t met = 0;
    for (size_t i = 0; i < n && ok && session_go_on_at(s, met); met++) {
        if (n - i >= 64 && memcmp(a->bytes + i, b->bytes + i, 64) == 0) {
            i += 64;
            continue;
        }
        size_t end = i;
        while (end < n && a->bytes[end] != b->bytes[end])
            end++;
        if (end > i) ok = add_run(d, start + i, end - i);
        i = end + (end < n);
    }
    return ok && !s->stop;
}

bool difference_find(struct difference *d, struct session *s, const struct mark *a,
                     const struct mark *b)
{
    *d = (struct difference){0};
    d->bytes_known =
        a->bytes && b->bytes &&
        snapshot_head(a->snapshot)->heap_start == snapshot_head(b->snapshot)->heap_start;
    if (find_blocks(d, s, a->snapshot, b->snapshot) && (!d->bytes_known || find_runs(d, s, a, b)))
        return true;
    snprintf(s->error, sizeof s->error, "%s", s->stop ? DIFFERENCE_STOPPED : "out of memory");
    return false;
}

void difference_release(struct difference *d)
{
    free(d->block);
    free(d->run);
    *d = (struct difference){0};
}
