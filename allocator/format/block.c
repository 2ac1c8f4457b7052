/* block.c: the table of fields, and the arithmetic of sizes and places. See block.h. */
#include "block.h"

#define ROOT_WORD(member)                                                                                                        \
    {                                                                                                                            \
        "root." #member, (uint32_t)offsetof(struct heap_root, member), 8, 1                                                      \
    }

static const struct block_field_info block_field_table[FIELD_N] = {
    [FIELD_SIZE] = {"size", 0, 8, 1},
    [FIELD_IS_FREE] = {"is_free", 8, 4, 1},
    [FIELD_NEXT] = {"next", 16, 8, 1},
    [FIELD_PREV_SIZE] = {"prev_size", 0, 8, 1},
    [FIELD_SIZE_FLAGS] = {"size_flags", 8, 8, 1},
    [FIELD_NEXT_FREE] = {"next_free", 16, 8, 1},
    [FIELD_PREV_FREE] = {"prev_free", 24, 8, 1},
    [FIELD_GAP_SIZE] = {"gap_size", 0, 8, 1},
    [FIELD_NEXT_GAP] = {"next_gap", 8, 8, 1},
    [FIELD_ROOT_TOP] = ROOT_WORD(top),
    [FIELD_ROOT_FIRST] = ROOT_WORD(first),
    [FIELD_ROOT_LAST] = ROOT_WORD(last),
    [FIELD_ROOT_FREE_HEAD] = ROOT_WORD(free_head),
    [FIELD_ROOT_FREE_TAIL] = ROOT_WORD(free_tail),
    [FIELD_ROOT_ROVER] = ROOT_WORD(rover),
    [FIELD_ROOT_GAP_HEAD] = ROOT_WORD(gap_head),
    [FIELD_ROOT_GAP_TAIL] = ROOT_WORD(gap_tail),
    [FIELD_HEADER_CANARY] = {"canary", HEADER_BLOCK_HEADER, 8, 1},
    [FIELD_HEADER_ASKED] = {"asked", HEADER_BLOCK_HEADER + 8, 8, 1},
    [FIELD_FIT_CANARY] = {"canary", FIT_BLOCK_HEADER, 8, 1},
    [FIELD_FIT_ASKED] = {"asked", FIT_BLOCK_HEADER + 8, 8, 1},
    [FIELD_ROOT_QUARANTINE_N] = ROOT_WORD(quarantine_n),
    [FIELD_ROOT_QUARANTINE_AT] = ROOT_WORD(quarantine_at),
    [FIELD_ROOT_QUARANTINED] = {"root.quarantined", (uint32_t)offsetof(struct heap_root, quarantined), 8, HEAP_QUARANTINE_MAX},
};

const struct block_field_info *block_field_info(enum block_field field)
{
    return (unsigned)field < FIELD_N ? &block_field_table[field] : NULL;
}

bool block_field_is_address(enum block_field field)
{
    switch (field) {
    case FIELD_SIZE:
    case FIELD_IS_FREE:
    case FIELD_PREV_SIZE:
    case FIELD_SIZE_FLAGS:
    case FIELD_GAP_SIZE:
    case FIELD_HEADER_ASKED:
    case FIELD_FIT_ASKED:
    case FIELD_ROOT_QUARANTINE_N:
    case FIELD_ROOT_QUARANTINE_AT:
        return false;
    default:
        return true;
    }
}

/* The fields of each format: of header's, of the fits'. */
struct block_format {
    enum block_field field[4];
    size_t n;
};

static const struct block_format block_formats[2][3] = {
    {[BLOCK_IS_USED] = {{FIELD_SIZE, FIELD_IS_FREE, FIELD_NEXT}, 3},
     [BLOCK_IS_FREE] = {{FIELD_SIZE, FIELD_IS_FREE, FIELD_NEXT}, 3},
     [BLOCK_IS_FENCE] = {{0}, 0}},
    {[BLOCK_IS_USED] = {{FIELD_PREV_SIZE, FIELD_SIZE_FLAGS}, 2},
     [BLOCK_IS_FREE] = {{FIELD_PREV_SIZE, FIELD_SIZE_FLAGS, FIELD_NEXT_FREE, FIELD_PREV_FREE}, 4},
     [BLOCK_IS_FENCE] = {{FIELD_GAP_SIZE, FIELD_NEXT_GAP}, 2}},
};

size_t block_words(enum heap_policy policy, bool canary, enum block_kind kind, uint64_t address,
                   struct block_word words[BLOCK_WORDS_MAX])
{
    bool fit = policy != HEAP_HEADER, guard = canary && kind == BLOCK_IS_USED;
    const struct block_format *format = &block_formats[fit][kind];
    const enum block_field front[] = {fit ? FIELD_FIT_CANARY : FIELD_HEADER_CANARY, fit ? FIELD_FIT_ASKED : FIELD_HEADER_ASKED};
    if (policy == HEAP_BUMP) return 0;
    size_t n = format->n + (guard ? 2 : 0);
    for (size_t i = 0; i < n; i++) {
        enum block_field field = i < format->n ? format->field[i] : front[i - format->n];
        const struct block_field_info *info = block_field_info(field);
        words[i] = (struct block_word){field, info->name, address + info->offset, info->offset, info->bytes};
    }
    return n;
}

uint32_t block_front_bytes(const struct heap_root *root)
{
    return block_header_bytes((enum heap_policy)root->policy) + (root->canary != 0 ? GUARD_FRONT : 0);
}

uint32_t block_header_bytes(enum heap_policy policy)
{
    if (policy == HEAP_BUMP) return 0;
    return policy == HEAP_HEADER ? HEADER_BLOCK_HEADER : FIT_BLOCK_HEADER;
}

uint32_t block_min_bytes(enum heap_policy policy)
{
    if (policy == HEAP_BUMP) return HEAP_ALIGN;
    return policy == HEAP_HEADER ? HEADER_BLOCK_MIN : FIT_BLOCK_MIN;
}

bool block_round_up(uint64_t size, uint64_t *rounded)
{
    if (size > (uint64_t)PTRDIFF_MAX - (HEAP_ALIGN - 1)) return false;
    *rounded = (size + HEAP_ALIGN - 1) & ~(uint64_t)(HEAP_ALIGN - 1);
    return true;
}

uintptr_t block_place(uintptr_t from, uint32_t header, uint32_t least_gap, uint64_t alignment)
{
    if (from > UINTPTR_MAX - header || from + header > UINTPTR_MAX - 2 * (alignment - 1)) return 0;
    uintptr_t at = ((from + header + alignment - 1) & ~(uintptr_t)(alignment - 1)) - header;
    /* Both are multiples of 16, so one more step of alignment (32 at least, if there is a gap at all) is always enough. */
    return at > from && at - from < least_gap ? at + alignment : at;
}
