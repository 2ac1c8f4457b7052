/* test_alloc_damage.c: how the fits meet a damaged heap: in words, with nothing changed, and never
 * without end. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

#define FOR_EACH_FIT(policy)                                                                       \
    for (enum heap_policy policy = HEAP_FIRST_FIT; policy < HEAP_N_POLICIES; policy++)

static void expect_alloc(size_t size, enum heap_status status)
{
    assert_null(heap_alloc(&rig.heap, size));
    assert_int_equal(rig.heap.failure, status);
    assert_int_equal(errno, ENOMEM);
}

/* Each wrong link ends a search, a free and a change of order with words. */
static void test_damaged_links(void **state)
{
    char *holes[4];
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_holes(policy, holes);
        const uintptr_t block = (uintptr_t)holes[1] - 16;
        const uint64_t next = *rig_word(holes[1], 16), prev = *rig_word(holes[1], 24);
        const uint64_t wild[] = {8,
                                 block + 8,
                                 (uintptr_t)holes[0] + 48,
                                 rig.heap.root.top,
                                 rig.heap.root.top - 16,
                                 UINT64_MAX - 15};
        char *used = holes[0] + 64;
        for (int i = 0; i < 6; i++) {
            *rig_word(holes[1], 16) = wild[i];
            expect_alloc(200, HEAP_DAMAGED);
            assert_int_equal(heap_set(&rig.heap, HEAP_ORDER, HEAP_ORDER_SIZE_UP), HEAP_DAMAGED);
            assert_int_equal(rig.heap.root.order, HEAP_ORDER_ADDRESS);
            assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED); /* a neighbour of it */
        }
        *rig_word(holes[1], 16) = (uintptr_t)holes[0] - 16; /* round and round */
        expect_alloc(200, HEAP_CYCLE);
        *rig_word(holes[1], 16) = next;
        *rig_word(holes[1], 24) = (uintptr_t)holes[2] - 16;
        assert_null(heap_alloc(&rig.heap, 160)); /* chosen, but it can't be taken out */
        assert_int_equal(rig.heap.failure, HEAP_DAMAGED);
        assert_int_equal(heap_free(&rig.heap, holes[1] + 176),
                         HEAP_DAMAGED); /* its free neighbour before */
        *rig_word(holes[1], 24) = prev;
        rig_check();
    }
}

static void test_damaged_headers(void **state)
{
    char *holes[4];
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_holes(policy, holes);
        char *used = holes[0] + 64, *last = holes[3] + 176;
        uint64_t flags = *rig_word(used, 8), prev = *rig_word(used, 0);
        *rig_word(used, 8) = flags | 4;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 8) = 1 << 30;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 8) = flags;
        *rig_word(used, 0) = 16;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 0) = 1 << 30;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_NOT_A_BLOCK);
        *rig_word(used, 0) = prev;
        uint64_t next_prev = *rig_word(holes[1], 0), next_size = *rig_word(holes[1], 8);
        *rig_word(holes[1], 0) = 0;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        *rig_word(holes[1], 0) = next_prev;
        *rig_word(holes[1], 8) = 3;
        assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        *rig_word(holes[1], 8) = next_size;
        rig.heap.root.last -= 16;
        assert_int_equal(heap_free(&rig.heap, last), HEAP_DAMAGED);
        rig.heap.root.last += 16;
        uint64_t last_size = *rig_word(last, 8);
        *rig_word(last, 8) = 0;
        expect_alloc(400, HEAP_DAMAGED);
        *rig_word(last, 8) = last_size;
        rig_check();
    }
}

/* The ends of the list lead astray. */
static void test_damaged_ends(void **state)
{
    char *holes[4];
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        rig_holes(HEAP_FIRST_FIT, holes);
        char *used = rig_alloc(400);
        rig_alloc(16);
        rig_set(HEAP_ORDER, (uint64_t)order);
        uint64_t head = rig.heap.root.free_head, tail = rig.heap.root.free_tail;
        rig.heap.root.free_head = rig.heap.root.start + 8;
        if (order != HEAP_ORDER_FIFO && order != HEAP_ORDER_ADDRESS)
            assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        if (order != HEAP_ORDER_FIFO) assert_null(heap_realloc(&rig.heap, used, 500));
        rig.heap.root.free_head = head;
        rig.heap.root.free_tail = (uintptr_t)holes[0] + 48;
        if (order == HEAP_ORDER_FIFO || order == HEAP_ORDER_ADDRESS)
            assert_int_equal(heap_free(&rig.heap, used), HEAP_DAMAGED);
        assert_null(heap_alloc(&rig.heap, 1000));
        rig.heap.root.free_tail = tail;
        rig_check();
        /* Shrinking frees what is cut off. */
        rig.heap.root.free_tail = rig.heap.root.free_head = 8;
        assert_null(heap_realloc(&rig.heap, used, 100));
        assert_int_equal(rig.heap.failure, HEAP_DAMAGED);
        rig.heap.root.free_tail = tail;
        rig.heap.root.free_head = head;
        rig_check();
    }
}

/* The free last block is missing from the list: extending it would give it out twice. */
static void test_damaged_last(void **state)
{
    (void)state;
    rig_start(HEAP_FIRST_FIT);
    rig_set(HEAP_TRIM, 0);
    rig_free(rig_alloc(160));
    rig.heap.root.free_head = rig.heap.root.free_tail = 0;
    expect_alloc(16, HEAP_DAMAGED);
    assert_int_equal(rig_broken(), 1u << 5);
    /* A list that ends before it, though its own links are right, and those of both ends. */
    void *p[4];
    rig_start(HEAP_BEST_FIT);
    rig_set(HEAP_TRIM, 0);
    for (int i = 0; i < 4; i++) {
        p[i] = rig_alloc(i == 3 ? 160 : 16);
        if (i < 3) rig_alloc(16);
    }
    for (int i = 0; i < 4; i++)
        rig_free(p[i]);
    *rig_word(p[1], 16) = 0;
    expect_alloc(100, HEAP_DAMAGED);
}

static void test_damaged_fences(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_start(policy);
        void *p1 = rig_alloc(16);
        rig_foreign(32);
        void *p2 = rig_alloc(16);
        uint64_t size = *rig_word(p1, 8);
        *rig_word(p1, 8) =
            0; /* nobody knows any more which block lies before the gap: it is only freed */
        assert_int_equal(heap_free(&rig.heap, p2), HEAP_OK);
        *rig_word(p1, 8) = size;
        assert_string_equal(rig_blocks(), "u16 x32 f16");
        assert_ptr_equal(rig_alloc(16), p2);
        *rig_word(p1, 8) = size + 32;
        assert_int_equal(heap_free(&rig.heap, p2), HEAP_OK);
        *rig_word(p1, 8) = size;
        rig_check();
        rig.heap.root.gap_head = 8; /* no fence there: the gap is not seen, and no hang */
        assert_int_equal(heap_free(&rig.heap, p1), HEAP_DAMAGED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_damaged_links),  cmocka_unit_test(test_damaged_headers),
        cmocka_unit_test(test_damaged_ends),   cmocka_unit_test(test_damaged_last),
        cmocka_unit_test(test_damaged_fences),
    };
    return cmocka_run_group_tests_name("alloc damage", tests, NULL, NULL);
}
