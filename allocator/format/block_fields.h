/* block_fields.h: the table of fields, seen by the compiler where words are written: an offset that
 * it knows costs nothing. For word.h; all others ask block_field_info. */
#ifndef BLOCK_FIELDS_H
#define BLOCK_FIELDS_H

#include "block.h"

#define ROOT_WORD(member)                                                                          \
    {                                                                                              \
        "root." #member, (uint32_t)offsetof(struct heap_root, member), 8, 1                        \
    }

static const struct block_field_info block_fields[FIELD_N] = {
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
    [FIELD_ROOT_QUARANTINED] = {"root.quarantined",
                                (uint32_t)offsetof(struct heap_root, quarantined), 8,
                                HEAP_QUARANTINE_MAX},
    [FIELD_CHUNK_SIZE] = {"size", 0, 8, 1},
    [FIELD_CHUNK_FD] = {"fd", 8, 8, 1},
    [FIELD_CHUNK_BK] = {"bk", 16, 8, 1},
    [FIELD_CHUNK_FD_NEXTSIZE] = {"fd_nextsize", 24, 8, 1},
    [FIELD_CHUNK_BK_NEXTSIZE] = {"bk_nextsize", 32, 8, 1},
    [FIELD_CHUNK_PREV_SIZE] = {"prev_size", 0, 8, 1},
    [FIELD_CHUNK_NEXT] = {"next", 8, 8, 1},
    [FIELD_CHUNK_KEY] = {"key", 16, 8, 1},
};

#endif
