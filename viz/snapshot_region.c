/* snapshot_region.c: the regions of a heap, laid end to end: the way from an address to an offset
 * on that axis, and back. */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>

#include "snapshot_private.h"

const char *region_kind_name(enum region_kind kind)
{
    static const char *const names[REGION_N_KINDS] = {"brk", "arena", "mapped", "pages"};
    return (unsigned)kind < REGION_N_KINDS ? names[kind] : "?";
}

static bool append(struct snapshot *s, const struct snapshot_region *region, uint64_t offset)
{
    struct snapshot_place *moved = realloc(s->place, (s->n_regions + 1) * sizeof *moved);
    if (!moved) return false;
    s->place = moved;
    s->place[s->n_regions++] = (struct snapshot_place){*region, offset};
    return true;
}

bool snapshot_place_head(struct snapshot *s)
{
    const struct snapshot_region heap = {REGION_BRK, s->head.heap_start, s->head.brk};
    return append(s, &heap, 0);
}

bool snapshot_add_region(struct snapshot *s, const struct snapshot_region *region)
{
    const struct snapshot_place *last = s->own_regions ? &s->place[s->n_regions - 1] : NULL;
    bool ordered = region->start <= region->end && (!last || region->start >= last->region.end);
    uint64_t offset = last ? snapshot_place_end(last) : 0;
    if (!ordered || (unsigned)region->kind >= REGION_N_KINDS || s->n_blocks > 0 || s->finished ||
        region->end - region->start > UINT64_MAX / 2 - offset) {
        errno = EINVAL;
        return false;
    }
    if (!last) s->n_regions = 0; /* the head's gives way */
    if (!append(s, region, offset)) {
        if (!last) s->n_regions = 1;
        errno = ENOMEM;
        return false;
    }
    s->own_regions = true;
    while (offset % (UINT64_C(1) << s->shift) != 0)
        s->shift--;
    return true;
}

size_t snapshot_n_regions(const struct snapshot *s) { return s->n_regions; }
const struct snapshot_region *snapshot_region(const struct snapshot *s, size_t index)
{
    return &s->place[index].region;
}
uint64_t snapshot_region_offset(const struct snapshot *s, size_t region)
{
    return s->place[region].offset;
}
uint64_t snapshot_length(const struct snapshot *s)
{
    return snapshot_place_end(&s->place[s->n_regions - 1]);
}

size_t snapshot_region_at(const struct snapshot *s, uint64_t offset)
{
    size_t low = 0, high = s->n_regions; /* low fits, high does not */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->place[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

uint64_t snapshot_address_of(const struct snapshot *s, uint64_t offset)
{
    const struct snapshot_place *p =
        &s->place[s->n_regions == 1 ? 0 : snapshot_region_at(s, offset)];
    return p->region.start + (offset - p->offset);
}

uint64_t snapshot_offset_of(const struct snapshot *s, uint64_t address)
{
    size_t low = 0, high = s->n_regions;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->place[middle].region.start <= address)
            low = middle;
        else
            high = middle;
    }
    const struct snapshot_region *r = &s->place[low].region;
    return address >= r->start && address < r->end ? s->place[low].offset + (address - r->start)
                                                   : UINT64_MAX;
}
