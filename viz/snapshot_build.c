/* snapshot_build.c: building a snapshot, block by block. Blocks that are as an older one has them
 * are many, one behind the other: their columns are copied by stretches. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot_private.h"

/* Growth by an eighth: a large column moves by mremap, so that cheap memory beats rare moves. */
static bool grow_columns(struct snapshot *s)
{
    return snapshot_resize_columns(s, s->room + s->room / 8 + SNAPSHOT_ROOM_MIN);
}

static bool need_high(struct snapshot *s)
{
    s->high = calloc(s->room, sizeof *s->high);
    return s->high != NULL;
}

#define STRETCH 4096u /* blocks that are copied, or counted, at once */

/* The blocks that are as the older one has them get their columns. */
static void fill(struct snapshot *s)
{
    const struct snapshot *older = s->older;
    size_t n = s->n_like, from = s->older_at - n, to = s->n_blocks - n;
    if (n == 0) return;
    memcpy(s->low + to, older->low + from, n * sizeof *s->low);
    memcpy(s->id + to, older->id + from, n * sizeof *s->id);
    memcpy(s->requested + to, older->requested + from, n * sizeof *s->requested);
    memcpy(s->kind + to, older->kind + from, n * sizeof *s->kind);
    s->n_like = 0;
}

/* What has come together is copied and counted. */
static inline void settle(struct snapshot *s, size_t least)
{
    if (s->n_blocks - s->n_counted < least) return;
    fill(s);
    snapshot_count_to(s, s->n_blocks);
}

/* What it says is cut to what can be. */
static struct snapshot_block fitted(const struct snapshot_block *block)
{
    struct snapshot_block b = *block;
    if (b.header > b.size) b.header = (uint32_t)b.size;
    if (b.header > SNAPSHOT_HEADER_MAX) b.header = SNAPSHOT_HEADER_MAX;
    if (b.state != BLOCK_USED) b.requested = 0;
    if (b.requested > b.size - b.header) b.requested = b.size - b.header;
    return b;
}

static inline unsigned kind_of(const struct snapshot_block *block)
{
    return (unsigned)block->state | block->header << 3;
}

static inline bool append(struct snapshot *s, const struct snapshot_block *block)
{
    uint64_t grains = s->end >> s->shift;
    if (s->n_blocks >= UINT32_MAX) {
        errno = ENOMEM;
        return false;
    }
    if (s->n_blocks == s->room && !grow_columns(s)) return false;
    if ((grains | block->requested) > UINT32_MAX && !s->high && !need_high(s)) return false;
    fill(s);
    settle(s, STRETCH);
    size_t i = s->n_blocks++;
    s->low[i] = (uint32_t)grains;
    if (s->high)
        s->high[i] =
            (struct snapshot_high){(uint32_t)(grains >> 32), (uint32_t)(block->requested >> 32)};
    s->id[i] = block->id;
    s->requested[i] = (uint32_t)block->requested;
    s->kind[i] = (uint16_t)kind_of(block);
    s->end += block->size;
    return true;
}

/* The bytes from end on that are of the region being filled; where it is full, the next one that is
 * not empty takes its place. */
static inline uint64_t room_left(struct snapshot *s)
{
    const struct snapshot_place *p = &s->place[s->region];
    while (s->end == snapshot_place_end(p) && s->region + 1 < s->n_regions) {
        settle(s, 0);
        snapshot_count_end(s);
        p = &s->place[++s->region];
    }
    return snapshot_place_end(p) - s->end;
}

static uint64_t end_address(const struct snapshot *s)
{
    const struct snapshot_place *p = &s->place[s->region];
    return p->region.start + (s->end - p->offset);
}

static bool in_grain(const struct snapshot *s)
{
    return (s->end & ((UINT64_C(1) << s->shift) - 1)) == 0;
}

static inline bool can_follow(struct snapshot *s, const struct snapshot_block *block)
{
    uint64_t room = room_left(s);
    return block->address == end_address(s) && block->size > 0 && block->size <= room &&
           in_grain(s) && !s->ended && !s->finished && (unsigned)block->state < BLOCK_N_STATES;
}

bool snapshot_add_block(struct snapshot *s, const struct snapshot_block *block)
{
    if (!can_follow(s, block)) {
        errno = EINVAL;
        return false;
    }
    struct snapshot_block b = fitted(block);
    if (!append(s, &b)) return false;
    if (block->state == BLOCK_DAMAGED) snapshot_note_damage(s, block->address);
    return true;
}

/* The block that older has where the blocks end now; older->n_blocks: none begins there. */
static size_t older_here(struct snapshot *s, const struct snapshot *older)
{
    size_t i = s->older_at, n = older->n_blocks;
    if (!older->high && older->shift == s->shift &&
        s->end >> s->shift <= UINT32_MAX) { /* the usual case is the one to be quick in */
        uint32_t low = (uint32_t)(s->end >> s->shift);
        while (i < n && older->low[i] < low)
            i++;
    } else {
        while (i < n && snapshot_offset(older, i) < s->end)
            i++;
    }
    s->older_at = i;
    return i < n && snapshot_offset(older, i) == s->end ? i : n;
}

/* Behind one that is as in older, mostly another one is: then where it begins need not be looked
 * for. */
static inline bool add_like(struct snapshot *s, const struct snapshot *older,
                            const struct snapshot_block *block)
{
    size_t i = s->older_at;
    if (s->n_like == 0 || s->n_like == STRETCH || i + 1 >= older->n_blocks ||
        s->n_blocks == s->room)
        return false;
    const struct snapshot_place *p = &s->place[s->region];
    uint64_t size = (uint64_t)(older->low[i + 1] - older->low[i]) << s->shift;
    if (size != block->size || older->kind[i] != kind_of(block)) return false;
    if (block->address != p->region.start + (s->end - p->offset) ||
        size > snapshot_place_end(p) - s->end)
        return false;
    s->older_at = i + 1;
    s->n_like++;
    s->n_blocks++;
    s->end += size;
    return true;
}

bool snapshot_add_as_in(struct snapshot *s, const struct snapshot *older,
                        const struct snapshot_block *block)
{
    if (add_like(s, older, block)) return true;
    size_t i = s->n_like > 0 ? s->older_at : older_here(s, older);
    if (i == older->n_blocks || older->kind[i] != kind_of(block)) return false;
    if (snapshot_end_offset(older, i) - s->end != block->size || !can_follow(s, block))
        return false;
    if (older->high || s->high || older->shift != s->shift) {
        struct snapshot_block b = *block;
        b.id = older->id[i];
        b.requested = snapshot_requested(older, i);
        s->older_at = i + 1;
        return append(s, &b);
    }
    if (s->n_blocks == s->room && !grow_columns(s)) return false;
    settle(s, STRETCH);
    s->older = older;
    s->older_at = i + 1;
    s->n_like++;
    s->n_blocks++;
    s->end += block->size;
    return true;
}

#define AT_ONCE 16u /* blocks that are compared without a branch */

/* How many of the blocks of older, from i on and n at most, are of that kind and have the words'
 * sizes, and begin where low is at most; quick because all sizes are seen before any is judged. */
static size_t like_run(const struct snapshot *older, size_t i, size_t n, const uint64_t *word,
                       uint16_t kind, uint32_t most)
{
    const uint32_t *low = older->low + i;
    const uint16_t *kinds = older->kind + i;
    const uint64_t size = ~UINT64_C(15);
    unsigned shift = older->shift;
    size_t k = 0;
    for (; n - k >= AT_ONCE && low[k + AT_ONCE] <= most; k += AT_ONCE) {
        uint64_t other = 0;
        for (size_t j = k; j < k + AT_ONCE; j++)
            other |= ((uint64_t)(low[j + 1] - low[j]) << shift ^ (word[j] & size)) |
                     (uint64_t)(kinds[j] ^ kind);
        if (other != 0) break;
    }
    while (k < n && low[k + 1] <= most && kinds[k] == kind &&
           (uint64_t)(low[k + 1] - low[k]) << shift == (word[k] & size))
        k++;
    return k;
}

static size_t least_of(size_t a, size_t b) { return a < b ? a : b; }

/* Behind one that is as in older, as in add_like; a stretch's end is add_as_in's. */
size_t snapshot_add_run_as_in(struct snapshot *s, const struct snapshot *older,
                              const struct snapshot_run *run)
{
    size_t i = s->older_at;
    if (s->n_like == 0 || i + 1 >= older->n_blocks || run->end <= run->address) return 0;
    const struct snapshot_place *p = &s->place[s->region];
    if (run->address != p->region.start + (s->end - p->offset)) return 0;
    uint64_t room = snapshot_place_end(p) - s->end, bytes = run->end - run->address,
             most = (s->end + (bytes < room ? bytes : room)) >> s->shift;
    const struct snapshot_block used = {.state = BLOCK_USED, .header = run->header};
    size_t n = least_of(least_of(run->n, older->n_blocks - 1 - i),
                        least_of(STRETCH - s->n_like, s->room - s->n_blocks));
    n = like_run(older, i, n, run->word, (uint16_t)kind_of(&used),
                 (uint32_t)(most < UINT32_MAX ? most : UINT32_MAX));
    s->end = snapshot_offset(older, i + n);
    s->older_at = i + n;
    s->n_like += n;
    s->n_blocks += n;
    return n;
}

bool snapshot_room_for_free(struct snapshot *s, size_t n)
{
    fill(s);
    if (n <= s->free_room) return true;
    if (!snapshot_resize_column(&s->free_list, n, sizeof *s->free_list)) return false;
    s->free_room = n;
    return true;
}

bool snapshot_add_free(struct snapshot *s, size_t block_index)
{
    fill(s);
    enum block_state state =
        block_index < s->n_blocks ? snapshot_state(s, block_index) : BLOCK_USED;
    if ((state != BLOCK_FREE && state != BLOCK_DAMAGED) || s->finished) {
        errno = EINVAL;
        return false;
    }
    if (s->n_free == s->free_room) {
        size_t room = s->free_room + s->free_room / 8 + SNAPSHOT_ROOM_MIN;
        if (!snapshot_resize_column(&s->free_list, room, sizeof *s->free_list)) return false;
        s->free_room = room;
    }
    s->free_list[s->n_free++] = (uint32_t)block_index;
    return true;
}

bool snapshot_add_damage(struct snapshot *s, uint64_t address)
{
    uint64_t room = room_left(s);
    if (address < end_address(s) || (!in_grain(s) && room > 0) || s->ended || s->finished) {
        errno = EINVAL;
        return false;
    }
    for (; room > 0; room = room_left(s)) {
        struct snapshot_block rest = {
            .address = end_address(s), .size = room, .state = BLOCK_DAMAGED};
        if (!append(s, &rest)) return false;
    }
    snapshot_note_damage(s, address);
    s->ended = true;
    return true;
}

/* Give back what was made too much; failing at that harms nothing. */
static void trim_columns(struct snapshot *s)
{
    size_t wanted = s->n_blocks < SNAPSHOT_ROOM_MIN ? SNAPSHOT_ROOM_MIN : s->n_blocks,
           links = s->n_free < SNAPSHOT_ROOM_MIN ? SNAPSHOT_ROOM_MIN : s->n_free;
    if (s->room - wanted > wanted / 32) (void)snapshot_resize_columns(s, wanted);
    if (s->free_room > links && s->free_room - links > links / 32 &&
        snapshot_resize_column(&s->free_list, links, sizeof *s->free_list))
        s->free_room = links;
}

bool snapshot_finish(struct snapshot *s)
{
    if (room_left(s) > 0) {
        errno = EINVAL;
        return false;
    }
    settle(s, 0);
    snapshot_count_end(s);
    snapshot_count_all(s);
    trim_columns(s);
    s->finished = true;
    return true;
}

struct snapshot *snapshot_copy(const struct snapshot *s, const struct snapshot_head *head)
{
    struct snapshot *copy = snapshot_new(head, s->n_blocks);
    bool ok = copy != NULL;
    for (size_t i = 0; ok && s->own_regions && i < s->n_regions; i++)
        ok = snapshot_add_region(copy, &s->place[i].region);
    for (size_t i = 0; ok && i < s->n_segments; i++)
        ok = snapshot_add_segment(copy, &s->segments[i]);
    for (size_t i = 0; ok && i < s->n_blocks; i++) {
        struct snapshot_block block = snapshot_block(s, i);
        room_left(copy);
        ok = append(copy, &block);
    }
    for (size_t i = 0; ok && i < s->n_free; i++)
        ok = snapshot_add_free(copy, s->free_list[i]);
    if (ok) {
        copy->damaged = s->damaged, copy->damaged_at = s->damaged_at, copy->ended = s->ended;
        copy->list_damaged = s->list_damaged, copy->list_damaged_at = s->list_damaged_at;
        ok = snapshot_finish(copy);
    }
    if (ok) return copy;
    snapshot_free(copy);
    return NULL;
}
