/* test_check.c: each invariant is broken alone, and the checker says its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/format/check.h"
#include "tests/support/plain.h"
#include "tests/support/rig.h"

static struct check_finding findings[8];
static void *p[7]; /* used, free, used, free, used, free, used */

static size_t check_now(size_t most)
{
    struct plain plain;
    memset(findings, 0, sizeof findings);
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    size_t n = check_heap(&plain.memory, (uintptr_t)&rig.heap.root, rig.arena.brk, findings, most);
    assert_false(plain.strayed);
    plain_release(&plain);
    return n;
}

static void expect(unsigned invariant, const char *text)
{
    assert_int_equal(rig_broken(), 1u << invariant);
    check_now(8);
    assert_int_equal(findings[0].invariant, invariant);
    if (text != NULL) assert_string_equal(findings[0].text, text);
}

static void make_heap(enum heap_policy policy)
{
    rig_start(policy);
    for (size_t i = 0; i < 7; i++)
        p[i] = rig_alloc(32 + 16 * i);
    for (int i = 1; i < 7; i += 2)
        rig_free(p[i]);
    rig_check();
}

static uintptr_t block_of(void *payload)
{
    return (uintptr_t)payload - block_header_bytes((enum heap_policy)rig.heap.root.policy);
}

static void test_texts(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= CHECK_N_INVARIANTS; i++)
        assert_true(strlen(check_invariant_text(i)) < 130);
    assert_null(check_invariant_text(0));
    assert_null(check_invariant_text(CHECK_N_INVARIANTS + 1));
}

static void test_i1(void **state)
{
    (void)state;
    make_heap(HEAP_HEADER);
    rig.heap.root.policy = 99;
    expect(1, "I1: the root: its policy is none of those whose blocks can be read here");
    make_heap(HEAP_HEADER);
    rig.heap.root.magic ^= UINT64_C(3) << 56;
    expect(1, "I1: the root: it is of another version of brkview");
    make_heap(HEAP_HEADER);
    rig.heap.root.order = 99;
    expect(1, "I1: the root: it can't be a heap's: magic, policy, order, start or top");
}

static void test_i2(void **state)
{
    struct plain plain;
    (void)state;
    make_heap(HEAP_BEST_FIT);
    *rig_word(p[2], 8) |= 8;
    expect(2, NULL);
    assert_int_equal(findings[0].address, block_of(p[2]));
    make_heap(HEAP_HEADER);
    *rig_word(p[2], 0) = 7;
    expect(2, NULL);
    make_heap(HEAP_HEADER);
    plain_of_heap(&plain, &rig.heap, rig.arena.brk);
    plain.hole = (struct plain_range){.address = block_of(p[3]), .n = 16};
    assert_int_equal(
        check_heap(&plain.memory, (uintptr_t)&rig.heap.root, rig.arena.brk, findings, 8), 1);
    assert_int_equal(findings[0].invariant, 2);
    assert_non_null(strstr(findings[0].text, "can't be read"));
    plain_release(&plain);
}

static void test_i3(void **state)
{
    (void)state;
    make_heap(HEAP_NEXT_FIT);
    *rig_word(p[2], 0) = 16;
    expect(3, NULL);
    assert_non_null(strstr(findings[0].text, ": prev_size is 16, expected 64"));
    assert_int_equal(findings[0].expected, 64);
    assert_int_equal(findings[0].found, 16);
    make_heap(HEAP_NEXT_FIT);
    rig_foreign(32);
    void *behind = rig_alloc(400);
    *rig_word(behind, 0) = 32;
    expect(3, NULL);
}

static void test_i4(void **state)
{
    (void)state;
    make_heap(HEAP_FIRST_FIT);
    rig.heap.root.last = block_of(p[4]);
    expect(4, NULL);
    make_heap(HEAP_HEADER);
    rig.heap.root.last = 0;
    expect(4, NULL);
    make_heap(HEAP_HEADER);
    rig.heap.root.first = block_of(p[1]); /* the first becomes a foreign gap */
    assert_int_equal(rig_broken(), 0);
    rig.heap.root.first = block_of(p[0]);
    rig_start(HEAP_HEADER);
    rig.heap.root.last = rig.heap.root.start;
    expect(4, NULL);
    rig.heap.root.last = 0;
    rig_start(HEAP_BUMP);
    rig.heap.root.last = 16;
    expect(4, NULL);
}

static void test_i5(void **state)
{
    (void)state;
    make_heap(HEAP_FIRST_FIT);
    rig.heap.root.free_head = 0;
    rig.heap.root.free_tail = 0;
    expect(5, "I5: the root: the number of blocks in the free list is 0, expected 3");
    const uint64_t wrong[] = {block_of(p[2]), 8, rig.heap.root.top, rig.heap.root.top - 16,
                              block_of(p[1])};
    for (int i = 0; i < 5; i++) {
        make_heap(HEAP_FIRST_FIT);
        *rig_word(p[5], 16) = wrong[i];
        expect(5, NULL);
        assert_int_equal(findings[0].address, block_of(p[5]));
        assert_int_equal(findings[0].field, FIELD_NEXT_FREE);
        assert_int_equal(findings[0].found, wrong[i]);
    }
    /* As many as there are, each free by its header, but one of them no block: it stands inside a
     * payload. */
    make_heap(HEAP_FIRST_FIT);
    uint64_t *fake = p[4], at = (uintptr_t)fake;
    fake[0] = 0;
    fake[1] = 32 | FIT_FREE;
    fake[2] = block_of(p[5]);
    fake[3] = block_of(p[1]);
    *rig_word(p[1], 16) = at;
    *rig_word(p[5], 24) = at;
    expect(5, "I5: the root: the free list does not hold the free blocks");
}

static void test_i6(void **state)
{
    (void)state;
    make_heap(HEAP_FIRST_FIT);
    *rig_word(p[3], 24) = 0;
    expect(6, NULL);
    assert_int_equal(findings[0].address, block_of(p[3]));
    make_heap(HEAP_FIRST_FIT);
    rig.heap.root.free_tail = block_of(p[3]);
    expect(6, NULL);
}

static void test_i7(void **state)
{
    (void)state;
    make_heap(HEAP_FIRST_FIT);
    rig_set(HEAP_ORDER, HEAP_ORDER_SIZE_DOWN);
    rig.heap.root.order = HEAP_ORDER_ADDRESS;
    expect(7, NULL);
    rig.heap.root.order = HEAP_ORDER_SIZE_UP;
    expect(7, NULL);
    rig.heap.root.order = HEAP_ORDER_LIFO;
    rig_check();
    rig_set(HEAP_ORDER, HEAP_ORDER_SIZE_UP);
    rig.heap.root.order = HEAP_ORDER_SIZE_DOWN;
    expect(7, NULL);
}

static void test_i8(void **state)
{
    (void)state;
    make_heap(HEAP_FIRST_FIT);
    rig_set(HEAP_COALESCE, 0);
    rig_free(p[2]);
    assert_int_equal(rig_broken(), 0);
    rig.heap.root.uncoalesced = 0;
    expect(8, NULL);
    check_now(8);
    assert_int_equal(findings[0].address, block_of(p[2]));
    assert_int_equal(findings[1].address, block_of(p[3]));
}

static void test_i9(void **state)
{
    (void)state;
    make_heap(HEAP_NEXT_FIT);
    rig.heap.root.rover = block_of(p[3]);
    rig_check();
    rig.heap.root.rover = block_of(p[2]);
    expect(9, NULL);
    make_heap(HEAP_BEST_FIT);
    rig.heap.root.rover = block_of(p[3]);
    expect(9, NULL);
    make_heap(HEAP_HEADER);
    rig.heap.root.rover = 1;
    expect(9, "I9: the root: rover is 0x1, expected 0x0");
}

static void test_i10(void **state)
{
    (void)state;
    for (enum heap_policy policy = 0; policy < HEAP_N_POLICIES; policy++) {
        rig_start(policy);
        for (int i = 0; i < 7; i++)
            rig_alloc(32);
        arena_foreign(&rig.arena, -17);
        expect(10, NULL);
    }
}

static void test_i11(void **state)
{
    (void)state;
    make_heap(HEAP_WORST_FIT);
    rig.heap.root.limit = rig_bytes();
    rig_check();
    rig.heap.root.limit--;
    expect(11, NULL);
}

static void test_i12(void **state)
{
    (void)state;
    make_heap(HEAP_FIRST_FIT);
    rig_foreign(32);
    rig_alloc(400);
    uintptr_t fence = rig.heap.root.gap_tail;
    rig.heap.root.gap_tail = 0;
    expect(12, NULL);
    rig.heap.root.gap_tail = fence;
    /* Where the walk is led astray as well, that is said too. */
    ((uint64_t *)fence)[1] = fence | FIT_FENCE;
    assert_int_equal(rig_broken(), 1u << 2 | 1u << 12);
    ((uint64_t *)fence)[1] = FIT_FREE;
    assert_int_equal(rig_broken(), 1u << 2 | 1u << 12);
    rig.heap.root.gap_head = rig.heap.root.top;
    assert_int_equal(rig_broken(), 1u << 2 | 1u << 12);
}

/* More findings than there is room for are counted. */
static void test_most(void **state)
{
    (void)state;
    make_heap(HEAP_FIRST_FIT);
    for (int i = 0; i < 7; i++)
        *rig_word(p[i], 0) = 7;
    assert_int_equal(check_now(2), 7);
    assert_int_equal(findings[1].invariant, 3);
    assert_int_equal(findings[2].invariant, 0);
    assert_int_equal(check_now(0), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts), cmocka_unit_test(test_i1),   cmocka_unit_test(test_i2),
        cmocka_unit_test(test_i3),    cmocka_unit_test(test_i4),   cmocka_unit_test(test_i5),
        cmocka_unit_test(test_i6),    cmocka_unit_test(test_i7),   cmocka_unit_test(test_i8),
        cmocka_unit_test(test_i9),    cmocka_unit_test(test_i10),  cmocka_unit_test(test_i11),
        cmocka_unit_test(test_i12),   cmocka_unit_test(test_most),
    };
    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
