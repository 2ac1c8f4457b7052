/* format_fit.c: the walk of the fits: from block to block by size, one run of ours between two
 * foreign gaps after the other (format_fence.c).
 *
 * Two words say how long a block is: its own size, and prev_size behind it. Where they do not
 * agree, a third one decides:
 *   1  on the way to where size leads a block begins whose prev_size leads back here: size is false
 *   2  a block begins where size leads: prev_size there is false
 *   3  a foreign gap begins there
 *   4  a block begins beyond, whose prev_size leads back here: size is false; or back to where size
 *      leads: the block there is damaged
 *   5  the root, or the fence behind the run, says that the block is the last: it reaches the end
 * That a block begins somewhere is believed only where its own size leads on to a header that
 * agrees. */
#include <string.h>

#include "check_private.h"
#include "fit_private.h"

static uint64_t tag_size(const struct fit_tags *t) { return t->size_flags & ~FIT_FLAGS; }

static struct fit_tags tags_of(const unsigned char *raw)
{
    return (struct fit_tags){window_word(raw, offsetof(struct fit_block, prev_size)),
                             window_word(raw, offsetof(struct fit_block, size_flags))};
}

bool fit_is_size(const struct fit_tags *t, uint64_t most)
{
    return (t->size_flags & FIT_FLAGS & ~FIT_FREE) == 0 && tag_size(t) >= FIT_BLOCK_MIN &&
           tag_size(t) <= most;
}

bool fit_read_tags(struct walk *w, uintptr_t at, uintptr_t end, struct fit_tags *t)
{
    if (at >= end || end - at < FIT_BLOCK_MIN) return false;
    const unsigned char *raw = window_at(&w->window, at, FIT_BLOCK_HEADER);
    if (raw != NULL) *t = tags_of(raw);
    return raw != NULL;
}

/* Does a block begin at at? */
static bool begins(struct walk *w, uintptr_t end, uintptr_t at)
{
    struct fit_tags own, behind;
    if (!fit_read_tags(w, at, end, &own) || !fit_is_size(&own, end - at)) return false;
    uintptr_t next = at + tag_size(&own);
    return next == end || (fit_read_tags(w, next, end, &behind) && behind.before == tag_size(&own));
}

/* The first place from here on, below most, where a block begins whose prev_size leads back to one
 * or other. 0: there is none, or the walk has searched enough. */
static uintptr_t search(struct walk *w, const struct fit_run *run, uintptr_t here, uintptr_t most,
                        uintptr_t one, uintptr_t other)
{
    struct fit_tags t;
    for (uintptr_t at = here; at < most && walk_may_search(w); at += HEAP_ALIGN) {
        if (!fit_read_tags(w, at, run->end, &t)) return 0;
        if ((t.before == at - one || t.before == at - other) && begins(w, run->end, at)) return at;
    }
    return 0;
}

/* Where a block ends whose size and what stands behind it do not agree; 0: nobody can tell. */
struct verdict {
    uintptr_t end;
    bool is_false; /* its size says otherwise, */
    bool is_told; /* as does the block behind it */
};

/* Judge the block at w->at, whose size leads to next; 0: it leads nowhere. */
static struct verdict judge(struct walk *w, const struct fit_run *run, uintptr_t next)
{
    uintptr_t at = w->at, least = at + FIT_BLOCK_MIN, found = 0;
    bool is_end = run->end == w->root->top;
    struct fit_tags t;
    if (next != 0) found = search(w, run, least, next, at, at);
    if (found == 0 && next == run->end)
        return (struct verdict){next, false,
                                false}; /* the root's word for the last block is false */
    if (found != 0) return (struct verdict){found, true, true};
    if (next != 0 && (begins(w, run->end, next) || run->doubtful || fit_find_fence(w, next) != 0))
        return (struct verdict){next, false, false};
    found =
        search(w, run, next != 0 ? next + HEAP_ALIGN : least, run->end, at, next != 0 ? next : at);
    if (found != 0 && fit_read_tags(w, found, run->end, &t))
        return t.before == found - at ? (struct verdict){found, true, true}
                                      : (struct verdict){next, false, false};
    if (next != 0 && is_end && next == w->root->last) return (struct verdict){next, false, false};
    if ((is_end && at == w->root->last) || (run->end < w->limit && !run->doubtful))
        return (struct verdict){run->end, true, false};
    return (struct verdict){next, false, false};
}

/* Does the header at next agree? It does, too, if it can't be read: that is told when the walk is
 * there. *raw moves on to kept if it must. */
static bool agrees(struct walk *w, uintptr_t next, uint64_t size, const unsigned char **raw,
                   unsigned char kept[FIT_BLOCK_MIN])
{
    if (next + FIT_BLOCK_HEADER > w->window.end) *raw = memcpy(kept, *raw, FIT_BLOCK_MIN);
    const unsigned char *behind = window_at(&w->window, next, FIT_BLOCK_HEADER);
    return behind == NULL || window_word(behind, offsetof(struct fit_block, prev_size)) == size;
}

/* Pass a block whose size is true. tagged: so is its prev_size. */
static enum walk_result pass(struct walk *w, struct fit_run *run, uint64_t size, bool tagged,
                             const unsigned char *raw)
{
    struct fit_tags t = tags_of(raw);
    bool is_free = (t.size_flags & FIT_FREE) != 0;
    struct walk_block block = {
        .address = w->at,
        .size = size,
        .state = is_free ? WALK_IS_FREE : WALK_USED,
        .next_free = is_free ? window_word(raw, offsetof(struct fit_block, next_free)) : 0};
    uint64_t before = run->before;
    run->before = size;
    walk_guards(w, &block);
    if (!tagged) return walk_pass_damaged(w, &block, w->at, FIELD_PREV_SIZE, t.before, before);
    block.raw = raw;
    w->at += size;
    return w->visit(w->user, &block) ? WALK_OK : WALK_STOPPED;
}

/* The block at w->at does not agree with what its size leads to; 0: to nothing. */
static enum walk_result pass_doubtful(struct walk *w, struct fit_run *run, uintptr_t next,
                                      const unsigned char kept[FIT_BLOCK_MIN])
{
    struct fit_tags t = tags_of(kept);
    struct verdict v = judge(w, run, next);
    bool cut = w->brk < w->root->top && next == 0 && fit_is_size(&t, w->root->top - w->at);
    if (v.end == 0)
        return walk_false(w, w->at, cut ? FIELD_N : FIELD_SIZE_FLAGS, cut ? 0 : t.size_flags, 0);
    if (!v.is_false) return pass(w, run, v.end - w->at, t.before == run->before, kept);
    struct walk_block block = {.size = v.end - w->at, .state = WALK_IS_DAMAGED};
    run->before = block.size;
    bool clean = v.is_told && next != 0; /* else its flags are as doubtful */
    return walk_pass_damaged(w, &block, w->at, FIELD_SIZE_FLAGS, t.size_flags,
                             clean ? run->before | (t.size_flags & FIT_FREE) : 0);
}

/* The block, or the one behind it, reaches beyond where the gap begins, as its fence says; but the
 * two agree. Then the fence is false. */
static bool run_goes_on(struct walk *w, struct fit_run *run, const struct fit_tags *t)
{
    struct fit_tags behind;
    if (run->fence == 0 || run->doubtful || t->before != run->before ||
        !fit_is_size(t, run->fence - w->at))
        return false;
    if (tag_size(t) + FIT_BLOCK_MIN <= run->end - w->at) return false;
    if (!fit_read_tags(w, w->at + tag_size(t), run->fence, &behind)) return false;
    if (behind.before != tag_size(t)) return false;
    run->end = run->fence;
    return run->doubtful = true;
}

/* May the block at w->at, whose size leads to the run's end, be the last one? Before a gap no third
 * word tells. */
static bool is_last(const struct walk *w, const struct fit_run *run)
{
    return run->fence != 0 || run->end != w->root->top || w->at == w->root->last;
}

enum walk_result fit_walk_run(struct walk *w, struct fit_run *run)
{
    unsigned char kept[FIT_BLOCK_MIN];
    while (w->at < run->end) {
        uint64_t most = run->end - w->at;
        if (most < FIT_BLOCK_MIN)
            return run->doubtful ? WALK_OK : walk_false(w, w->at, FIELD_N, 0, 0);
        const unsigned char *raw = window_at(&w->window, w->at, FIT_BLOCK_MIN);
        if (raw == NULL) return WALK_UNREADABLE;
        struct fit_tags t = tags_of(raw);
        uintptr_t next = fit_is_size(&t, most) ? w->at + tag_size(&t) : 0;
        bool tagged = t.before == run->before, at_end = next == run->end;
        bool last = at_end && is_last(w, run);
        bool sound = last || (next != 0 && !at_end && run->end - next >= FIT_BLOCK_MIN &&
                              agrees(w, next, tag_size(&t), &raw, kept));
        if (!sound || !tagged) raw = raw == kept ? kept : memcpy(kept, raw, FIT_BLOCK_MIN);
        if (!sound && run_goes_on(w, run, &t)) continue;
        bool may_be_gap = !sound && (!tagged || next == 0);
        if (may_be_gap && ((run->doubtful && !tagged) || fit_find_fence(w, w->at) != 0))
            return WALK_OK;
        enum walk_result result =
            sound ? pass(w, run, tag_size(&t), tagged, raw) : pass_doubtful(w, run, next, kept);
        if (result == WALK_STOPPED || (result == WALK_DAMAGED && w->lost)) return result;
    }
    return WALK_OK;
}

const struct format format_fit = {.blocks = &block_format_fit,
                                  .walk = fit_walk,
                                  .check_block = check_fit_block,
                                  .check_list = check_free_list,
                                  .check_gaps = check_fences};
