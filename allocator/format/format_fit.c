/* format_fit.c: the walk of the fits: from block to block by size, one run of ours between two foreign gaps after the other. */
#include "check_private.h"
#include "format.h"
#include "walk_private.h"

/* Visit blocks of the fits up to end. doubtful: nobody knows where our blocks end, so each must agree with the one before. */
static enum walk_result walk_fit_run(struct walk *w, uintptr_t end, bool doubtful)
{
    uint64_t prev_size = 0;
    struct walk_block block = {.header = FIT_BLOCK_HEADER};
    while (w->at < end) {
        uint64_t most = end - w->at;
        if (most < FIT_BLOCK_MIN) return walk_false(w, w->at, FIELD_N, 0, 0);
        block.raw = window_at(&w->window, w->at, FIT_BLOCK_MIN);
        if (block.raw == NULL) return WALK_UNREADABLE;
        uint64_t size_flags = window_word(block.raw, offsetof(struct fit_block, size_flags)), size = size_flags & ~FIT_FLAGS;
        uint64_t before = window_word(block.raw, offsetof(struct fit_block, prev_size));
        bool cut = size > most && w->brk < w->root->top && size <= w->root->top - w->at;
        if ((size_flags & FIT_FLAGS & ~FIT_FREE) != 0 || size < FIT_BLOCK_MIN || size > most)
            return cut ? walk_false(w, w->at, FIELD_N, 0, 0) : walk_false(w, w->at, FIELD_SIZE_FLAGS, size_flags, 0);
        if (doubtful && before != prev_size) return walk_false(w, w->at, FIELD_PREV_SIZE, before, prev_size);
        bool is_free = (size_flags & FIT_FREE) != 0;
        block.address = w->at;
        block.size = prev_size = size;
        block.state = is_free ? WALK_IS_FREE : WALK_USED;
        block.next_free = is_free ? window_word(block.raw, offsetof(struct fit_block, next_free)) : 0;
        walk_guards(w, &block);
        w->at += size;
        if (!w->visit(w->user, &block)) return WALK_STOPPED;
    }
    return WALK_OK;
}

/* A fence as it is read: where its foreign gap begins, and the fence behind it. */
struct fence {
    uintptr_t gap, next;
    enum block_field wrong; /* which of its words can't be true; FIELD_N: none, */
    uint64_t found; /* and that word */
};

/* False if no fence can be there. */
static bool walk_fence(struct walk *w, uintptr_t at, struct fence *fence)
{
    if (at % HEAP_ALIGN != 0 || at <= w->at || at >= w->limit || w->limit - at < FIT_BLOCK_HEADER) return false;
    const unsigned char *bytes = window_at(&w->window, at, FIT_BLOCK_HEADER);
    if (bytes == NULL) return false;
    uint64_t gap_size = window_word(bytes, offsetof(struct fit_block, prev_size));
    uint64_t next_gap = window_word(bytes, offsetof(struct fit_block, size_flags));
    *fence = (struct fence){at - gap_size, next_gap & ~FIT_FLAGS, FIELD_N, 0};
    if ((next_gap & FIT_FLAGS) != FIT_FENCE) fence->wrong = FIELD_NEXT_GAP, fence->found = next_gap;
    if (gap_size == 0 || gap_size % HEAP_ALIGN != 0 || gap_size > at - w->at)
        fence->wrong = FIELD_GAP_SIZE, fence->found = gap_size;
    return true;
}

/* The fence at at is none: link, a word of the root or of the fence before, leads to it. The blocks before it are shown as far as each agrees with
 * the one before. */
static enum walk_result walk_fit_doubtful(struct walk *w, uintptr_t at, uintptr_t before, const struct fence *fence)
{
    bool inside = at > w->at && at < w->limit;
    enum walk_result result = walk_fit_run(w, inside ? at : w->limit, true);
    if (result != WALK_OK && result != WALK_DAMAGED) return result;
    w->damage.at = 0; /* where the doubtful ones end is no fault of theirs */
    if (fence != NULL)
        (void)walk_false(w, at, fence->wrong, fence->found, 0);
    else if (before != 0)
        (void)walk_false(w, before, FIELD_NEXT_GAP, at | FIT_FENCE, 0);
    else
        (void)walk_false(w, 0, FIELD_ROOT_GAP_HEAD, at, 0);
    w->lost = result == WALK_DAMAGED;
    return WALK_DAMAGED;
}

static enum walk_result walk_fit(struct walk *w)
{
    uintptr_t at = w->root->gap_head, before = 0;
    struct fence fence;
    while (at != 0) {
        bool is_fence = walk_fence(w, at, &fence);
        if (!is_fence || fence.wrong != FIELD_N) return walk_fit_doubtful(w, at, before, is_fence ? &fence : NULL);
        enum walk_result result = walk_fit_run(w, fence.gap, false);
        if (result == WALK_OK) result = walk_foreign(w, at + FIT_BLOCK_HEADER, FIT_BLOCK_HEADER);
        if (result != WALK_OK) return result;
        before = at;
        at = fence.next;
    }
    return walk_fit_run(w, w->limit, false);
}

const struct format format_fit = {.blocks = &block_format_fit,
                                  .walk = walk_fit,
                                  .check_block = check_fit_block,
                                  .check_list = check_free_list,
                                  .check_gaps = check_fences};
