/* walk.c: the introspection walk. See walk.h.
 *
 * `header` follows next; the fits go from block to block by size, one region between two foreign gaps after the other. Each
 * block ends beyond where it begins and inside [start, top) and brk, so that the walk ends whatever it reads. */
#include "walk.h"

#include <string.h>

#include "window.h"

/* What all parts of one walk share. */
struct walk {
    struct window window;
    uintptr_t limit; /* our blocks end at or below it: the lower of top and brk */
    walk_visit *visit;
    void *user;
    uintptr_t at; /* all below has been visited */
    const struct heap_root *root;
};

/* What the guards make of a block: a used one may have a front guard, and may be in quarantine. */
static void walk_guards(const struct walk *w, struct walk_block *block)
{
    bool used = block->state == WALK_USED;
    uint32_t header = block_header_bytes((enum heap_policy)w->root->policy);
    block->header = used && w->root->canary != 0 ? header + GUARD_FRONT : header;
    block->quarantined = used && w->root->quarantine_n != 0 && heap_is_quarantined(w->root, block->address);
}

enum walk_result walk_root(const struct memory *m, uintptr_t address, struct heap_root *root)
{
    size_t got = 0;
    if (address % _Alignof(struct heap_root) != 0 || address > UINTPTR_MAX - sizeof *root) return WALK_NO_ROOT;
    const unsigned char *bytes = m->bytes(m, address, sizeof *root, sizeof *root, &got);
    if (bytes == NULL || got < sizeof *root) return WALK_NO_ROOT;
    memcpy(root, bytes, sizeof *root);
    bool known = root->magic == HEAP_ROOT_MAGIC && root->policy < HEAP_N_POLICIES && root->order < HEAP_N_ORDERS;
    bool placed = root->start <= root->top && root->start % HEAP_ALIGN == 0 && root->top % HEAP_ALIGN == 0;
    return known && placed ? WALK_OK : WALK_NO_ROOT;
}

/* Visit what is not ours up to end. header bytes of it, at its end, are a fence. */
static enum walk_result walk_foreign(struct walk *w, uintptr_t end, uint32_t header)
{
    struct walk_block block = {.address = w->at, .size = end - w->at, .header = header, .state = WALK_FOREIGN};
    w->at = end;
    return w->visit(w->user, &block) ? WALK_OK : WALK_STOPPED;
}

/* The next block of `header` begins at *next, which the word before it says; go there, over a foreign gap if there is one. */
static enum walk_result walk_header_leap(struct walk *w, uintptr_t next)
{
    if (next == w->at) return WALK_OK;
    return next > w->limit ? WALK_DAMAGED : walk_foreign(w, next, 0);
}

/* A link of `header` that can be true: at or above from, with room for a block below top. */
static bool walk_header_link(const struct heap_root *root, uintptr_t from, uintptr_t link)
{
    return link >= from && link % HEAP_ALIGN == 0 && link < root->top && root->top - link >= HEADER_BLOCK_MIN;
}

static enum walk_result walk_header(struct walk *w, const struct heap_root *root)
{
    uintptr_t next = root->first;
    if (next == 0) return root->top == root->start ? WALK_OK : WALK_DAMAGED;
    if (!walk_header_link(root, root->start, next)) return WALK_DAMAGED;
    struct walk_block block = {.header = HEADER_BLOCK_HEADER};
    while (next != 0) {
        enum walk_result result = walk_header_leap(w, next);
        if (result != WALK_OK) return result;
        if (w->limit - w->at < HEADER_BLOCK_MIN) return WALK_DAMAGED;
        block.raw = window_at(&w->window, w->at, HEADER_BLOCK_HEADER);
        if (block.raw == NULL) return WALK_UNREADABLE;
        uint64_t size = window_word(block.raw, offsetof(union header_block, s.size));
        uint32_t is_free;
        memcpy(&is_free, block.raw + offsetof(union header_block, s.is_free), sizeof is_free);
        next = window_word(block.raw, offsetof(union header_block, s.next));
        if (size == 0 || size % HEAP_ALIGN != 0 || size > w->limit - w->at - HEADER_BLOCK_HEADER || is_free > 1)
            return WALK_DAMAGED;
        uintptr_t end = w->at + HEADER_BLOCK_HEADER + size;
        if (next == 0 ? end != root->top : !walk_header_link(root, end, next)) return WALK_DAMAGED;
        block.address = w->at;
        block.size = end - w->at;
        block.state = is_free ? WALK_IS_FREE : WALK_USED;
        walk_guards(w, &block);
        w->at = end;
        if (!w->visit(w->user, &block)) return WALK_STOPPED;
    }
    return WALK_OK;
}

/* Visit blocks of the fits up to end. doubtful: nobody knows where our blocks end, so each must agree with the one before. */
static enum walk_result walk_fit_run(struct walk *w, uintptr_t end, bool doubtful)
{
    uint64_t prev_size = 0;
    struct walk_block block = {.header = FIT_BLOCK_HEADER};
    while (w->at < end) {
        uint64_t most = end - w->at;
        if (most < FIT_BLOCK_MIN) return WALK_DAMAGED;
        block.raw = window_at(&w->window, w->at, FIT_BLOCK_MIN);
        if (block.raw == NULL) return WALK_UNREADABLE;
        uint64_t size_flags = window_word(block.raw, offsetof(struct fit_block, size_flags));
        uint64_t size = size_flags & ~FIT_FLAGS;
        if ((size_flags & FIT_FLAGS & ~FIT_FREE) != 0 || size < FIT_BLOCK_MIN || size > most) return WALK_DAMAGED;
        if (doubtful && window_word(block.raw, offsetof(struct fit_block, prev_size)) != prev_size) return WALK_DAMAGED;
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

/* Read the fence: *gap is where its foreign gap begins, *next the fence behind it. False if it can't be true. */
static bool walk_fence(struct walk *w, uintptr_t fence, uintptr_t *gap, uintptr_t *next)
{
    if (fence % HEAP_ALIGN != 0 || fence <= w->at || fence >= w->limit || w->limit - fence < FIT_BLOCK_HEADER) return false;
    const unsigned char *bytes = window_at(&w->window, fence, FIT_BLOCK_HEADER);
    if (bytes == NULL) return false;
    uint64_t gap_size = window_word(bytes, offsetof(struct fit_block, prev_size));
    uint64_t next_gap = window_word(bytes, offsetof(struct fit_block, size_flags));
    *gap = fence - gap_size;
    *next = next_gap & ~FIT_FLAGS;
    return gap_size != 0 && gap_size % HEAP_ALIGN == 0 && gap_size <= fence - w->at && (next_gap & FIT_FLAGS) == FIT_FENCE;
}

static enum walk_result walk_fit(struct walk *w, const struct heap_root *root)
{
    uintptr_t fence = root->gap_head, gap, next;
    while (fence != 0) {
        if (!walk_fence(w, fence, &gap, &next)) {
            bool inside = fence > w->at && fence < w->limit;
            enum walk_result result = walk_fit_run(w, inside ? fence : w->limit, true);
            return result == WALK_OK ? WALK_DAMAGED : result;
        }
        enum walk_result result = walk_fit_run(w, gap, false);
        if (result == WALK_OK) result = walk_foreign(w, fence + FIT_BLOCK_HEADER, FIT_BLOCK_HEADER);
        if (result != WALK_OK) return result;
        fence = next;
    }
    return walk_fit_run(w, w->limit, false);
}

enum walk_result walk_blocks(const struct heap_root *root, uintptr_t brk, const struct memory *m, walk_visit *visit, void *user,
                             uintptr_t *damaged_at)
{
    uintptr_t limit = root->top < brk ? root->top : brk;
    struct walk w = {window_of(m, limit), limit, visit, user, root->start, root};
    enum walk_result result = WALK_OK;
    /* An empty heap whose first sbrk(0) was not aligned begins above brk. */
    if (root->policy != HEAP_BUMP && (root->top > root->start || brk > root->start)) {
        if (limit < root->start)
            result = WALK_DAMAGED;
        else
            result = root->policy == HEAP_HEADER ? walk_header(&w, root) : walk_fit(&w, root);
        if (result == WALK_OK && w.at < root->top) result = WALK_DAMAGED;
        if (result == WALK_OK && w.at < brk) result = walk_foreign(&w, brk, 0);
    }
    if (damaged_at != NULL) *damaged_at = result == WALK_DAMAGED || result == WALK_UNREADABLE ? w.at : 0;
    return result;
}

/* Follow links from block on until one is 0 or is end; *left more may be met. */
static enum walk_result walk_links(const struct walk_found *found, uintptr_t *block, uintptr_t end, uint64_t *left,
                                   bool (*visit)(void *user, uintptr_t block), void *user)
{
    while (*block != 0 && *block != end) {
        uintptr_t next;
        if (*left == 0 || !found->free_at(found, *block, &next)) return WALK_DAMAGED;
        --*left;
        if (!visit(user, *block)) return WALK_STOPPED;
        *block = next;
    }
    return WALK_OK;
}

enum walk_result walk_free_list(const struct heap_root *root, const struct walk_found *found,
                                bool (*visit)(void *user, uintptr_t block), void *user, uintptr_t *damaged_at)
{
    uint64_t left = found->most;
    uintptr_t rover = root->policy == HEAP_NEXT_FIT ? root->rover : 0;
    uintptr_t block = root->policy == HEAP_HEADER ? found->first_free : rover != 0 ? rover : root->free_head;
    if (root->policy == HEAP_BUMP) block = 0;
    enum walk_result result = walk_links(found, &block, 0, &left, visit, user);
    if (result == WALK_OK && rover != 0) {
        block = root->free_head;
        result = walk_links(found, &block, rover, &left, visit, user);
        if (result == WALK_OK && block != rover) { /* the list from its head never came to the rover */
            block = rover;
            result = WALK_DAMAGED;
        }
    }
    if (damaged_at != NULL) *damaged_at = result == WALK_DAMAGED ? block : 0;
    return result;
}
