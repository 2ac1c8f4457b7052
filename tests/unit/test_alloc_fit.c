/* test_alloc_fit.c: which block each of the four fits chooses, how it is cut, how the heap grows,
 * and realloc in place. */
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

/* The class's example: everything is given back, unless a switch is off. */
static uint64_t left_after_example(enum heap_policy policy, int off)
{
    rig_start(policy);
    if (off >= 0) rig_set((enum heap_switch)off, 0);
    void *p1 = rig_alloc(64), *p2 = rig_alloc(32), *p3 = rig_alloc(16);
    rig_free(p2);
    void *p4 = rig_alloc(24);
    assert_ptr_equal(p4, p2);
    rig_free(p3);
    rig_free(p1);
    rig_free(p4);
    return rig_bytes();
}

static void test_must_show(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        assert_int_equal(left_after_example(policy, -1), 0);
        assert_int_equal(left_after_example(policy, HEAP_COALESCE), 80);
        assert_string_equal(rig_blocks(), "f64");
        assert_int_equal(left_after_example(policy, HEAP_TRIM), 160);
        assert_string_equal(rig_blocks(), "f144");
    }
}

static void test_choice(void **state)
{
    char *holes[4];
    (void)state;
    rig_holes(HEAP_FIRST_FIT, holes);
    assert_ptr_equal(rig_alloc(80), holes[1]);
    assert_string_equal(rig_steps(), "probe/too small probe/fits take split unlink link");
    assert_string_equal(rig_blocks(), "f48 u16 u80 f64 u16 f96 u16 f160 u16");
    rig_holes(HEAP_BEST_FIT, holes);
    assert_ptr_equal(rig_alloc(80), holes[2]);
    assert_string_equal(
        rig_steps(),
        "probe/too small probe/best so far probe/best so far probe/not better take unlink");
    rig_holes(HEAP_WORST_FIT, holes);
    assert_ptr_equal(rig_alloc(30), holes[1]);
    assert_string_equal(rig_steps(), "probe/best so far probe/best so far probe/not better "
                                     "probe/not better take split unlink link");
    rig_holes(HEAP_NEXT_FIT, holes);
    assert_ptr_equal(rig_alloc(80), holes[1]);
    assert_int_equal(rig.heap.root.rover, (uintptr_t)holes[1] - 16 + 96); /* what is left of it */
    rig_forget();
    assert_ptr_equal(rig_alloc(96), holes[2]);
    assert_string_equal(rig_steps(), "probe/too small probe/fits take unlink");
    rig_forget();
    assert_ptr_equal(rig_alloc(160), holes[3]);
    assert_int_equal(rig.heap.root.rover, 0);
    assert_ptr_equal(rig_alloc(48), holes[0]);
    assert_string_equal(rig_free_list(), "3");
}

static void test_next_fit_round(void **state)
{
    char *holes[4];
    (void)state;
    rig_holes(HEAP_NEXT_FIT, holes);
    assert_ptr_equal(rig_alloc(96), holes[1]);
    assert_ptr_equal(rig_alloc(96), holes[2]);
    assert_ptr_equal(rig_alloc(96), holes[3]);
    assert_string_equal(rig_free_list(), "8 0 3"); /* from the rover on, and round to it */
    rig_forget();
    assert_ptr_equal(rig_alloc(40), holes[3] + 112);
    assert_ptr_equal(rig_alloc(40), holes[0]);
    rig_forget();
    rig_alloc(1000); /* none: all are looked at once */
    assert_string_equal(rig_steps(), "probe/too small sbrk");
    rig_free(holes[1]); /* the rover's block is merged */
    assert_int_equal(rig.heap.root.rover, (uintptr_t)holes[1] - 16);
    rig_free(rig_alloc(16));
}

/* The links written since rig_forget. */
static unsigned n_links(void)
{
    unsigned n = 0;
    const struct step *step;
    for (size_t i = 0; (step = picture_step(&rig.log, STEP_WRITE, i)) != NULL; i++)
        n += step->field == FIELD_NEXT_FREE || step->field == FIELD_PREV_FREE;
    return n;
}

static void test_split(void **state)
{
    char *holes[4];
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_holes(policy, holes);
        rig_set(HEAP_SPLIT, 0);
        rig_alloc(100);
        assert_string_equal(rig_blocks(), "f48 u16 u160 u16 f96 u16 f160 u16");
        rig_holes(policy, holes);
        rig_alloc(144); /* a rest of 16 is no block */
        assert_string_equal(rig_blocks(), "f48 u16 u160 u16 f96 u16 f160 u16");
        rig_holes(policy, holes);
        rig_alloc(128);
        assert_string_equal(rig_blocks(), "f48 u16 u128 f16 u16 f96 u16 f160 u16");
        assert_int_equal(n_links(), 4); /* the rest stands where the block stood */
    }
}

static void test_extend_last(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT(policy)
        {
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            rig_set(HEAP_TRIM, 0);
            rig_alloc(16);
            void *p = rig_alloc(48);
            rig_free(p);
            rig_forget();
            assert_ptr_equal(rig_alloc(100), p);
            assert_string_equal(rig_steps(), "probe/too small sbrk take unlink");
            assert_int_equal(picture_step(&rig.log, STEP_SBRK, 0)->a, 64);
            assert_string_equal(rig_blocks(), "u16 u112");
            rig_free(p);
            char *q = rig_aligned(256, 400);
            assert_int_equal((uintptr_t)q % 256, 0);
            assert_string_equal(rig_blocks(), "u16 f192 u400");
        }
    }
}

static void test_growth(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_start(policy);
        rig_set(HEAP_GROWTH, 4096);
        void *p = rig_alloc(100);
        assert_int_equal(rig_bytes(), 4096);
        assert_string_equal(rig_blocks(), "u112 f3952");
        rig_set(HEAP_SPLIT, 0); /* the rest of grown memory is a block in any case */
        void *q = rig_alloc(5000);
        assert_int_equal(rig_bytes(), 8192);
        assert_string_equal(rig_blocks(), "u112 u5008 f3024");
        void *r = rig_alloc(3024 + 4080); /* a rest of 16 stays with the block */
        assert_string_equal(rig_blocks(), "u112 u5008 u7120");
        rig_free(r);
        rig_free(q);
        rig_free(p);
        assert_int_equal(rig_bytes(), 0);
    }
}

static void test_aligned_in_the_middle(void **state)
{
    (void)state;
    for (int order = 0; order < HEAP_N_ORDERS; order++) {
        FOR_EACH_FIT(policy)
        {
            rig_start(policy);
            rig_set(HEAP_ORDER, (uint64_t)order);
            char *hole = rig_alloc(600);
            void *other = rig_alloc(96);
            rig_alloc(16);
            rig_free(hole);
            assert_int_equal((uintptr_t)hole % 256, 16);
            rig_forget();
            char *p = rig_aligned(256, 100); /* a piece before, a piece behind */
            /* The one before is the block that was there, and stays in the list. */
            assert_true((strstr(rig_steps(), "unlink") != NULL) == (order >= HEAP_ORDER_SIZE_UP));
            assert_ptr_equal(p, hole + 240);
            assert_string_equal(rig_blocks(), "f224 u112 f240 u96 u16");
            rig_free(other);
            rig_free(p);
            assert_string_equal(rig_blocks(), "f720 u16");
            rig_forget();
            rig_aligned(4096, 700); /* large enough, but not there */
            assert_non_null(strstr(rig_steps(), "probe/misaligned"));
        }
    }
}

static void test_resize(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_start(policy);
        char *p = rig_alloc(100), *q = rig_alloc(100);
        rig_alloc(16);
        rig_free(q);
        memset(p, 0x55, 100);
        assert_ptr_equal(rig_realloc(p, 120), p); /* into the next: 16 bytes, over its links */
        assert_string_equal(rig_blocks(), "u128 f96 u16");
        assert_ptr_equal(rig_realloc(p, 216), p); /* a rest of 16 comes along */
        assert_string_equal(rig_blocks(), "u240 u16");
        for (int i = 0; i < 100; i++)
            assert_int_equal(p[i], 0x55);
        assert_ptr_equal(rig_realloc(p, 224), p); /* less by less than a block */
        assert_string_equal(rig_blocks(), "u240 u16");
        assert_ptr_equal(rig_realloc(p, 10), p);
        assert_string_equal(rig_blocks(), "u16 f208 u16");
        assert_ptr_equal(rig_realloc(p, 100), p);
        rig_set(HEAP_SPLIT, 0);
        assert_ptr_equal(rig_realloc(p, 10), p);
        assert_string_equal(rig_blocks(), "u112 f112 u16");
        assert_ptr_equal(rig_realloc(p, 130), p);
        assert_string_equal(rig_blocks(), "u240 u16");
    }
}

static void test_resize_at_the_end(void **state)
{
    (void)state;
    FOR_EACH_FIT(policy)
    {
        rig_start(policy);
        char *p = rig_alloc(100);
        rig_forget();
        assert_ptr_equal(rig_realloc(p, 200), p);
        assert_string_equal(rig_steps(), "sbrk");
        rig_forget();
        assert_ptr_equal(rig_realloc(p, 50), p);
        assert_string_equal(rig_steps(), "split trim");
        assert_int_equal(rig_bytes(), 80);
        rig_set(HEAP_TRIM, 0);
        assert_ptr_equal(rig_realloc(p, 16), p);
        assert_string_equal(rig_blocks(), "u16 f32");
        rig_forget();
        assert_ptr_equal(rig_realloc(p, 200),
                         p); /* the free block behind, and what is missing still */
        assert_string_equal(rig_steps(), "sbrk coalesce unlink");
        assert_string_equal(rig_blocks(), "u208");
        rig_set(HEAP_GROWTH, 4096);
        assert_ptr_equal(rig_realloc(p, 300), p);
        assert_string_equal(rig_blocks(), "u304 f3984");
        rig_set(HEAP_GROWTH, 1);
        char *last = rig_alloc(3984);
        arena_fail(&rig.arena, 1);
        assert_ptr_not_equal(rig_realloc(last, 4000), last); /* refused once, then moved */
        assert_null(heap_realloc(&rig.heap, p, 2 << 20));
        rig_check();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_must_show),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_next_fit_round),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_extend_last),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_aligned_in_the_middle),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_resize_at_the_end),
    };
    return cmocka_run_group_tests_name("alloc fit", tests, NULL, NULL);
}
