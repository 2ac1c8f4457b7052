/* format_fence.c: the fits' way from one foreign gap to the next. A link leads to the fence behind
 * each gap, and a word of the fence to where the gap begins.
 *
 * Three things make a fence: its flags, a gap that can be, and a block behind it before which there
 * is none. Two of them are enough: the third is the false word. Where a link leads to no fence, the
 * blocks before it end where one is found whose gap begins there. */
#include "fit_private.h"

struct fence {
    uintptr_t at;
    uint64_t gap_size, next_gap; /* its words */
    uintptr_t next; /* where it leads; 0: it is the last */
    bool gap_is_true, next_is_true;
};

/* Does the first block behind a gap stand there, or does the heap end? */
static bool is_behind_gap(struct walk *w, uintptr_t at)
{
    struct fit_tags t;
    return at == w->limit ||
           (fit_read_tags(w, at, w->limit, &t) && t.before == 0 && fit_is_size(&t, w->limit - at));
}

static bool read_fence(struct walk *w, uintptr_t at, struct fence *f)
{
    if (at % HEAP_ALIGN != 0 || at <= w->at || at >= w->limit || w->limit - at < FIT_BLOCK_HEADER)
        return false;
    const unsigned char *raw = window_at(&w->window, at, FIT_BLOCK_HEADER);
    if (raw == NULL) return false;
    *f = (struct fence){.at = at,
                        .gap_size = window_word(raw, offsetof(struct fit_block, prev_size)),
                        .next_gap = window_word(raw, offsetof(struct fit_block, size_flags))};
    f->next = f->next_gap & ~FIT_FLAGS;
    f->gap_is_true = f->gap_size != 0 && f->gap_size % HEAP_ALIGN == 0 && f->gap_size <= at - w->at;
    f->next_is_true = (f->next_gap & FIT_FLAGS) == FIT_FENCE && (f->next == 0 || f->next > at);
    return true;
}

/* Is there one, as far as two of three say so? */
static bool is_fence(struct walk *w, uintptr_t at, struct fence *f)
{
    if (!read_fence(w, at, f)) return false;
    return f->gap_is_true + f->next_is_true + is_behind_gap(w, at + FIT_BLOCK_HEADER) >= 2;
}

uintptr_t fit_find_fence(struct walk *w, uintptr_t gap)
{
    struct fence f;
    for (uintptr_t at = gap + HEAP_ALIGN; at < w->limit && walk_may_search(w); at += HEAP_ALIGN) {
        if (!read_fence(w, at, &f)) return 0;
        if (f.gap_size == at - gap && f.next_is_true && is_behind_gap(w, at + FIT_BLOCK_HEADER))
            return at;
    }
    return 0;
}

/* Pass the gap at w->at and its fence. *next becomes where the next one is: 0, there is none;
 * UINTPTR_MAX, nobody knows. */
static enum walk_result pass_gap(struct walk *w, struct fence *f, uintptr_t *next)
{
    struct fence there;
    uint64_t gap_size = f->at - w->at;
    bool last = f->at == w->root->gap_tail;
    if (f->next_is_true && f->next != 0 && !is_fence(w, f->next, &there)) f->next_is_true = false;
    if (f->next_is_true && f->next == 0 && !last && is_fence(w, w->root->gap_tail, &there) &&
        there.at > f->at)
        f->next_is_true = false;
    *next = f->next_is_true ? f->next : last ? 0 : UINTPTR_MAX;
    if (f->gap_size == gap_size && f->next_is_true)
        return walk_foreign(w, f->at + FIT_BLOCK_HEADER, FIT_BLOCK_HEADER);
    struct walk_block block = {.size = gap_size + FIT_BLOCK_HEADER, .state = WALK_FOREIGN};
    if (f->gap_size != gap_size)
        return walk_pass_damaged(w, &block, f->at, FIELD_GAP_SIZE, f->gap_size, gap_size);
    return walk_pass_damaged(w, &block, f->at, FIELD_NEXT_GAP, f->next_gap, last ? FIT_FENCE : 0);
}

/* link, the root's word or that of the fence at holder, leads to no fence, or not to the next
 * one. */
static void tell_link(struct walk *w, uintptr_t holder, uintptr_t link, uintptr_t expected)
{
    if (link == UINTPTR_MAX) return; /* told already */
    uint64_t flag = holder != 0 ? FIT_FENCE : 0;
    (void)walk_false(w, holder, holder != 0 ? FIELD_NEXT_GAP : FIELD_ROOT_GAP_HEAD, link | flag,
                     expected != 0 ? expected | flag : 0);
    w->lost = false;
}

enum walk_result fit_walk(struct walk *w)
{
    uintptr_t link = w->root->gap_head, holder = 0;
    while (w->at < w->limit) {
        struct fence f;
        bool known = link != 0 && link != UINTPTR_MAX && is_fence(w, link, &f);
        struct fit_run run = {.end = known ? f.at - (f.gap_is_true ? f.gap_size : 0) : w->limit,
                              .fence = known ? f.at : 0,
                              .doubtful = known && !f.gap_is_true};
        enum walk_result result = fit_walk_run(w, &run);
        bool lost = w->lost;
        if (!known && link != 0) tell_link(w, holder, link, 0);
        w->lost = lost;
        if (result != WALK_OK) return result;
        if (w->at == w->limit) break;
        if (w->at != run.end && !run.doubtful) { /* a gap that nobody leads to */
            uintptr_t at = fit_find_fence(w, w->at);
            if (at == 0 || !read_fence(w, at, &f)) return walk_false(w, w->at, FIELD_N, 0, 0);
            if (known || link == 0) tell_link(w, holder, link, at);
        }
        holder = f.at;
        result = pass_gap(w, &f, &link);
        if (result == WALK_STOPPED) return result;
    }
    return w->damage.at != 0 ? WALK_DAMAGED : WALK_OK;
}
