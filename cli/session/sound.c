/* sound.c: the words that a sound heap has. A picture of its blocks implies every word of their
 * headers, links and guards. */
#include "cli/session/sound.h"

#include "cli/session/session_private.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_sound(const struct snapshot *s)
{
    return !snapshot_damaged(s, NULL) && !snapshot_list_damaged(s, NULL);
}

void session_keep_sound(struct session *s, const struct snapshot *now, const struct heap_root *root)
{
    if (is_sound(now) || s->trace.fresh) {
        snapshot_free(s->sound);
        s->sound = NULL;
    } else if (!s->sound && s->snapshot && is_sound(s->snapshot)) {
        s->sound = snapshot_copy(s->snapshot, snapshot_head(s->snapshot));
        if (!s->sound) s->no_memory = true; /* what the false words were could not be told later */
        s->sound_root = *root;
    }
}

/* The picture whose words are true: the present one, while it is sound. NULL if there is none. */
static const struct snapshot *true_picture(const struct session *s, const struct heap_root **root)
{
    bool now = s->snapshot && is_sound(s->snapshot);
    *root = now ? &s->root : &s->sound_root;
    return now ? s->snapshot : s->sound;
}

static bool is_ours(const struct snapshot_block *b)
{
    return block_is_taken(b->state) || b->state == BLOCK_FREE;
}

/* The address of the next block of ours behind index, 0 if none is. */
static uint64_t next_ours(const struct snapshot *s, size_t index)
{
    for (size_t i = index + 1; i < snapshot_n_blocks(s); i++) {
        struct snapshot_block b = snapshot_block(s, i);
        if (is_ours(&b)) return b.address;
    }
    return 0;
}

/* The address of the free block behind or before the one at index in the free list, 0 for none. The
 * list is in search order: from next-fit's rover on, and round. False if the block is not in it. */
static bool list_neighbour(const struct snapshot *s, const struct heap_root *root, size_t index,
                           bool behind, uint64_t *value)
{
    size_t n = snapshot_n_free(s);
    for (size_t i = 0; i < n; i++) {
        if (snapshot_free_at(s, i) != index) continue;
        uint64_t own = snapshot_block(s, index).address,
                 edge = behind ? root->free_tail : root->free_head;
        size_t at = behind ? (i + 1) % n : (i + n - 1) % n;
        *value = own == edge ? 0 : snapshot_block(s, snapshot_free_at(s, at)).address;
        return true;
    }
    return false;
}

static bool root_word(const struct heap_root *root, enum block_field field, uint64_t *value)
{
    const struct block_field_info *info = block_field_info(field);
    if (field < FIELD_ROOT_TOP || field > FIELD_ROOT_GAP_TAIL) return false;
    *value = *(const uint64_t *)(const void *)((const unsigned char *)root + info->offset);
    return true;
}

bool sound_word(const struct session *s, uint64_t block, enum block_field field, uint64_t *value)
{
    const struct heap_root *root;
    const struct snapshot *p = true_picture(s, &root);
    if (!p) return false;
    if (block == 0) return p != s->snapshot && root_word(root, field, value);
    size_t i = snapshot_find(p, block);
    if (i == SNAPSHOT_NONE) return false;
    struct snapshot_block b = snapshot_block(p, i);
    if (b.address != block || !is_ours(&b)) return false;
    bool is_free = b.state == BLOCK_FREE;
    switch (field) {
    case FIELD_SIZE:
        *value = b.size - block_header_bytes(s->setup.policy);
        return true;
    case FIELD_IS_FREE:
        *value = is_free;
        return true;
    case FIELD_NEXT:
        *value = next_ours(p, i);
        return true;
    case FIELD_PREV_SIZE: {
        struct snapshot_block before = {.state = BLOCK_FOREIGN};
        if (i > 0) before = snapshot_block(p, i - 1);
        *value = is_ours(&before) ? before.size : 0;
        return true;
    }
    case FIELD_SIZE_FLAGS:
        *value = b.size | (is_free ? FIT_FREE : 0);
        return true;
    case FIELD_NEXT_FREE:
    case FIELD_PREV_FREE:
        return is_free && list_neighbour(p, root, i, field == FIELD_NEXT_FREE, value);
    case FIELD_HEADER_CANARY:
    case FIELD_FIT_CANARY:
        *value = GUARD_WORD;
        return !is_free && root->canary != 0;
    case FIELD_HEADER_ASKED:
    case FIELD_FIT_ASKED:
        *value = b.requested;
        return !is_free && root->canary != 0 && b.id != 0;
    default:
        return false;
    }
}

bool sound_block(const struct session *s, uint64_t address, struct snapshot_block *b)
{
    const struct snapshot *pictures[] = {s->snapshot, s->sound};
    for (size_t i = 0; i < 2; i++) {
        size_t at = pictures[i] ? snapshot_find(pictures[i], address) : SNAPSHOT_NONE;
        if (at == SNAPSHOT_NONE) continue;
        *b = snapshot_block(pictures[i], at);
        if (b->address == address && b->state != BLOCK_FOREIGN) return true;
    }
    return false;
}
