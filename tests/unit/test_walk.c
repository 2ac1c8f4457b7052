/* test_walk.c: the walk over good heaps in pieces of every size, over holes, and over each word
 * that can't be true. What is visited always tiles the heap up to where it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/format/walk.h"
#include "tests/support/plain.h"
#include "tests/support/rig.h"

static struct plain plain;
static uintptr_t visited; /* the end of what has been visited */
static size_t n_visited, n_damaged, stop_after;
static struct walk_damage damage; /* what the last walk found */

static bool visit(void *user, const struct walk_block *block)
{
    assert_ptr_equal(user, &plain);
    assert_int_equal(block->address, visited);
    assert_true(block->size > 0 && block->header <= block->size);
    assert_true((block->raw != NULL) ==
                (walk_is_used(block->state) || block->state == WALK_IS_FREE));
    visited += block->size;
    n_damaged += block->state == WALK_IS_DAMAGED;
    return ++n_visited != stop_after;
}

static enum walk_result walk_with(size_t piece, uintptr_t hole, size_t hole_bytes)
{
    damage = (struct walk_damage){.at = 1};
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    plain.piece = piece;
    plain.hole = (struct plain_range){.address = hole, .n = hole_bytes};
    visited = rig.heap.root.start;
    n_visited = n_damaged = 0;
    enum walk_result result =
        walk_blocks(&rig.heap.root, rig.arena.brk, &plain.memory, visit, &plain, &damage);
    assert_false(plain.strayed);
    bool ended = result == WALK_DAMAGED || result == WALK_UNREADABLE;
    assert_int_equal(ended, damage.at != 0);
    if (ended) assert_int_equal(damage.end, visited);
    plain_release(&plain);
    return result;
}

static void expect_damaged_at(uintptr_t address)
{
    assert_int_equal(walk_with(0, 0, 0), WALK_DAMAGED);
    assert_int_equal(damage.at, address);
    if (n_damaged == 0) assert_int_equal(visited, address);
}

/* The false word, and where the walk ended all the same. */
static void expect_false(uintptr_t block, enum block_field field, uint64_t found, uint64_t expected,
                         uintptr_t end)
{
    assert_int_equal(walk_with(0, 0, 0), WALK_DAMAGED);
    assert_int_equal(damage.block, block);
    assert_int_equal(damage.field, field);
    assert_int_equal(damage.found, found);
    assert_int_equal(damage.expected, expected);
    assert_int_equal(visited, end);
    assert_int_equal(n_damaged, end == rig.arena.brk && block != 0);
}

/* Blocks of 16 to 3,000 bytes, some free, foreign gaps between. Four of the used payloads are put
 * into some. */
static void make_heap(enum heap_policy policy, char *some[4])
{
    rig_start(policy);
    void *freed[8];
    for (int i = 0; i < 40; i++) {
        char *p = rig_alloc(i == 17 ? 3000 : (size_t)(1 + i * 13 % 120));
        memset(p, 0x11, 1);
        if (i % 5 == 2) freed[i / 5] = p;
        if (i % 10 == 3) some[i / 10] = p;
        if (i == 11 || i == 25) rig_foreign(40);
    }
    for (int i = 0; i < 8; i++)
        rig_free(freed[i]);
    rig_foreign(24);
}

static void test_pieces(void **state)
{
    char *some[4];
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        make_heap(policy, some);
        assert_int_equal(walk_with(0, 0, 0), WALK_OK);
        size_t n = n_visited;
        assert_int_equal(n, 43);
        unsigned calls = plain.calls;
        const size_t pieces[] = {32, 33, 47, 48, 64, 100, 4096};
        for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
            assert_int_equal(walk_with(pieces[i], 0, 0), WALK_OK);
            assert_int_equal(n_visited, n);
            assert_int_equal(visited, rig.arena.brk);
        }
        assert_true(calls < 12 && plain.calls < 12);
    }
}

/* Between blocks larger than a piece nothing is read but headers. */
static void test_large_blocks(void **state)
{
    (void)state;
    rig_start(HEAP_FIRST_FIT);
    for (int i = 0; i < 5; i++)
        rig_alloc(200000);
    assert_int_equal(walk_with(0, 0, 0), WALK_OK);
    assert_int_equal(n_visited, 5);
    assert_int_equal(plain.calls, 5);
}

static void test_stop(void **state)
{
    char *some[4];
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        make_heap(policy, some);
        for (stop_after = 1; stop_after < 43; stop_after++) {
            assert_int_equal(walk_with(0, 0, 0), WALK_STOPPED);
            assert_int_equal(n_visited, stop_after);
        }
    }
    stop_after = 0;
}

static void test_holes(void **state)
{
    char *some[4];
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        make_heap(policy, some);
        uintptr_t block = (uintptr_t)some[1] - block_header_bytes(policy);
        assert_int_equal(walk_with(0, block, 1), WALK_UNREADABLE);
        if (policy == HEAP_HEADER) assert_int_equal(visited, block);
        assert_int_equal(walk_with(0, rig.arena.base, 16), WALK_UNREADABLE);
        assert_int_equal(walk_with(64, rig.arena.brk - 24, 24),
                         WALK_OK); /* foreign: not looked at */
        assert_int_equal(walk_with(0, (uintptr_t)some[1] + 8, 8),
                         policy == HEAP_HEADER ? WALK_OK : WALK_UNREADABLE);
    }
    /* A fence that can't be read: what lies before the gap is shown as far as it agrees with
     * itself. */
    rig_start(HEAP_FIRST_FIT);
    rig_alloc(32);
    rig_alloc(32);
    rig_foreign(32);
    rig_alloc(32);
    uintptr_t end = rig.arena.base + 96;
    assert_int_equal(walk_with(0, rig.heap.root.gap_head, 16), WALK_DAMAGED);
    assert_int_equal(visited, end);
}

static void test_root(void **state)
{
    struct heap_root root;
    (void)state;
    rig_start(HEAP_FIRST_FIT);
    rig_alloc(32);
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    const struct memory *m = &plain.memory;
    uintptr_t at = (uintptr_t)&rig.heap.root;
    assert_int_equal(walk_root(m, at, &root), WALK_OK);
    assert_memory_equal(&root, &rig.heap.root, sizeof root);
    assert_int_equal(walk_root(m, at + 4, &root), WALK_NO_ROOT);
    assert_int_equal(walk_root(m, at + 8, &root), WALK_NO_ROOT);
    assert_int_equal(walk_root(m, UINTPTR_MAX - 7, &root), WALK_NO_ROOT);
    const struct heap_root good = rig.heap.root;
    for (int i = 0; i < 7; i++) {
        struct heap_root *r = &rig.heap.root;
        enum walk_result expected = i == 1   ? WALK_UNKNOWN_FORMAT
                                    : i == 6 ? WALK_OTHER_VERSION
                                             : WALK_NO_ROOT;
        *r = good;
        if (i == 0) r->magic++;
        if (i == 1) r->policy = HEAP_N_POLICIES;
        if (i == 2) r->order = HEAP_N_ORDERS;
        if (i == 3) r->top = r->start - 16;
        if (i == 4) r->top += 8;
        if (i == 5) r->start += 8;
        if (i == 6) r->magic ^= (uint64_t)('1' ^ '2') << 56; /* brkwvrk2 */
        assert_int_equal(walk_root(m, at, &root), expected);
        assert_true(*walk_root_text(expected) != '\0');
    }
    plain_release(&plain);
}

static void test_damaged_header(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    char *p1 = rig_alloc(32), *p2 = rig_alloc(32);
    rig_alloc(32);
    const uintptr_t b1 = (uintptr_t)p1 - 32, b2 = (uintptr_t)p2 - 32;
    uint64_t *size = rig_word(p2, 0), *next = rig_word(p2, 16);
    const uint64_t bad_sizes[] = {
        0, 8, 48, 96, 1 << 30, UINT64_MAX - 15, UINT64_MAX - 31, UINT64_MAX - 47};
    for (size_t i = 0; i < sizeof bad_sizes / sizeof bad_sizes[0]; i++) {
        *size = bad_sizes[i];
        expect_damaged_at(b2);
    }
    *size = 32;
    const uint64_t right = *next, bad_nexts[] = {b1,
                                                 b2,
                                                 b2 + 16,
                                                 right + 8,
                                                 rig.heap.root.top,
                                                 rig.heap.root.top - 32,
                                                 0,
                                                 UINT64_MAX - 15};
    for (size_t i = 0; i < sizeof bad_nexts / sizeof bad_nexts[0]; i++) {
        *next = bad_nexts[i];
        expect_damaged_at(b2);
    }
    *next = right;
    *rig_word(p2, 8) = 2;
    expect_damaged_at(b2);
    *rig_word(p2, 8) = 0;
    *next = right + 16; /* a gap that nobody left: 16 bytes on stands no header */
    expect_damaged_at(b2);
    *next = right;
    const uint64_t bad_firsts[] = {0, 8, b1 - 16, rig.heap.root.top, b1 + 16};
    for (size_t i = 0; i < sizeof bad_firsts / sizeof bad_firsts[0]; i++) {
        rig.heap.root.first = bad_firsts[i];
        expect_false(0, FIELD_ROOT_FIRST, bad_firsts[i], b1, rig.arena.brk);
        assert_int_equal(n_visited, 3);
    }
    rig.heap.root.first = b2; /* seems a gap */
    assert_int_equal(walk_with(0, 0, 0), WALK_OK);
    assert_int_equal(n_visited, 3);
}

/* Of the two words that say where the next block begins, the one that leads to none is named, and
 * the walk goes on by the other. */
static void test_goes_on(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    char *p1 = rig_alloc(32), *p2 = rig_alloc(32), *p3 = rig_alloc(32), *p4 = rig_alloc(32);
    const uintptr_t b1 = (uintptr_t)p1 - 32, b2 = b1 + 64, b3 = b2 + 64, b4 = b3 + 64,
                    brk = rig.arena.brk;
    *rig_word(p2, 0) = 0x74737271; /* letters */
    expect_false(b2, FIELD_SIZE, 0x74737271, 32, brk);
    assert_int_equal(n_visited, 4);
    *rig_word(p2, 0) = 96; /* to the middle of the last block */
    expect_false(b2, FIELD_SIZE, 96, 32, brk);
    *rig_word(p2, 0) = 32;
    *rig_word(p2, 8) = 7;
    expect_false(b2, FIELD_IS_FREE, 7, 0, brk);
    *rig_word(p2, 8) = 0;
    *rig_word(p2, 16) = b1; /* a circle */
    expect_false(b2, FIELD_NEXT, b1, b3, brk);
    *rig_word(p2, 0) = 0x74737271; /* and nothing leads on: the next block is found by itself */
    expect_false(b2, FIELD_SIZE, 0x74737271, 0, brk);
    assert_int_equal(n_visited, 4);
    *rig_word(p3, 16) = 8; /* none is found that leads to one, but the last */
    expect_false(b2, FIELD_SIZE, 0x74737271, 0, brk);
    assert_int_equal(n_visited, 3);
    *rig_word(p3, 16) = b4;
    *rig_word(p2, 0) = 32;
    *rig_word(p2, 16) = b3;
    *rig_word(p3, 16) = 0; /* not the last */
    expect_false(b3, FIELD_NEXT, 0, b4, brk);
    *rig_word(p3, 16) = b4;
    *rig_word(p4, 0) = 7; /* the last one: the root says so, too */
    expect_false(b4, FIELD_SIZE, 7, 32, brk);
    *rig_word(p4, 0) = 32;
    *rig_word(p4, 16) = 8;
    expect_false(b4, FIELD_NEXT, 8, 0, brk);
    *rig_word(p4, 16) = 0;
    rig.heap.root.top = b4; /* the list goes on beyond it */
    expect_false(0, FIELD_ROOT_TOP, b4, brk, brk);
    assert_int_equal(damage.beyond, b4);
    *rig_word(p4, 16) = b3; /* and leads back: that is the word at fault */
    expect_false(b4, FIELD_NEXT, b3, 0, b4);
    assert_int_equal(damage.beyond, b4);
}

/* A false size of the fits: the block behind tells where the block ends, or of the last one the
 * root, and all others are sound. */
static void test_damaged_fit(void **state)
{
    (void)state;
    rig_start(HEAP_FIRST_FIT);
    char *p[3];
    for (int i = 0; i < 3; i++)
        p[i] = rig_alloc(32);
    const uint64_t bad_sizes[] = {0,  16, 17, 32,      48 + 2,  48 + 4,          48 + 8,
                                  64, 80, 96, 64 + 48, 1 << 30, UINT64_MAX - 15, UINT64_MAX};
    for (size_t i = 0; i < sizeof bad_sizes / sizeof bad_sizes[0]; i++)
        for (int k = 0; k < 3; k++) {
            bool may_be = bad_sizes[i] >= 32 && bad_sizes[i] % 16 == 0 &&
                          bad_sizes[i] <= 48 * (3 - (uint64_t)k);
            *rig_word(p[k], 8) = bad_sizes[i];
            expect_false((uintptr_t)p[k] - 16, FIELD_SIZE_FLAGS, bad_sizes[i],
                         k < 2 && may_be ? 48 : 0, rig.arena.brk);
            *rig_word(p[k], 8) = 48;
        }
    const uint64_t bad_tags[] = {16, 49, 96, 1 << 30, UINT64_MAX};
    for (size_t i = 0; i < sizeof bad_tags / sizeof bad_tags[0]; i++)
        for (int k = 0; k < 3; k++) {
            *rig_word(p[k], 0) = bad_tags[i];
            expect_false((uintptr_t)p[k] - 16, FIELD_PREV_SIZE, bad_tags[i], k == 0 ? 0 : 48,
                         rig.arena.brk);
            *rig_word(p[k], 0) = k == 0 ? 0 : 48;
        }
    memset((void *)((uintptr_t)p[1] - 16), 'A',
           16); /* both words: what the block behind says is enough */
    expect_false((uintptr_t)p[1] - 16, FIELD_SIZE_FLAGS, UINT64_C(0x4141414141414141), 0,
                 rig.arena.brk);
}

/* A false word between the gaps: the other words tell where they are, and every block is shown as
 * it is. */
static void test_damaged_fence(void **state)
{
    (void)state;
    rig_start(HEAP_FIRST_FIT);
    for (int i = 0; i < 3; i++) {
        rig_alloc(32);
        rig_alloc(32);
        if (i < 2) rig_foreign(32);
    }
    struct heap_root *root = &rig.heap.root;
    const uintptr_t fence = root->gap_head, second = root->gap_tail, gap = root->start + 96,
                    brk = rig.arena.brk;
    uint64_t *words = (uint64_t *)fence;
    const uint64_t size = words[0], next = words[1];
    memset((void *)gap, 0x5a, 32);
    const uint64_t bad_sizes[] = {0, 8, 16384, UINT64_MAX - 15};
    for (size_t i = 0; i < sizeof bad_sizes / sizeof bad_sizes[0]; i++) {
        words[0] = bad_sizes[i];
        expect_false(fence, FIELD_GAP_SIZE, bad_sizes[i], size, brk);
        assert_int_equal(n_visited, 8);
    }
    words[0] =
        size + 16; /* inside the block before it: nobody can tell which of the two is false */
    expect_false(root->start + 48, FIELD_SIZE_FLAGS, 48, 0, brk);
    assert_int_equal(n_visited, 8);
    words[0] = size;
    const uint64_t bad_nexts[] = {0,
                                  FIT_FREE,
                                  fence,
                                  fence | FIT_FREE | FIT_FENCE,
                                  fence | 4,
                                  fence | FIT_FENCE,
                                  (brk + 16) | FIT_FENCE,
                                  FIT_FENCE,
                                  (second + 16) | FIT_FENCE};
    for (size_t i = 0; i < sizeof bad_nexts / sizeof bad_nexts[0]; i++) {
        words[1] = bad_nexts[i];
        expect_false(fence, FIELD_NEXT_GAP, bad_nexts[i], 0, brk);
        assert_int_equal(n_visited, 8);
    }
    words[1] = next;
    ((uint64_t *)second)[1] = (brk + 16) | FIT_FENCE; /* the root says that it is the last */
    expect_false(second, FIELD_NEXT_GAP, (brk + 16) | FIT_FENCE, FIT_FENCE, brk);
    ((uint64_t *)second)[1] = FIT_FENCE;
    const uint64_t bad_heads[] = {8, root->start, brk, fence + 8, UINT64_MAX - 15};
    for (size_t i = 0; i < sizeof bad_heads / sizeof bad_heads[0]; i++) {
        root->gap_head = bad_heads[i];
        expect_false(0, FIELD_ROOT_GAP_HEAD, bad_heads[i], 0, brk);
        assert_int_equal(n_visited, 8);
    }
    root->gap_head = 0;
    expect_false(0, FIELD_ROOT_GAP_HEAD, 0, fence, brk);
    root->gap_head = second; /* the first is passed over */
    expect_false(0, FIELD_ROOT_GAP_HEAD, second, fence, brk);
    assert_int_equal(n_visited, 8);
}

/* brk below top: the block that crosses it is damage; all before it is visited. */
static void test_cut(void **state)
{
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        rig_start(policy);
        rig_alloc(64);
        char *p2 = rig_alloc(64);
        arena_foreign(&rig.arena, 48);
        rig_alloc(64);
        uintptr_t b2 = (uintptr_t)p2 - block_header_bytes(policy), end = (uintptr_t)p2 + 64;
        for (uintptr_t brk = rig.arena.brk - 1; brk > end; brk--) {
            arena_foreign(&rig.arena, -1);
            assert_int_equal(walk_with(0, 0, 0), WALK_DAMAGED);
            assert_true(visited >= end || policy != HEAP_HEADER);
        }
        for (uintptr_t brk = end - 1; brk >= b2; brk--) {
            arena_foreign(&rig.arena, rig.arena.brk > end ? -2 : -1);
            assert_int_equal(walk_with(0, 0, 0), WALK_DAMAGED);
            assert_int_equal(visited, b2);
        }
        arena_foreign(&rig.arena, -(intptr_t)(rig.arena.brk - rig.arena.base));
        assert_int_equal(walk_with(0, 0, 0), WALK_DAMAGED);
        assert_int_equal(visited, rig.heap.root.start);
    }
    rig_start_at(HEAP_HEADER, 64);
    rig_alloc(64);
    arena_foreign(&rig.arena, -128);
    expect_damaged_at(rig.heap.root.start);
}

/* The free list, over what a made-up walk has found. */
struct listed {
    struct walk_found found; /* first */
    uintptr_t blocks[4], links[4];
    size_t n;
    char order[32];
    bool stop;
};

static bool listed_at(const struct walk_found *self, uintptr_t block, uintptr_t *next)
{
    const struct listed *l = (const struct listed *)self;
    size_t i = 0;
    while (i < l->n && l->blocks[i] != block)
        i++;
    if (i < l->n) *next = l->links[i];
    return i < l->n;
}

static bool list_visit(void *user, uintptr_t block)
{
    struct listed *l = user;
    size_t n = strlen(l->order);
    snprintf(l->order + n, sizeof l->order - n, "%u ", (unsigned)block);
    return !l->stop;
}

static enum walk_result list_walk(struct listed *l, enum heap_policy policy, uintptr_t head,
                                  uintptr_t rover, uintptr_t *damaged)
{
    struct heap_root root = {.policy = policy, .free_head = head, .rover = rover};
    l->found = (struct walk_found){listed_at, head, l->n};
    l->order[0] = '\0';
    return walk_free_list(&root, &l->found, list_visit, l, damaged);
}

static void test_free_list(void **state)
{
    (void)state;
    uintptr_t damaged;
    struct listed l = {.blocks = {10, 20, 30, 40}, .links = {20, 30, 40, 0}, .n = 4};
    assert_int_equal(list_walk(&l, HEAP_BUMP, 10, 0, &damaged), WALK_OK);
    assert_string_equal(l.order, "");
    assert_int_equal(list_walk(&l, HEAP_HEADER, 10, 0, &damaged), WALK_OK);
    assert_string_equal(l.order, "10 20 30 40 ");
    assert_int_equal(list_walk(&l, HEAP_FIRST_FIT, 10, 30, &damaged), WALK_OK);
    assert_string_equal(l.order, "10 20 30 40 ");
    assert_int_equal(list_walk(&l, HEAP_NEXT_FIT, 10, 30, NULL), WALK_OK);
    assert_string_equal(l.order, "30 40 10 20 ");
    assert_int_equal(list_walk(&l, HEAP_NEXT_FIT, 10, 10, &damaged), WALK_OK);
    assert_string_equal(l.order, "10 20 30 40 ");
    assert_int_equal(list_walk(&l, HEAP_NEXT_FIT, 0, 0, &damaged), WALK_OK);
    assert_int_equal(list_walk(&l, HEAP_NEXT_FIT, 10, 35, &damaged), WALK_DAMAGED);
    assert_int_equal(damaged, 35);
    assert_int_equal(list_walk(&l, HEAP_NEXT_FIT, 0, 30, &damaged),
                     WALK_DAMAGED); /* the list never comes to the rover */
    assert_int_equal(damaged, 30);
    l.stop = true;
    assert_int_equal(list_walk(&l, HEAP_NEXT_FIT, 10, 30, &damaged), WALK_STOPPED);
    assert_int_equal(damaged, 0);
    l.stop = false;
    l.links[3] = 20; /* round and round */
    assert_int_equal(list_walk(&l, HEAP_BEST_FIT, 10, 0, &damaged), WALK_DAMAGED);
    assert_int_equal(damaged, 20);
    assert_string_equal(l.order, "10 20 30 40 ");
    l.links[3] = 50;
    assert_int_equal(list_walk(&l, HEAP_BEST_FIT, 10, 0, &damaged), WALK_DAMAGED);
    assert_int_equal(damaged, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),        cmocka_unit_test(test_large_blocks),
        cmocka_unit_test(test_stop),          cmocka_unit_test(test_holes),
        cmocka_unit_test(test_root),          cmocka_unit_test(test_damaged_header),
        cmocka_unit_test(test_goes_on),       cmocka_unit_test(test_damaged_fit),
        cmocka_unit_test(test_damaged_fence), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_free_list),
    };
    return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
