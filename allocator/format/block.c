/* block.c: the formats' rows, and the arithmetic of sizes and places. See block.h. */
#include "block.h"

const struct block_format block_format_bump = {.name = "bump",
                                               .least = HEAP_ALIGN,
                                               .grain = HEAP_ALIGN,
                                               .size = FIELD_N,
                                               .is_free = FIELD_N,
                                               .next = FIELD_N,
                                               .canary = FIELD_N,
                                               .asked = FIELD_N};

const struct block_format block_format_opaque = {.name = "opaque",
                                                 .least = 1,
                                                 .grain = 1,
                                                 .size = FIELD_N,
                                                 .is_free = FIELD_N,
                                                 .next = FIELD_N,
                                                 .canary = FIELD_N,
                                                 .asked = FIELD_N};

const struct block_format block_format_header = {
    .name = "header",
    .recorded = true,
    .header = HEADER_BLOCK_HEADER,
    .least = HEADER_BLOCK_MIN,
    .grain = HEAP_ALIGN,
    .words = {[BLOCK_IS_USED] = {{FIELD_SIZE, FIELD_IS_FREE, FIELD_NEXT}, 3},
              [BLOCK_IS_FREE] = {{FIELD_SIZE, FIELD_IS_FREE, FIELD_NEXT}, 3}},
    .size = FIELD_SIZE,
    .is_free = FIELD_IS_FREE,
    .list = BLOCK_LIST_ALL,
    .next = FIELD_NEXT,
    .canary = FIELD_HEADER_CANARY,
    .asked = FIELD_HEADER_ASKED,
};

const struct block_format block_format_fit = {
    .name = "fit",
    .recorded = true,
    .header = FIT_BLOCK_HEADER,
    .least = FIT_BLOCK_MIN,
    .grain = HEAP_ALIGN,
    .words = {[BLOCK_IS_USED] = {{FIELD_PREV_SIZE, FIELD_SIZE_FLAGS}, 2},
              [BLOCK_IS_FREE] = {{FIELD_PREV_SIZE, FIELD_SIZE_FLAGS, FIELD_NEXT_FREE,
                                  FIELD_PREV_FREE},
                                 4},
              [BLOCK_IS_FENCE] = {{FIELD_GAP_SIZE, FIELD_NEXT_GAP}, 2}},
    .size = FIELD_SIZE_FLAGS,
    .is_free = FIELD_SIZE_FLAGS,
    .list = BLOCK_LIST_FREE,
    .next = FIELD_NEXT_FREE,
    .canary = FIELD_FIT_CANARY,
    .asked = FIELD_FIT_ASKED,
};

const struct block_format block_format_glibc = {
    .name = "glibc",
    .recorded = true,
    .header = CHUNK_BLOCK_HEADER,
    .least = CHUNK_BLOCK_MIN,
    .grain = HEAP_ALIGN,
    .words = {[BLOCK_IS_USED] = {{FIELD_CHUNK_SIZE}, 1},
              [BLOCK_IS_FREE] = {{FIELD_CHUNK_SIZE, FIELD_CHUNK_FD, FIELD_CHUNK_BK}, 3}},
    .size = FIELD_CHUNK_SIZE,
    .is_free = FIELD_CHUNK_SIZE,
    .list = BLOCK_LIST_FREE,
    .next = FIELD_CHUNK_FD,
    .canary = FIELD_N,
    .asked = FIELD_N,
};

const struct block_format *block_format_of(enum heap_policy policy)
{
    static const struct block_format none = {.name = "none",
                                             .size = FIELD_N,
                                             .is_free = FIELD_N,
                                             .next = FIELD_N,
                                             .canary = FIELD_N,
                                             .asked = FIELD_N};
    const struct heap_policy_info *info = heap_policy_info(policy);
    return info != NULL ? info->format : &none;
}

bool block_is_recorded(enum heap_policy policy) { return block_format_of(policy)->recorded; }

size_t block_words(enum heap_policy policy, bool canary, enum block_kind kind, uint64_t address,
                   struct block_word words[BLOCK_WORDS_MAX])
{
    const struct block_format *f = block_format_of(policy);
    const enum block_field front[] = {f->canary, f->asked};
    size_t own = f->words[kind].n,
           n = own + (canary && kind == BLOCK_IS_USED && f->canary != FIELD_N ? 2 : 0);
    for (size_t i = 0; i < n; i++) {
        enum block_field field = i < own ? f->words[kind].field[i] : front[i - own];
        const struct block_field_info *info = block_field_info(field);
        words[i] = (struct block_word){field, info->name, address + info->offset, info->offset,
                                       info->bytes};
    }
    return n;
}

uint32_t block_front_bytes(const struct heap_root *root)
{
    return block_header_bytes((enum heap_policy)root->policy) +
           (root->canary != 0 ? GUARD_FRONT : 0);
}

uint32_t block_header_bytes(enum heap_policy policy) { return block_format_of(policy)->header; }

uint32_t block_min_bytes(enum heap_policy policy) { return block_format_of(policy)->least; }

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
    /* Both are multiples of 16, so one more step of alignment (32 at least, if there is a gap at
     * all) is always enough. */
    return at > from && at - from < least_gap ? at + alignment : at;
}
