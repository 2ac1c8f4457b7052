/* block_buddy.c: how a toy's slots lie. */
#include "buddy.h"

const struct block_format block_format_buddy = {
    .name = "buddy",
    .recorded = true,
    .header = BUDDY_HEADER,
    .least = BUDDY_SLOT,
    .grain = HEAP_ALIGN,
    .words = {[BLOCK_IS_USED] = {{FIELD_SIZE, FIELD_IS_FREE}, 2},
              [BLOCK_IS_FREE] = {{FIELD_SIZE, FIELD_IS_FREE}, 2}},
    .size = FIELD_SIZE,
    .is_free = FIELD_IS_FREE,
    .list = BLOCK_LIST_ALL,
    .next = FIELD_N,
    .canary = FIELD_N,
    .asked = FIELD_N,
};
