/* check_guard.c: the bytes of canaries and poison, on a second walk from block to block: they lie
 * where the first one does not read. */
#include <string.h>

#include "check_private.h"
#include "window.h"

#define GUARD_PIECE 4096u

/* A block on the way, whose bytes lie in [at, end). */
struct guarded {
    uintptr_t at, end;
    enum walk_state state;
};

/* True if all bytes of [from, to) are byte; if they can't be read, nobody can say that they are
 * not. */
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
static bool check_guard_front(struct check *c, struct window *w, const struct guarded *b,
                              uintptr_t inner, uint64_t *asked)
{
    const unsigned char *raw = window_at(w, inner, GUARD_FRONT);
    if (raw == NULL) return false;
    uint64_t canary = window_word(raw, 0), most = b->end - inner - GUARD_FRONT;
    *asked = window_word(raw, 8);
    if (canary != GUARD_WORD) {
        check_report(c, 13, b->at, "the canary before its payload", canary, GUARD_WORD, 16);
        check_about(c, c->format->blocks->canary);
        return false;
    }
    if (most < GUARD_REAR || *asked > most - GUARD_REAR) {
        check_report(c, 13, b->at, "what its front guard says was asked for can't be true", *asked,
                     0, 0);
        check_about(c, c->format->blocks->asked);
        return false;
    }
    return true;
}

static void check_guard_block(struct check *c, struct window *w, const struct guarded *b)
{
    const struct heap_root *root = &c->root;
    uintptr_t inner = b->at + c->format->blocks->header, payload = inner, end = b->end;
    uint64_t asked;
    if (b->state != WALK_IS_FREE && root->canary != 0) {
        if (!check_guard_front(c, w, b, inner, &asked)) return;
        payload = inner + GUARD_FRONT;
        uintptr_t rear = payload + asked;
        if (!check_guard_is_all(w, rear, end - rear > GUARD_REAR_MAX ? rear + GUARD_REAR_MAX : end,
                                GUARD_BYTE))
            check_report(c, 13, b->at, "the canary behind its payload was overwritten", 0, 0, 0);
        end = rear;
    }
    if (root->poison == 0) return;
    if (b->state == WALK_IS_FREE &&
        !check_guard_is_all(w, b->at + POISON_FROM, b->end, POISON_BYTE))
        check_report(c, 14, b->at, "it is free, and was written to after it was freed", 0, 0, 0);
    if (b->state == WALK_QUARANTINED && !check_guard_is_all(w, payload, end, POISON_BYTE))
        check_report(c, 14, b->at, "it is in quarantine, and was written to after it was freed", 0,
                     0, 0);
}

static bool check_guard_visit(void *user, const struct walk_block *block)
{
    struct check *c = user;
    struct guarded b = {block->address, block->address + block->size, block->state};
    if (walk_is_used(b.state) || b.state == WALK_IS_FREE) check_guard_block(c, block->window, &b);
    return true;
}

void check_guards(struct check *c)
{
    if (c->result != WALK_UNREADABLE && (c->root.canary != 0 || c->root.poison != 0))
        (void)walk_blocks(&c->root, c->brk, c->memory, check_guard_visit, c, NULL);
}
