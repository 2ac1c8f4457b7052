/* check_guard.c: the bytes of canaries and poison, on a second way from block to block: they lie where the first one does not read.
 *
 * The walk has found the blocks sound. Should they have changed since, the way ends where it stops making sense. */
#include <string.h>

#include "check_private.h"
#include "window.h"

#define GUARD_PIECE 4096u

/* A block on the way, whose bytes lie in [at, end). */
struct guarded {
    uintptr_t at, end;
    bool is_free;
};

/* True if all bytes of [from, to) are byte; if they can't be read, nobody can say that they are not. */
static bool check_guard_is_all(struct window *w, uintptr_t from, uintptr_t to, unsigned char byte)
{
    while (from < to) {
        size_t n = to - from < GUARD_PIECE ? to - from : GUARD_PIECE;
        const unsigned char *bytes = window_at(w, from, n);
        if (bytes == NULL) return true;
        if (bytes[0] != byte || memcmp(bytes, bytes + 1, n - 1) != 0) return false;
        from += n;
    }
    return true;
}

/* The front guard of a used block: false if it is not whole, and told; else *asked. */
static bool check_guard_front(struct check *c, struct window *w, const struct guarded *b, uintptr_t inner, uint64_t *asked)
{
    const unsigned char *raw = window_at(w, inner, GUARD_FRONT);
    if (raw == NULL) return false;
    bool header = c->root.policy == HEAP_HEADER;
    uint64_t canary = window_word(raw, 0), most = b->end - inner - GUARD_FRONT;
    *asked = window_word(raw, 8);
    if (canary != GUARD_WORD) {
        check_report(c, 13, b->at, "the canary before its payload", canary, GUARD_WORD, 16);
        check_about(c, header ? FIELD_HEADER_CANARY : FIELD_FIT_CANARY);
        return false;
    }
    if (most < GUARD_REAR || *asked > most - GUARD_REAR) {
        check_report(c, 13, b->at, "what its front guard says was asked for can't be true", *asked, 0, 0);
        check_about(c, header ? FIELD_HEADER_ASKED : FIELD_FIT_ASKED);
        return false;
    }
    return true;
}

static void check_guard_block(struct check *c, struct window *w, const struct guarded *b)
{
    const struct heap_root *root = &c->root;
    uintptr_t inner = b->at + block_header_bytes((enum heap_policy)root->policy), payload = inner, end = b->end;
    uint64_t asked;
    if (!b->is_free && root->canary != 0) {
        if (!check_guard_front(c, w, b, inner, &asked)) return;
        payload = inner + GUARD_FRONT;
        uintptr_t rear = payload + asked;
        if (!check_guard_is_all(w, rear, end - rear > GUARD_REAR_MAX ? rear + GUARD_REAR_MAX : end, GUARD_BYTE))
            check_report(c, 13, b->at, "the canary behind its payload was overwritten", 0, 0, 0);
        end = rear;
    }
    if (root->poison == 0) return;
    if (b->is_free && !check_guard_is_all(w, b->at + POISON_FROM, b->end, POISON_BYTE))
        check_report(c, 14, b->at, "it is free, and was written to after it was freed", 0, 0, 0);
    if (!b->is_free && heap_is_quarantined(root, b->at) && !check_guard_is_all(w, payload, end, POISON_BYTE))
        check_report(c, 14, b->at, "it is in quarantine, and was written to after it was freed", 0, 0, 0);
}

static void check_guard_header(struct check *c, struct window *w)
{
    for (uintptr_t at = c->root.first; at != 0;) {
        const unsigned char *raw =
            at < w->limit && w->limit - at >= HEADER_BLOCK_MIN ? window_at(w, at, HEADER_BLOCK_HEADER) : NULL;
        if (raw == NULL) return;
        uint64_t size = window_word(raw, offsetof(union header_block, s.size));
        uintptr_t next = window_word(raw, offsetof(union header_block, s.next));
        bool is_free = raw[offsetof(union header_block, s.is_free)] != 0;
        if (size > w->limit - at - HEADER_BLOCK_HEADER || size < GUARD_FRONT) return;
        struct guarded b = {at, at + HEADER_BLOCK_HEADER + size, is_free};
        check_guard_block(c, w, &b);
        if (next != 0 && next <= at) return;
        at = next;
    }
}

/* Read the fence: where its gap begins (UINTPTR_MAX if there is no fence), and the next one. */
static uintptr_t check_guard_gap(struct window *w, uintptr_t fence, uintptr_t *next)
{
    const unsigned char *raw =
        fence != 0 && fence < w->limit && w->limit - fence >= FIT_BLOCK_HEADER ? window_at(w, fence, FIT_BLOCK_HEADER) : NULL;
    if (raw == NULL) return UINTPTR_MAX;
    *next = window_word(raw, offsetof(struct fit_block, size_flags)) & ~FIT_FLAGS;
    return fence - window_word(raw, offsetof(struct fit_block, prev_size));
}

static void check_guard_fit(struct check *c, struct window *w)
{
    uintptr_t fence = c->root.gap_head, next = 0, gap = check_guard_gap(w, fence, &next);
    for (uintptr_t at = c->root.start; at < w->limit;) {
        if (at == gap) {
            if (fence < at) return;
            at = fence + FIT_BLOCK_HEADER;
            fence = next;
            gap = check_guard_gap(w, fence, &next);
            continue;
        }
        const unsigned char *raw = w->limit - at >= FIT_BLOCK_MIN ? window_at(w, at, FIT_BLOCK_HEADER) : NULL;
        if (raw == NULL) return;
        uint64_t size_flags = window_word(raw, offsetof(struct fit_block, size_flags)), size = size_flags & ~FIT_FLAGS;
        if (size < FIT_BLOCK_MIN || size > w->limit - at) return;
        struct guarded b = {at, at + size, (size_flags & FIT_FREE) != 0};
        check_guard_block(c, w, &b);
        at += size;
    }
}

void check_guards(struct check *c)
{
    struct window w = window_of(c->memory, c->root.top < c->brk ? c->root.top : c->brk);
    if ((c->root.canary == 0 && c->root.poison == 0) || c->root.policy == HEAP_BUMP) return;
    if (w.limit <= c->root.start) return; /* an empty heap: the walk has not looked where the root leads */
    if (c->root.policy == HEAP_HEADER)
        check_guard_header(c, &w);
    else
        check_guard_fit(c, &w);
}
