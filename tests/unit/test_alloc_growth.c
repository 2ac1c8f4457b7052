/* test_alloc_growth.c: the public verbs while brk is limited, refuses, or is moved by strangers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/growth.h"
#include "allocator/policy.h"
#include "tests/support/rig.h"

static void test_limit(void **state)
{
    uintptr_t before;
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        uint32_t header = block_header_bytes(policy);
        assert_int_equal(heap_limit(&rig.heap, 2 * (64 + header)), HEAP_OK);
        rig_alloc(64);
        rig_forget();
        rig_refused(heap_alloc(&rig.heap, 65), HEAP_LIMIT, ENOMEM);
        const struct step *sbrk = picture_step(&rig.log, STEP_SBRK, 0);
        assert_true(sbrk->why == WHY_LIMIT && sbrk->a == 80 + header && sbrk->b == sbrk->c);
        assert_int_equal(heap_sbrk(&rig.heap, 65 + (intptr_t)header, false, &before), HEAP_LIMIT);
        rig_alloc(64);
        rig_refused(heap_alloc(&rig.heap, 1), HEAP_LIMIT, ENOMEM);
        assert_int_equal(heap_sbrk(&rig.heap, 1, false, &before), HEAP_LIMIT);
        assert_int_equal(before, 0);
        assert_int_equal(heap_sbrk(&rig.heap, 0, false, &before), HEAP_OK);
        rig.heap.root.limit += 5;
        assert_int_equal(heap_sbrk(&rig.heap, 6, false, &before), HEAP_LIMIT);
        assert_int_equal(heap_sbrk(&rig.heap, 5, false, &before), HEAP_OK);
        rig.heap.root.limit = 10;
        assert_int_equal(heap_sbrk(&rig.heap, 1, false, &before), HEAP_LIMIT);
        rig.heap.root.limit = HEAP_NO_LIMIT;
        assert_int_equal(heap_sbrk(&rig.heap, 1, false, &before), HEAP_OK);
        rig_check();
        uint64_t used = rig.arena.brk - rig.heap.root.start, limit = rig.heap.root.limit;
        assert_int_equal(heap_limit(&rig.heap, used - 1), HEAP_LIMIT); /* it has more already */
        assert_int_equal(rig.heap.root.limit, limit);
        assert_int_equal(heap_limit(&rig.heap, used), HEAP_OK);
        assert_int_equal(heap_limit(&rig.heap, HEAP_NO_LIMIT), HEAP_OK);
        rig_check();
    }
}

/* Whichever call of sbrk fails, the heap is as it was. */
static void test_failing_sbrk(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        for (unsigned n = 1; n < 6; n++) {
            rig_start(policy);
            arena_fail(&rig.arena, n);
            void *blocks[4];
            for (int i = 0; i < 4; i++)
                blocks[i] = heap_alloc(&rig.heap, 40);
            rig_check();
            for (int i = 0; i < 4; i++) {
                assert_int_equal(blocks[i] == NULL, n == (unsigned)i + 1);
                if (policy != HEAP_BUMP)
                    assert_int_equal(heap_free(&rig.heap, blocks[3 - i]), HEAP_OK);
                rig_check();
            }
        }
        rig_start(policy);
        rig.arena.silent = true;
        rig_forget();
        assert_null(heap_alloc(&rig.heap, 8));
        assert_int_equal(rig.heap.failure, HEAP_NO_MEMORY);
        assert_string_equal(rig_steps(), "sbrk/kernel");
    }
}

/* A stranger who comes between two of our calls. */
static void test_stray(void **state)
{
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        rig_alloc(64);
        arena_stray(&rig.arena, 1, 40);
        rig_forget();
        rig_alloc(64);
        assert_non_null(strstr(rig_steps(), "sbrk trim sbrk fence"));
        if (policy == HEAP_BUMP) continue;
        assert_string_equal(rig_blocks(), "u64 x48 u64");
        /* The same while a block is given back: the stranger's bytes stay. */
        void *last = rig_alloc(64);
        uintptr_t brk = rig.arena.brk;
        arena_stray(&rig.arena, 1, 32);
        rig_free(last);
        assert_int_equal(rig.arena.brk, brk + 32);
        assert_string_equal(rig_blocks(), "u64 x48 u64 f64 x32");
    }
}

/* A stranger who comes while a block is given back, merged or behind a fence, has us cut our own
 * bytes for a moment: headers, list and poison are whole again afterwards. */
static void test_stray_trim(void **state)
{
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        for (int i = 0; i < 24; i++) {
            int stray = 8 * (1 + i / 2);
            uintptr_t before;
            rig_start(policy);
            rig_set(HEAP_POISON, 1);
            rig_alloc(64);
            if (i % 2) assert_int_equal(heap_sbrk(&rig.heap, 40, false, &before), HEAP_OK);
            void *first = rig_alloc(64), *last = rig_alloc(200);
            rig_free(first);
            uintptr_t brk = rig.arena.brk;
            arena_stray(&rig.arena, 1, stray);
            rig_free(last);
            assert_int_equal(rig.arena.brk, brk + (unsigned)stray);
            rig_check();
            rig_alloc(300);
            rig_check();
        }
    }
}

static void test_foreign(void **state)
{
    uintptr_t before;
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        assert_int_equal(heap_sbrk(&rig.heap, 100, false, &before), HEAP_OK);
        assert_int_equal(before, rig.arena.base);
        rig_forget();
        assert_int_equal(heap_sbrk(&rig.heap, -100, false, &before), HEAP_OK);
        const struct step *sbrk = picture_step(&rig.log, STEP_SBRK, 0);
        assert_true(sbrk->why == WHY_FOREIGN && (int64_t)sbrk->a == -100 &&
                    sbrk->b - sbrk->c == 100);
        rig_alloc(64);
        assert_int_equal(heap_sbrk(&rig.heap, -1, false, &before), HEAP_CUTS_BLOCKS);
        assert_int_equal(heap_sbrk(&rig.heap, INTPTR_MIN, false, &before), HEAP_CUTS_BLOCKS);
        assert_int_equal(heap_sbrk(&rig.heap, -(2 << 20), true, &before), HEAP_NO_MEMORY);
        assert_int_equal(heap_sbrk(&rig.heap, 2 << 20, false, &before), HEAP_NO_MEMORY);
        assert_int_equal(heap_sbrk(&rig.heap, 0, false, &before), HEAP_OK);
        assert_int_equal(before, rig.arena.brk);
        assert_int_equal(heap_sbrk(&rig.heap, -16, true, &before), HEAP_OK);
        assert_int_equal(rig_broken(), 1u << 10);
        assert_int_equal(heap_sbrk(&rig.heap, -16, false, &before), HEAP_CUTS_BLOCKS);
        /* The next growth brings back what was cut off. */
        rig_forget();
        assert_non_null(heap_alloc(&rig.heap, 64));
        assert_int_equal(picture_step(&rig.log, STEP_SBRK, 0)->a,
                         64 + block_header_bytes(policy) + 16);
        rig_check();
    }
}

/* A kernel that leaves brk where it is, without a word. */
static void test_deaf_kernel(void **state)
{
    uintptr_t before;
    (void)state;
    FOR_EACH_POLICY(policy)
    {
        rig_start(policy);
        rig_alloc(64);
        uintptr_t brk = rig.arena.brk;
        rig.arena.deaf = true;
        rig_forget();
        assert_int_equal(heap_sbrk(&rig.heap, -16, true, &before), HEAP_NO_MEMORY);
        assert_int_equal(before, 0);
        assert_string_equal(rig_steps(), "sbrk/kernel");
        assert_int_equal(rig.arena.brk, brk);
    }
}

static void test_switches(void **state)
{
    (void)state;
    rig_start(HEAP_BUMP);
    for (int i = 0; i < HEAP_LOCK; i++)
        assert_int_equal(heap_set(&rig.heap, (enum heap_switch)i, 1), HEAP_UNSUPPORTED);
    rig_start(HEAP_HEADER);
    assert_int_equal(heap_set(&rig.heap, HEAP_SPLIT, 1), HEAP_UNSUPPORTED);
    assert_int_equal(heap_set(&rig.heap, HEAP_TRIM, 2), HEAP_UNSUPPORTED);
    rig_set(HEAP_TRIM, 0);
    rig_start(HEAP_FIRST_FIT);
    assert_int_equal(heap_set(&rig.heap, HEAP_ORDER, HEAP_N_ORDERS), HEAP_UNSUPPORTED);
    const uint64_t bad_growths[] = {0, 3, (1 << 20) + 1, 1 << 21};
    for (int i = 0; i < 4; i++)
        assert_int_equal(heap_set(&rig.heap, HEAP_GROWTH, bad_growths[i]), HEAP_UNSUPPORTED);
    rig_set(HEAP_GROWTH, 1 << 20);
    rig_set(HEAP_GROWTH, 1);
    assert_int_equal(rig.heap.root.uncoalesced, 0);
    rig_set(HEAP_COALESCE, 1);
    assert_int_equal(rig.heap.root.uncoalesced, 0);
    rig_set(HEAP_COALESCE, 0);
    rig_set(HEAP_COALESCE, 1);
    assert_int_equal(rig.heap.root.uncoalesced, 1);
}

static void test_growth_os(void **state)
{
    (void)state;
    assert_ptr_not_equal(growth_os.sbrk(&growth_os, 0), (void *)-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limit),    cmocka_unit_test(test_failing_sbrk),
        cmocka_unit_test(test_stray),    cmocka_unit_test(test_stray_trim),
        cmocka_unit_test(test_foreign),  cmocka_unit_test(test_deaf_kernel),
        cmocka_unit_test(test_switches), cmocka_unit_test(test_growth_os),
    };
    return cmocka_run_group_tests_name("alloc_growth", tests, NULL, NULL);
}
