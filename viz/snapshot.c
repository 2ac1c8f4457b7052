/* snapshot.c: building a snapshot, and reading single things of it. The sums are in snapshot_index.c. */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot_private.h"

#define ROOM_MIN 16u

static char *copy_string(char **to, const char *from)
{
    char *copy = *to;
    size_t bytes = strlen(from) + 1;
    memcpy(copy, from, bytes);
    *to += bytes;
    return copy;
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static bool copy_head(struct snapshot *s, const struct snapshot_head *head)
{
    const char *title = or_empty(head->title), *policy = or_empty(head->policy), *ended = or_empty(head->ended);
    char *to = s->strings = malloc(strlen(title) + strlen(policy) + strlen(ended) + 3);
    if (!to) return false;
    s->head = *head;
    s->head.title = copy_string(&to, title);
    s->head.policy = copy_string(&to, policy);
    s->head.ended = copy_string(&to, ended);
    if (s->head.brk < s->head.heap_start) s->head.brk = s->head.heap_start;
    return true;
}

static bool resize_column(void *column, size_t n, size_t bytes)
{
    void *moved;
    memcpy(&moved, column, sizeof moved); /* a pointer to any type: read and written as bytes */
    if (n > SIZE_MAX / bytes) {
        errno = ENOMEM;
        return false;
    }
    moved = realloc(moved, n * bytes);
    if (!moved) return false;
    memcpy(column, &moved, sizeof moved);
    return true;
}

/* Columns that were resized before one failed are merely larger than room says. */
static bool resize_columns(struct snapshot *s, size_t room)
{
    size_t samples = room / SNAPSHOT_SAMPLE + 1;
    if (!resize_column(&s->low, room, sizeof *s->low) || !resize_column(&s->id, room, sizeof *s->id) ||
        !resize_column(&s->requested, room, sizeof *s->requested) || !resize_column(&s->kind, room, sizeof *s->kind) ||
        !resize_column(&s->sample, samples, sizeof *s->sample) ||
        !resize_column(&s->sample_offset, samples, sizeof *s->sample_offset))
        return false;
    if (s->high && !resize_column(&s->high, room, sizeof *s->high)) return false;
    s->room = room;
    return true;
}

static unsigned shift_of(uint32_t grain)
{
    unsigned shift = 0;
    if (grain == 0 || grain > 16 || (grain & (grain - 1)) != 0) grain = SNAPSHOT_GRAIN;
    while (grain >> shift > 1)
        shift++;
    return shift;
}

struct snapshot *snapshot_new(const struct snapshot_head *head, size_t most)
{
    struct snapshot *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->shift = shift_of(head->grain);
    if (copy_head(s, head) && snapshot_place_head(s) && resize_columns(s, most < ROOM_MIN ? ROOM_MIN : most)) return s;
    snapshot_free(s);
    errno = ENOMEM;
    return NULL;
}

struct snapshot *snapshot_hold(struct snapshot *s)
{
    s->n_others++;
    return s;
}

void snapshot_free(struct snapshot *s)
{
    if (!s || s->n_others-- > 0) return;
    free(s->strings);
    free(s->low);
    free(s->high);
    free(s->id);
    free(s->requested);
    free(s->kind);
    free(s->free_list);
    free(s->segments);
    free(s->place);
    free(s->sample_offset);
    free(s->sample);
    free(s);
}

bool snapshot_add_segment(struct snapshot *s, const struct snapshot_segment *segment)
{
    if (!resize_column(&s->segments, s->n_segments + 1, sizeof *s->segments)) return false;
    struct snapshot_segment *added = &s->segments[s->n_segments++];
    *added = *segment;
    added->name[sizeof added->name - 1] = '\0';
    return true;
}

/* Growth by an eighth: a large column moves by mremap, so that cheap memory beats rare moves. */
static bool grow_columns(struct snapshot *s) { return resize_columns(s, s->room + s->room / 8 + ROOM_MIN); }

static bool need_high(struct snapshot *s)
{
    s->high = calloc(s->room, sizeof *s->high);
    return s->high != NULL;
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

static bool append(struct snapshot *s, const struct snapshot_block *block)
{
    uint64_t grains = s->end >> s->shift;
    if (s->n_blocks >= UINT32_MAX) {
        errno = ENOMEM;
        return false;
    }
    if (s->n_blocks == s->room && !grow_columns(s)) return false;
    if ((grains | block->requested) > UINT32_MAX && !s->high && !need_high(s)) return false;
    snapshot_account(s, block);
    size_t i = s->n_blocks++;
    s->low[i] = (uint32_t)grains;
    if (s->high) s->high[i] = (struct snapshot_high){(uint32_t)(grains >> 32), (uint32_t)(block->requested >> 32)};
    s->id[i] = block->id;
    s->requested[i] = (uint32_t)block->requested;
    s->kind[i] = (uint16_t)((unsigned)block->state | (unsigned)block->header << 3);
    s->end += block->size;
    return true;
}

/* The bytes from end on that are of the region being filled; where it is full, the next one that is not empty takes its place. */
static uint64_t room_left(struct snapshot *s)
{
    const struct snapshot_place *p = &s->place[s->region];
    while (s->end == snapshot_place_end(p) && s->region + 1 < s->n_regions) {
        snapshot_account_end(s);
        p = &s->place[++s->region];
    }
    return snapshot_place_end(p) - s->end;
}

static uint64_t end_address(const struct snapshot *s)
{
    const struct snapshot_place *p = &s->place[s->region];
    return p->region.start + (s->end - p->offset);
}

static bool in_grain(const struct snapshot *s) { return (s->end & ((UINT64_C(1) << s->shift) - 1)) == 0; }

static bool can_follow(struct snapshot *s, const struct snapshot_block *block)
{
    uint64_t room = room_left(s);
    return block->address == end_address(s) && block->size > 0 && block->size <= room && in_grain(s) && !s->ended &&
           !s->finished && (unsigned)block->state < BLOCK_N_STATES;
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

bool snapshot_add_as_in(struct snapshot *s, const struct snapshot *older, const struct snapshot_block *block)
{
    size_t i = s->older_at, n = older->n_blocks;
    uint64_t offset = s->end;
    while (i < n && snapshot_offset(older, i) < offset)
        i++;
    s->older_at = i;
    if (i == n || snapshot_offset(older, i) != offset || snapshot_end_offset(older, i) - offset != block->size) return false;
    if (older->kind[i] != ((unsigned)block->state | block->header << 3) || !can_follow(s, block)) return false;
    struct snapshot_block b = *block;
    b.id = older->id[i];
    b.requested = snapshot_requested(older, i);
    s->older_at++;
    return append(s, &b);
}

bool snapshot_add_free(struct snapshot *s, size_t block_index)
{
    if (block_index >= s->n_blocks || snapshot_state(s, block_index) != BLOCK_FREE || s->finished) {
        errno = EINVAL;
        return false;
    }
    if (s->n_free == s->free_room) {
        size_t room = s->free_room + s->free_room / 8 + ROOM_MIN;
        if (!resize_column(&s->free_list, room, sizeof *s->free_list)) return false;
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
        struct snapshot_block rest = {.address = end_address(s), .size = room, .state = BLOCK_DAMAGED};
        if (!append(s, &rest)) return false;
    }
    snapshot_note_damage(s, address);
    s->ended = true;
    return true;
}

void snapshot_note_damage(struct snapshot *s, uint64_t address)
{
    if (!s->damaged) s->damaged_at = address;
    s->damaged = true;
}

void snapshot_set_list_damage(struct snapshot *s, uint64_t address)
{
    s->list_damaged = true;
    s->list_damaged_at = address;
}

/* Give back what was made too much; failing at that harms nothing. */
static void trim_columns(struct snapshot *s)
{
    size_t wanted = s->n_blocks < ROOM_MIN ? ROOM_MIN : s->n_blocks;
    if (s->room - wanted > wanted / 32) (void)resize_columns(s, wanted);
    if (s->n_free && s->free_room > s->n_free && resize_column(&s->free_list, s->n_free, sizeof *s->free_list))
        s->free_room = s->n_free;
}

bool snapshot_finish(struct snapshot *s)
{
    if (room_left(s) > 0) {
        errno = EINVAL;
        return false;
    }
    snapshot_account_end(s);
    snapshot_account_all(s);
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

const struct snapshot_head *snapshot_head(const struct snapshot *s) { return &s->head; }
const struct snapshot_stats *snapshot_stats(const struct snapshot *s) { return &s->stats; }
size_t snapshot_n_segments(const struct snapshot *s) { return s->n_segments; }
const struct snapshot_segment *snapshot_segment(const struct snapshot *s, size_t index) { return &s->segments[index]; }
size_t snapshot_n_blocks(const struct snapshot *s) { return s->n_blocks; }
size_t snapshot_n_free(const struct snapshot *s) { return s->n_free; }
size_t snapshot_free_at(const struct snapshot *s, size_t position) { return s->free_list[position]; }

struct snapshot_block snapshot_block(const struct snapshot *s, size_t index)
{
    uint64_t offset = snapshot_offset(s, index);
    size_t region = s->n_regions == 1 ? 0 : snapshot_region_at(s, offset);
    return (struct snapshot_block){
        .address = s->place[region].region.start + (offset - s->place[region].offset),
        .size = snapshot_end_offset(s, index) - offset,
        .requested = snapshot_requested(s, index),
        .header = (uint32_t)snapshot_header(s, index),
        .id = s->id[index],
        .state = snapshot_state(s, index),
    };
}

size_t snapshot_block_region(const struct snapshot *s, size_t index) { return snapshot_region_at(s, snapshot_offset(s, index)); }

bool snapshot_damaged(const struct snapshot *s, uint64_t *address)
{
    if (s->damaged && address) *address = s->damaged_at;
    return s->damaged;
}

bool snapshot_ended_early(const struct snapshot *s) { return s->ended; }

bool snapshot_list_damaged(const struct snapshot *s, uint64_t *address)
{
    if (s->list_damaged && address) *address = s->list_damaged_at;
    return s->list_damaged;
}

size_t snapshot_memory_bytes(const struct snapshot *s)
{
    size_t block = sizeof *s->low + sizeof *s->id + sizeof *s->requested + sizeof *s->kind + (s->high ? sizeof *s->high : 0);
    return sizeof *s + s->room * block + s->free_room * sizeof *s->free_list + s->n_segments * sizeof *s->segments +
           s->n_regions * sizeof *s->place + (s->room / SNAPSHOT_SAMPLE + 1) * (sizeof *s->sample + sizeof *s->sample_offset);
}
