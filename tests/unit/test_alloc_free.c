/* test_alloc_free.c: what the fits do with a freed block: coalesce, order, trim; and with foreign
 * gaps. */
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

static void test_coalesce(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT(policy)
        {
            void *p[7];
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            for (int i = 0; i < 7; i++)
                p[i] = rig_alloc(32);
            rig_forget();
            rig_free(p[0]);
            assert_string_equal(rig_steps(), "mark-free link");
            rig_free(p[2]);
            rig_free(p[4]);
            rig_forget();
            rig_free(p[1]); /* with both */
            assert_int_equal(picture_count(&rig.log, STEP_COALESCE), 2);
            assert_int_equal(picture_count(&rig.log, STEP_MARK_FREE), 0);
            assert_string_equal(rig_blocks(), "f128 u32 f32 u32 u32");
            rig_free(p[3]);
            assert_string_equal(rig_blocks(), "f224 u32 u32");
            rig_forget();
            rig_free(p[5]); /* with the one before */
            assert_int_equal(picture_count(&rig.log, STEP_MARK_FREE), 0);
            assert_string_equal(rig_blocks(), "f272 u32");
            rig_forget();
            rig_free(p[6]);
            assert_string_equal(rig_blocks(), "");
            assert_int_equal(picture_step(&rig.log, STEP_TRIM, 0)->a, 7 * 48);
            assert_int_equal(rig.heap.root.free_head | rig.heap.root.rover, 0);
        }
    }
}

/* With the one behind alone. */
static void test_coalesce_behind(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        rig_start(HEAP_NEXT_FIT);
        rig_set(HEAP_ORDER, (uint64_t)order);
        void *p1 = rig_alloc(32), *p2 = rig_alloc(32);
        rig_alloc(32);
        rig_free(p2);
        rig.heap.root.rover = (uintptr_t)p2 - 16;
        rig_free(p1);
        assert_string_equal(rig_blocks(), "f80 u32");
        assert_int_equal(rig.heap.root.rover, (uintptr_t)p1 - 16);
    }
}

static void test_no_trim_of_neighbours(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_start(policy);
        rig_set(HEAP_COALESCE, 0);
        void *p1 = rig_alloc(32), *p2 = rig_alloc(32);
        rig_free(p1);
        rig_free(p2); /* given back alone: what becomes the last stays */
        assert_string_equal(rig_blocks(), "f32");
        /* Without coalescing it is not extended either. */
        rig_alloc(64);
        assert_string_equal(rig_blocks(), "f32 u64");
    }
}

static void expect_order(enum heap_order order, const char *first, const char *second)
{
    char *holes[4];
    rig_holes(HEAP_FIRST_FIT, holes);
    rig_set(HEAP_ORDER, order);
    assert_string_equal(rig_free_list(), first);
    rig_free(rig_realloc(rig_alloc(170), 200)); /* at the end, and trimmed again */
    rig_free(rig_alloc(100)); /* where first fit finds it, merged again */
    assert_string_equal(rig_free_list(), second);
}

static void test_orders(void **state)
{
    (void)state;
    expect_order(HEAP_ORDER_ADDRESS, "0 2 4 6", "0 2 4 6");
    expect_order(HEAP_ORDER_LIFO, "0 2 4 6", "2 0 4 6");
    expect_order(HEAP_ORDER_FIFO, "0 2 4 6", "0 4 6 2");
    expect_order(HEAP_ORDER_SIZE_UP, "0 4 2 6", "0 4 6 2");
    expect_order(HEAP_ORDER_SIZE_DOWN, "2 6 4 0", "6 2 4 0");
}

/* Freed in one sequence, listed in each order; then sorted by address again. */
static void test_order_of_frees(void **state)
{
    static const char *const expected[HEAP_N_ORDERS] = {"0 2 4 6 8", "4 8 0 6 2", "2 6 0 8 4",
                                                        "0 2 4 6 8", "8 6 4 2 0"};
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        void *p[5];
        static const int sequence[5] = {1, 3, 0, 4, 2};
        rig_start(HEAP_FIRST_FIT);
        rig_set(HEAP_ORDER, (uint64_t)order);
        for (size_t i = 0; i < 5; i++) {
            p[i] = rig_alloc(16 + 16 * i);
            rig_alloc(16);
        }
        for (int i = 0; i < 5; i++)
            rig_free(p[sequence[i]]);
        assert_string_equal(rig_free_list(), expected[order]);
        rig_set(HEAP_ORDER, HEAP_ORDER_SIZE_DOWN);
        assert_string_equal(rig_free_list(), "8 6 4 2 0");
        rig_set(HEAP_ORDER, HEAP_ORDER_ADDRESS);
        assert_string_equal(rig_free_list(), "0 2 4 6 8");
    }
}

static void test_foreign(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_start(policy);
        rig_foreign(5); /* before: 5 bytes, rounded up, and a fence */
        char *p1 = rig_alloc(16), *p2 = rig_alloc(16);
        assert_string_equal(rig_blocks(), "x16 u16 u16");
        rig_foreign(32);
        rig_forget();
        char *p3 = rig_alloc(16), *p4 = rig_alloc(16);
        assert_non_null(strstr(rig_steps(), "sbrk fence"));
        rig_foreign(64);
        char *p5 = rig_alloc(16);
        assert_string_equal(rig_blocks(), "x16 u16 u16 x32 u16 u16 x64 u16");
        rig_free(p2); /* next to a gap: no neighbour there */
        rig_free(p3);
        assert_string_equal(rig_blocks(), "x16 u16 f16 x32 f16 u16 x64 u16");
        assert_ptr_equal(rig_realloc(p1, 40), p1);
        rig_foreign(3); /* behind: nothing can be trimmed, nor grown in place */
        rig_free(p5);
        assert_string_equal(rig_blocks(), "x16 u48 x32 f16 u16 x64 f16 x3");
        rig_foreign(-3);
        p5 = rig_alloc(24);
        assert_string_equal(rig_blocks(), "x16 u48 x32 f16 u16 x64 u32");
        rig_foreign(3);
        assert_ptr_not_equal(rig_realloc(p5, 400), p5);
        (void)p4;
    }
}

static void test_fence_is_given_back(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_start(policy);
        void *p1 = rig_alloc(16);
        rig_foreign(48);
        void *p2 = rig_alloc(16);
        rig_foreign(48);
        void *p3 = rig_alloc(16), *p4 = rig_alloc(16);
        uintptr_t before = rig.heap.root.gap_head;
        rig_free(p3);
        rig_forget();
        rig_free(p4);
        assert_int_equal(picture_step(&rig.log, STEP_TRIM, 0)->a, 80);
        assert_string_equal(rig_blocks(), "u16 x48 u16 x48");
        assert_int_equal(rig.heap.root.gap_tail, before);
        rig_foreign(-48);
        rig_free(p2);
        assert_string_equal(rig_blocks(), "u16 x48");
        assert_int_equal(rig.heap.root.gap_head | rig.heap.root.gap_tail, 0);
        rig_free(p1); /* a gap lies behind it: it stays */
        assert_string_equal(rig_blocks(), "f16 x48");
        rig_foreign(-48);
        rig_free(rig_alloc(100));
        assert_string_equal(rig_blocks(), "");
        rig_foreign(16); /* a gap at the very start */
        rig_free(rig_alloc(16));
        assert_string_equal(rig_blocks(), "x16");
    }
}

static void test_trim_refused(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT(policy)
        {
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            void *p1 = rig_alloc(16), *p2 = rig_alloc(16);
            rig_free(p1);
            arena_fail(&rig.arena, 1);
            rig_free(p2);
            assert_string_equal(rig_blocks(), "f48");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coalesce),
        cmocka_unit_test(test_coalesce_behind),
        cmocka_unit_test(test_no_trim_of_neighbours),
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_order_of_frees),
        cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_fence_is_given_back),
        cmocka_unit_test(test_trim_refused),
    };
    return cmocka_run_group_tests_name("alloc free", tests, NULL, NULL);
}
