/* check.c: the invariants I1 to I12 and I15, one function each; the guards stand in check_guard.c. See check.h.
 *
 * One walk over the blocks judges I2 to I4 and I8 and counts the free blocks; one over the free list judges I5 to I7 and I9. That both
 * have met the same blocks is seen by their number and the sum of a hash of their addresses, for there is no memory to list them in. */
#include "check_private.h"
#include "window.h"

static const char *const check_texts[CHECK_N_INVARIANTS] = {
    "the root is true: its magic, a known policy and order, start at or below top, both aligned",
    "the blocks tile the heap from start to top, each aligned and at least the policy's minimum",
    "each block's prev_size is the whole size of the block just before (0 at the start and behind a fence)",
    "root.last (under header root.first too) is the last (first) block",
    "the free list holds every free block exactly once, and nothing else",
    "the links of the free list agree in both directions, and free_head and free_tail are its ends",
    "the free list is in the order that the switch says",
    "no two neighbours are free, if coalesce has always been on",
    "the rover is 0 or a block of the free list; only next-fit has one",
    "brk is not below top",
    "brk is not above the limit, counted from start",
    "the fences behind foreign gaps are in address order inside the heap, and gap_tail is the last of them",
    "canary: each used block's guards, before and behind its payload, are as they were put on",
    "poison: free blocks hold nothing but poison behind header and links, and so do blocks in quarantine",
    "quarantine: the blocks in it are used blocks of the heap, each once, and not more than the switch says",
};

const char *check_invariant_text(unsigned invariant)
{
    return invariant >= 1 && invariant <= CHECK_N_INVARIANTS ? check_texts[invariant - 1] : NULL;
}

/* A sentence under construction; it never overflows, as its end is cut off. */
struct check_sentence {
    char *at, *end;
};

static void check_put(struct check_sentence *s, const char *text)
{
    while (*text != '\0' && s->at < s->end)
        *s->at++ = *text++;
    *s->at = '\0';
}

static void check_put_number(struct check_sentence *s, uint64_t n, unsigned base)
{
    char digits[24], *at = digits + sizeof digits;
    *--at = '\0';
    do {
        *--at = "0123456789abcdef"[n % base];
        n /= base;
    } while (n != 0);
    if (base == 16) check_put(s, "0x");
    check_put(s, at);
}

void check_report(struct check *c, unsigned invariant, uintptr_t address, const char *what, uint64_t found, uint64_t expected,
                  unsigned base)
{
    if (c->n++ >= c->most) return;
    struct check_finding *f = &c->findings[c->n - 1];
    *f = (struct check_finding){.invariant = invariant, .address = address, .expected = expected, .found = found};
    struct check_sentence s = {f->text, f->text + sizeof f->text - 1};
    check_put(&s, "I");
    check_put_number(&s, invariant, 10);
    check_put(&s, address != 0 ? ": block " : ": the root");
    if (address != 0) check_put_number(&s, address, 16);
    check_put(&s, ": ");
    check_put(&s, what);
    if (base == 0) return;
    check_put(&s, " is ");
    check_put_number(&s, found, base);
    check_put(&s, ", expected ");
    check_put_number(&s, expected, base);
}

static bool check_is_fit(const struct check *c) { return c->root.policy >= HEAP_FIRST_FIT; }

static uint64_t check_hash(uint64_t address)
{
    address = (address ^ (address >> 33)) * UINT64_C(0xff51afd7ed558ccd); /* the mixer of MurmurHash3 */
    address = (address ^ (address >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return address ^ (address >> 33);
}

static bool check_root(struct check *c, uintptr_t address)
{
    if (walk_root(c->memory, address, &c->root) == WALK_OK) return true;
    check_report(c, 1, 0, "it can't be a heap's: magic, policy, order, start or top", c->root.magic, HEAP_ROOT_MAGIC, 0);
    return false;
}

static void check_tiling(struct check *c)
{
    /* Where brk is below top, the block that crosses it is I10's. */
    if (c->result == WALK_DAMAGED && c->brk >= c->root.top)
        check_report(c, 2, c->damaged_at, "its header, or what leads to it, can't be true", 0, 0, 0);
    if (c->result == WALK_UNREADABLE) check_report(c, 2, c->damaged_at, "it can't be read", 0, 0, 0);
}

static void check_prev_size(struct check *c, const struct walk_block *block)
{
    uint64_t prev_size = window_word(block->raw, offsetof(struct fit_block, prev_size));
    if (prev_size != c->prev_size) check_report(c, 3, block->address, "prev_size", prev_size, c->prev_size, 10);
}

static void check_ends(struct check *c)
{
    if (c->result != WALK_OK) return;
    if (c->root.last != c->last) check_report(c, 4, 0, "last", c->root.last, c->last, 16);
    if (c->root.policy == HEAP_HEADER && c->root.first != c->first) check_report(c, 4, 0, "first", c->root.first, c->first, 16);
}

static void check_neighbours(struct check *c, const struct walk_block *block)
{
    if (block->state == WALK_IS_FREE && c->prev_free && !c->root.uncoalesced)
        check_report(c, 8, block->address, "it is free, and so is the block before it", 0, 0, 0);
}

static bool check_visit(void *user, const struct walk_block *block)
{
    struct check *c = user;
    bool ours = block->state != WALK_FOREIGN, is_free = block->state == WALK_IS_FREE;
    if (ours && check_is_fit(c)) {
        check_prev_size(c, block);
        check_neighbours(c, block);
    }
    if (ours && c->first == 0) c->first = block->address;
    if (ours) c->last = block->address;
    c->prev_size = ours ? block->size : 0;
    c->prev_free = is_free;
    c->n_quarantined += block->quarantined;
    c->n_free += is_free;
    if (is_free) c->hash += check_hash(block->address);
    return true;
}

static void check_rover(struct check *c, bool seen)
{
    if (c->root.policy != HEAP_NEXT_FIT && c->root.rover != 0) check_report(c, 9, 0, "rover", c->root.rover, 0, 16);
    if (c->root.policy == HEAP_NEXT_FIT && c->root.rover != 0 && !seen)
        check_report(c, 9, c->root.rover, "the rover stands there, but it is not in the free list", 0, 0, 0);
}

static void check_order(struct check *c, uintptr_t prev, uint64_t prev_size, uintptr_t at, uint64_t size)
{
    bool right = true;
    if (c->root.order == HEAP_ORDER_ADDRESS) right = prev < at;
    if (c->root.order == HEAP_ORDER_SIZE_UP) right = prev_size <= size;
    if (c->root.order == HEAP_ORDER_SIZE_DOWN) right = prev_size >= size;
    if (!right) check_report(c, 7, at, "the free list has it out of order", 0, 0, 0);
}

static void check_back_link(struct check *c, uintptr_t at, uint64_t prev_free, uintptr_t prev)
{
    if (prev_free != prev) check_report(c, 6, at, "prev_free", prev_free, prev, 16);
}

/* The free block at a link of the list; NULL, and the finding, if it leads to none. */
static const unsigned char *check_link(struct check *c, struct window *w, uintptr_t at, uint64_t n)
{
    const unsigned char *raw = NULL;
    bool inside = at % HEAP_ALIGN == 0 && at >= c->root.start && at < w->limit && w->limit - at >= FIT_BLOCK_MIN;
    if (inside && n < c->n_free) raw = window_at(w, at, FIT_BLOCK_MIN);
    if (raw != NULL && (window_word(raw, offsetof(struct fit_block, size_flags)) & FIT_FLAGS) == FIT_FREE) return raw;
    check_report(c, 5, at,
                 inside && n >= c->n_free ? "the free list holds it once too often"
                                          : "the free list leads there, but it is no free block",
                 n, c->n_free, 0);
    return NULL;
}

/* I5 to I7 and I9, along the free list. */
static void check_free_list(struct check *c)
{
    struct window w = window_of(c->memory, c->root.top);
    uint64_t n = 0, hash = 0, prev_size = 0;
    uintptr_t prev = 0, next;
    bool rover_seen = false;
    for (uintptr_t at = c->root.free_head; at != 0; at = next, n++) {
        const unsigned char *raw = check_link(c, &w, at, n);
        if (raw == NULL) return;
        uint64_t size = window_word(raw, offsetof(struct fit_block, size_flags)) & ~FIT_FLAGS;
        next = window_word(raw, offsetof(struct fit_block, next_free));
        check_back_link(c, at, window_word(raw, offsetof(struct fit_block, prev_free)), prev);
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
    if (c->root.free_tail != prev) check_report(c, 6, 0, "free_tail", c->root.free_tail, prev, 16);
    check_rover(c, rover_seen);
}

static void check_brk(struct check *c)
{
    if (c->root.top > c->root.start && c->brk < c->root.top) check_report(c, 10, 0, "brk", c->brk, c->root.top, 16);
}

static void check_limit(struct check *c)
{
    if (c->brk > c->root.start && c->brk - c->root.start > c->root.limit)
        check_report(c, 11, 0, "the distance from start to brk", c->brk - c->root.start, c->root.limit, 10);
}

static void check_fences(struct check *c)
{
    uintptr_t limit = c->root.top < c->brk ? c->root.top : c->brk, prev = 0, next;
    struct window w = window_of(c->memory, limit);
    for (uintptr_t at = c->root.gap_head; at != 0; at = next) {
        const unsigned char *raw = NULL;
        bool inside = at % HEAP_ALIGN == 0 && at > prev && at >= c->root.start && at < limit && limit - at >= FIT_BLOCK_HEADER;
        if (inside) raw = window_at(&w, at, FIT_BLOCK_HEADER);
        uint64_t word = raw != NULL ? window_word(raw, offsetof(struct fit_block, size_flags)) : 0;
        if ((word & FIT_FLAGS) != FIT_FENCE) {
            check_report(c, 12, at, "it should be a fence behind a foreign gap, and can't be one", 0, 0, 0);
            return;
        }
        next = word & ~FIT_FLAGS;
        prev = at;
    }
    if (c->root.gap_tail != prev) check_report(c, 12, 0, "gap_tail", c->root.gap_tail, prev, 16);
}

static void check_quarantine(struct check *c)
{
    const struct heap_root *r = &c->root;
    if (r->quarantine_n > r->quarantine || r->quarantine > HEAP_QUARANTINE_MAX || r->quarantine_at >= HEAP_QUARANTINE_MAX)
        check_report(c, 15, 0, "the number of blocks in quarantine, or the place of the oldest, can't be true", 0, 0, 0);
    else if (c->result == WALK_OK && c->n_quarantined != r->quarantine_n)
        check_report(c, 15, 0, "the number of used blocks that are in quarantine", c->n_quarantined, r->quarantine_n, 10);
}

size_t check_heap(const struct memory *m, uintptr_t root_address, uintptr_t brk, struct check_finding *findings, size_t most)
{
    struct check c = {.memory = m, .brk = brk, .findings = findings, .most = most};
    if (!check_root(&c, root_address)) return c.n;
    c.result = walk_blocks(&c.root, brk, m, check_visit, &c, &c.damaged_at);
    check_tiling(&c);
    check_ends(&c);
    if (!check_is_fit(&c))
        check_rover(&c, false);
    else if (c.result == WALK_OK)
        check_free_list(&c);
    check_brk(&c);
    check_limit(&c);
    if (check_is_fit(&c)) check_fences(&c);
    if (c.result == WALK_OK) check_guards(&c);
    check_quarantine(&c);
    return c.n;
}
