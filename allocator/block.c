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

size_t block_fields(enum heap_policy policy, bool free, enum block_field fields[4])
{
    if (policy == HEAP_BUMP) return 0;
    if (policy == HEAP_HEADER) {
        fields[0] = FIELD_SIZE;
        fields[1] = FIELD_IS_FREE;
        fields[2] = FIELD_NEXT;
        return 3;
    }
    fields[0] = FIELD_PREV_SIZE;
    fields[1] = FIELD_SIZE_FLAGS;
    if (!free) return 2;
    fields[2] = FIELD_NEXT_FREE;
    fields[3] = FIELD_PREV_FREE;
    return 4;
}

size_t block_guard_fields(enum heap_policy policy, enum block_field fields[2])
{
    if (policy == HEAP_BUMP) return 0;
    fields[0] = policy == HEAP_HEADER ? FIELD_HEADER_CANARY : FIELD_FIT_CANARY;
    fields[1] = policy == HEAP_HEADER ? FIELD_HEADER_ASKED : FIELD_FIT_ASKED;
    return 2;
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
