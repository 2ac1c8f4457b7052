/* check_list.c: the free list of the fits, I5 to I7 and I9.
 *
 * Where two words do not agree, a third one decides which of them is false: of a link and the free
 * flag of the block it leads to, the back link there; of a link and the back link behind it, the
 * block that the back link leads to. */
#include "check_private.h"
#include "window.h"

uint64_t check_hash(uint64_t address)
{
    /* The mixer of MurmurHash3. */
    address = (address ^ (address >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    address = (address ^ (address >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return address ^ (address >> 33);
}

/* seen: the rover stands in the list. */
static void check_rover(struct check *c, bool seen)
{
    bool has = heap_policies[c->root.policy].rover;
    if (!has && c->root.rover != 0) check_report_word(c, 9, 0, FIELD_ROOT_ROVER, c->root.rover, 0);
    if (has && c->root.rover != 0 && !seen)
        check_report(c, 9, c->root.rover, "the rover stands there, but it is not in the free list",
                     0, 0, 0);
}

void check_no_rover(struct check *c) { check_rover(c, false); }

/* A block's words as they were read. */
struct list_block {
    uint64_t size_flags, next_free, prev_free;
};

static bool check_is_free(const struct list_block *b)
{
    return (b->size_flags & FIT_FLAGS) == FIT_FREE;
}

/* False if no block can be at at, or it can't be read. */
static bool check_read(struct check *c, struct window *w, uintptr_t at, struct list_block *b)
{
    const unsigned char *raw = NULL;
    if (at % HEAP_ALIGN == 0 && at >= c->root.start && at < w->limit &&
        w->limit - at >= FIT_BLOCK_MIN)
        raw = window_at(w, at, FIT_BLOCK_MIN);
    if (raw == NULL) return false;
    b->size_flags = window_word(raw, offsetof(struct fit_block, size_flags));
    b->next_free = window_word(raw, offsetof(struct fit_block, next_free));
    b->prev_free = window_word(raw, offsetof(struct fit_block, prev_free));
    return true;
}

/* The link that leads from prev (0: from the root) to at is false. Always false. */
static bool check_bad_link(struct check *c, unsigned invariant, uintptr_t prev, uintptr_t at,
                           const char *wrong, uint64_t that)
{
    check_report_false(c, invariant, prev, prev != 0 ? FIELD_NEXT_FREE : FIELD_ROOT_FREE_HEAD, at,
                       wrong, that);
    return false;
}

/* The free block at at, the n-th of the list, where the link of prev leads; false, and the finding,
 * if it is none. */
static bool check_link(struct check *c, struct window *w, uintptr_t prev, uintptr_t at, uint64_t n,
                       struct list_block *b)
{
    bool there = check_read(c, w, at, b);
    if (there && check_is_free(b) && n < c->n_free) return true;
    if (there && check_is_free(b)) return check_bad_link(c, 5, prev, at, ", which leads back", 0);
    if (!there || b->prev_free != prev || prev == 0)
        return check_bad_link(c, 5, prev, at, ", where no free block is", 0);
    check_report_false(c, 5, at, FIELD_SIZE_FLAGS, b->size_flags,
                       ", not free, but the free list holds the block", 0);
    return false;
}

/* Does the block's back link lead to one whose link leads to the block, so that it can't be the
 * false word? */
static bool check_is_followed(struct check *c, struct window *w, uintptr_t at, uintptr_t before)
{
    struct list_block b;
    if (before == 0) return c->root.free_head == at;
    return check_read(c, w, before, &b) && check_is_free(&b) && b.next_free == at;
}

/* The links between prev and at, in both directions. False, and the finding, if the forward one is
 * false. */
static bool check_back_link(struct check *c, struct window *w, uintptr_t at, uint64_t prev_free,
                            uintptr_t prev)
{
    if (prev_free == prev) return true;
    if (!check_is_followed(c, w, at, prev_free)) {
        check_report_word(c, 6, at, FIELD_PREV_FREE, prev_free, prev);
        return true;
    }
    if (prev_free == 0)
        return check_bad_link(c, 6, prev, at, ", which leads back to the list's head", 0);
    return check_bad_link(c, 6, prev, at, ", but the block there follows ", prev_free);
}

static void check_order(struct check *c, uintptr_t prev, uint64_t prev_size, uintptr_t at,
                        uint64_t size)
{
    bool right = true;
    if (c->root.order == HEAP_ORDER_ADDRESS) right = prev < at;
    if (c->root.order == HEAP_ORDER_SIZE_UP) right = prev_size <= size;
    if (c->root.order == HEAP_ORDER_SIZE_DOWN) right = prev_size >= size;
    if (!right) check_report(c, 7, at, "the free list has it out of order", 0, 0, 0);
}

void check_free_list(struct check *c)
{
    struct window w = window_of(c->memory, c->root.top);
    uint64_t n = 0, hash = 0, prev_size = 0;
    uintptr_t prev = 0;
    bool rover_seen = false;
    struct list_block b;
    if (!check_is_known(c)) return;
    for (uintptr_t at = c->root.free_head; at != 0; at = b.next_free, n++) {
        if (!check_link(c, &w, prev, at, n, &b) || !check_back_link(c, &w, at, b.prev_free, prev))
            return;
        uint64_t size = b.size_flags & ~FIT_FLAGS;
        if (prev != 0) check_order(c, prev, prev_size, at, size);
        rover_seen |= at == c->root.rover;
        hash += check_hash(at);
        prev = at;
        prev_size = size;
    }
    if (n != c->n_free)
        check_report(c, 5, 0, "the number of blocks in the free list", n, c->n_free, 10);
    else if (hash != c->hash)
        check_report(c, 5, 0, "the free list does not hold the free blocks", 0, 0, 0);
    if (c->root.free_tail != prev)
        check_report_word(c, 6, 0, FIELD_ROOT_FREE_TAIL, c->root.free_tail, prev);
    check_rover(c, rover_seen);
}
