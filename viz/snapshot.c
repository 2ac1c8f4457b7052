/* snapshot.c: a snapshot's beginning and end, and reading single things of it. Building is in
 * snapshot_build.c, the sums in snapshot_index.c. */
#include "snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "snapshot_private.h"

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
    const char *title = or_empty(head->title), *policy = or_empty(head->policy),
               *ended = or_empty(head->ended);
    char *to = s->strings = malloc(strlen(title) + strlen(policy) + strlen(ended) + 3);
    if (!to) return false;
    s->head = *head;
    s->head.title = copy_string(&to, title);
    s->head.policy = copy_string(&to, policy);
    s->head.ended = copy_string(&to, ended);
    if (s->head.brk < s->head.heap_start) s->head.brk = s->head.heap_start;
    return true;
}

bool snapshot_resize_column(void *column, size_t n, size_t bytes)
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
bool snapshot_resize_columns(struct snapshot *s, size_t room)
{
    size_t samples = room / SNAPSHOT_SAMPLE + 1;
    if (!snapshot_resize_column(&s->low, room, sizeof *s->low) ||
        !snapshot_resize_column(&s->id, room, sizeof *s->id) ||
        !snapshot_resize_column(&s->requested, room, sizeof *s->requested) ||
        !snapshot_resize_column(&s->kind, room, sizeof *s->kind) ||
        !snapshot_resize_column(&s->sample, samples, sizeof *s->sample) ||
        !snapshot_resize_column(&s->sample_offset, samples, sizeof *s->sample_offset))
        return false;
    if (s->high && !snapshot_resize_column(&s->high, room, sizeof *s->high)) return false;
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

/* All that is made anew for each. */
static void release_own(struct snapshot *s)
{
    free(s->strings);
    free(s->high);
    free(s->segments);
    free(s->place);
}

struct snapshot *snapshot_new_in(struct snapshot *spare, const struct snapshot_head *head,
                                 size_t most)
{
    struct snapshot *s = spare ? spare : calloc(1, sizeof *s);
    if (!s) return NULL;
    s->shift = shift_of(head->grain);
    if (most < SNAPSHOT_ROOM_MIN) most = SNAPSHOT_ROOM_MIN;
    if (copy_head(s, head) && snapshot_place_head(s) &&
        (s->room >= most || snapshot_resize_columns(s, most)))
        return s;
    snapshot_free(s);
    errno = ENOMEM;
    return NULL;
}

struct snapshot *snapshot_new(const struct snapshot_head *head, size_t most)
{
    return snapshot_new_in(NULL, head, most);
}

struct snapshot *snapshot_empty(struct snapshot *s)
{
    if (!s || s->n_others > 0) {
        snapshot_free(s);
        return NULL;
    }
    release_own(s);
    *s = (struct snapshot){.room = s->room,
                           .low = s->low,
                           .id = s->id,
                           .requested = s->requested,
                           .kind = s->kind,
                           .sample = s->sample,
                           .sample_offset = s->sample_offset,
                           .free_list = s->free_list,
                           .free_room = s->free_room};
    return s;
}

struct snapshot *snapshot_hold(struct snapshot *s)
{
    s->n_others++;
    return s;
}

void snapshot_free(struct snapshot *s)
{
    if (!s || s->n_others-- > 0) return;
    release_own(s);
    free(s->low);
    free(s->id);
    free(s->requested);
    free(s->kind);
    free(s->free_list);
    free(s->sample_offset);
    free(s->sample);
    free(s);
}

bool snapshot_add_segment(struct snapshot *s, const struct snapshot_segment *segment)
{
    if (!snapshot_resize_column(&s->segments, s->n_segments + 1, sizeof *s->segments)) return false;
    struct snapshot_segment *added = &s->segments[s->n_segments++];
    *added = *segment;
    added->name[sizeof added->name - 1] = '\0';
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

const struct snapshot_head *snapshot_head(const struct snapshot *s) { return &s->head; }
const struct snapshot_stats *snapshot_stats(const struct snapshot *s) { return &s->stats; }
size_t snapshot_n_segments(const struct snapshot *s) { return s->n_segments; }
const struct snapshot_segment *snapshot_segment(const struct snapshot *s, size_t index)
{
    return &s->segments[index];
}
size_t snapshot_n_blocks(const struct snapshot *s) { return s->n_blocks; }
size_t snapshot_n_free(const struct snapshot *s) { return s->n_free; }
size_t snapshot_free_at(const struct snapshot *s, size_t position)
{
    return s->free_list[position];
}

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

uint64_t snapshot_block_address(const struct snapshot *s, size_t index)
{
    uint64_t offset = snapshot_offset(s, index);
    return s->n_regions == 1 ? s->place[0].region.start + offset : snapshot_address_of(s, offset);
}
size_t snapshot_block_region(const struct snapshot *s, size_t index)
{
    return snapshot_region_at(s, snapshot_offset(s, index));
}

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
    size_t block = sizeof *s->low + sizeof *s->id + sizeof *s->requested + sizeof *s->kind +
                   (s->high ? sizeof *s->high : 0);
    return sizeof *s + s->room * block + s->free_room * sizeof *s->free_list +
           s->n_segments * sizeof *s->segments + s->n_regions * sizeof *s->place +
           (s->room / SNAPSHOT_SAMPLE + 1) * (sizeof *s->sample + sizeof *s->sample_offset);
}
