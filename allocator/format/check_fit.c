/* check_fit.c: what the checker judges under one format alone: boundary tags and fences of the
 * fits, I3, I8 and I12; the first block of header. */
#include "check_private.h"
#include "window.h"

static void check_prev_size(struct check *c, const struct walk_block *block)
{
    uint64_t prev_size = window_word(block->raw, offsetof(struct fit_block, prev_size));
    if (prev_size != c->prev_size)
        check_report_word(c, 3, block->address, FIELD_PREV_SIZE, prev_size, c->prev_size);
}

static void check_neighbours(struct check *c, const struct walk_block *block)
{
    if (block->state == WALK_IS_FREE && c->prev_free && !c->root.uncoalesced)
        check_report(c, 8, block->address, "it is free, and so is the block before it", 0, 0, 0);
}

void check_fit_block(struct check *c, const struct walk_block *block)
{
    check_prev_size(c, block);
    check_neighbours(c, block);
}

/* The fence at at can't be one: its own word is false, or where it can't even lie, the one that
 * leads to it. */
static void check_no_fence(struct check *c, uintptr_t at, uintptr_t prev, const unsigned char *raw)
{
    if (raw != NULL)
        check_report_false(c, 12, at, FIELD_NEXT_GAP,
                           window_word(raw, offsetof(struct fit_block, size_flags)),
                           ", which no fence behind a foreign gap can have", 0);
    else
        check_report_false(c, 12, prev, prev != 0 ? FIELD_NEXT_GAP : FIELD_ROOT_GAP_HEAD,
                           prev != 0 ? at | FIT_FENCE : at,
                           ", where no fence behind a foreign gap can be", 0);
}

void check_fences(struct check *c)
{
    uintptr_t limit = c->root.top < c->brk ? c->root.top : c->brk, prev = 0, next;
    struct window w = window_of(c->memory, limit);
    for (uintptr_t at = c->root.gap_head; at != 0; at = next) {
        const unsigned char *raw = NULL;
        bool inside = at % HEAP_ALIGN == 0 && at > prev && at >= c->root.start && at < limit &&
                      limit - at >= FIT_BLOCK_HEADER;
        if (inside) raw = window_at(&w, at, FIT_BLOCK_HEADER);
        uint64_t word = raw != NULL ? window_word(raw, offsetof(struct fit_block, size_flags)) : 0;
        if ((word & FIT_FLAGS) != FIT_FENCE) {
            check_no_fence(c, at, prev, raw);
            return;
        }
        next = word & ~FIT_FLAGS;
        prev = at;
    }
    if (c->root.gap_tail != prev)
        check_report_word(c, 12, 0, FIELD_ROOT_GAP_TAIL, c->root.gap_tail, prev);
}

void check_first(struct check *c)
{
    if (check_is_known(c) && c->root.first != c->first)
        check_report_word(c, 4, 0, FIELD_ROOT_FIRST, c->root.first, c->first);
    check_no_rover(c);
}
