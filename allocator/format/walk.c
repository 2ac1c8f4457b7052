/* walk.c: the introspection walk. See walk.h.
 *
 * `header` follows next (walk_header.c); the fits go from block to block by size, one region between two foreign gaps after the other. Each
 * block ends beyond where it begins and inside [start, top) and brk, so that the walk ends whatever it reads. */
#include "walk.h"

#include <string.h>

#include "walk_private.h"

/* What the guards make of a block: a used one may have a front guard, and may be in quarantine. */
void walk_guards(const struct walk *w, struct walk_block *block)
{
    bool used = block->state == WALK_USED;
    uint32_t header = block_header_bytes((enum heap_policy)w->root->policy);
    block->header = used && w->root->canary != 0 ? header + GUARD_FRONT : header;
    if (used && w->root->quarantine_n != 0 && heap_is_quarantined(w->root, block->address)) block->state = WALK_QUARANTINED;
}

enum walk_result walk_root(const struct memory *m, uintptr_t address, struct heap_root *root)
{
    size_t got = 0;
    if (address % _Alignof(struct heap_root) != 0 || address > UINTPTR_MAX - sizeof *root) return WALK_NO_ROOT;
    const unsigned char *bytes = m->bytes(m, address, sizeof *root, sizeof *root, &got);
    if (bytes == NULL || got < sizeof *root) return WALK_NO_ROOT;
    memcpy(root, bytes, sizeof *root);
    bool known = root->magic == HEAP_ROOT_MAGIC && root->policy < HEAP_N_POLICIES && root->order < HEAP_N_ORDERS;
    bool placed = root->start != 0 && root->start <= root->top && root->start % HEAP_ALIGN == 0 && root->top % HEAP_ALIGN == 0;
    return known && placed ? WALK_OK : WALK_NO_ROOT;
}

/* Visit what is not ours up to end. header bytes of it, at its end, are a fence. */
enum walk_result walk_foreign(struct walk *w, uintptr_t end, uint32_t header)
{
    struct walk_block block = {.address = w->at, .size = end - w->at, .header = header, .state = WALK_FOREIGN};
    w->at = end;
    return w->visit(w->user, &block) ? WALK_OK : WALK_STOPPED;
}

enum walk_result walk_false(struct walk *w, uintptr_t block, enum block_field field, uint64_t found, uint64_t expected)
{
    struct walk_damage *d = &w->damage;
    if (d->at == 0) d->at = w->at, d->block = block, d->field = field, d->found = found, d->expected = expected;
    w->lost = true;
    return WALK_DAMAGED;
}

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

enum walk_result walk_blocks(const struct heap_root *root, uintptr_t brk, const struct memory *m, walk_visit *visit, void *user,
                             struct walk_damage *damage)
{
    uintptr_t limit = root->top < brk ? root->top : brk;
    struct walk w = {
        .window = window_of(m, limit), .brk = brk, .limit = limit, .visit = visit, .user = user, .at = root->start, .root = root};
    enum walk_result result = WALK_OK;
    /* An empty heap whose first sbrk(0) was not aligned begins above brk. */
    if (root->policy != HEAP_BUMP && (root->top > root->start || brk > root->start)) {
        if (limit < root->start)
            result = walk_false(&w, w.at, FIELD_N, 0, 0);
        else
            result = root->policy == HEAP_HEADER ? walk_header(&w) : walk_fit(&w);
        if (result == WALK_OK && w.at < root->top) result = walk_false(&w, w.at, FIELD_N, 0, 0);
        if ((result == WALK_OK || (result == WALK_DAMAGED && !w.lost)) && w.at < brk && walk_foreign(&w, brk, 0) == WALK_STOPPED)
            result = WALK_STOPPED;
    }
    if (result == WALK_UNREADABLE) (void)walk_false(&w, w.at, FIELD_N, 0, 0);
    if (damage != NULL) *damage = w.damage, damage->end = w.at;
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
