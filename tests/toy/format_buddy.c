/* format_buddy.c: how a toy's slots are walked. */
#include "allocator/format/check_private.h"
#include "allocator/format/walk_private.h"
#include "buddy.h"

static enum walk_result buddy_walk(struct walk *w)
{
    while (w->at < w->limit) {
        if (w->limit - w->at < BUDDY_SLOT) return walk_false(w, w->at, FIELD_N, 0, 0);
        const unsigned char *raw = window_at(&w->window, w->at, 32);
        if (raw == NULL) return WALK_UNREADABLE;
        uint64_t size = window_word(raw, 0), is_free = window_word(raw, 8) & UINT32_MAX;
        struct walk_block block = {.address = w->at,
                                   .size = BUDDY_SLOT,
                                   .state = is_free ? WALK_IS_FREE : WALK_USED,
                                   .raw = raw};
        enum block_field wrong = size != BUDDY_SLOT - BUDDY_HEADER ? FIELD_SIZE
                                 : is_free > 1                     ? FIELD_IS_FREE
                                                                   : FIELD_N;
        if (wrong != FIELD_N) {
            uint64_t found = wrong == FIELD_SIZE ? size : is_free,
                     expected = wrong == FIELD_SIZE ? BUDDY_SLOT - BUDDY_HEADER : 0;
            if (walk_pass_damaged(w, &block, w->at, wrong, found, expected) == WALK_STOPPED)
                return WALK_STOPPED;
            continue;
        }
        walk_guards(w, &block);
        w->at += BUDDY_SLOT;
        if (!w->visit(w->user, &block)) return WALK_STOPPED;
    }
    return w->damage.at != 0 ? WALK_DAMAGED : WALK_OK;
}

const struct format format_buddy = {
    .blocks = &block_format_buddy, .walk = buddy_walk, .check_list = check_no_rover};
