/* test_steps.c: the log of steps: what it keeps of long searches, and when it is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/format/steps.h"
#include "tests/support/rig.h"

static struct step_log steps;

static void probe(uint64_t n)
{
    step_tell(&steps.sink, STEP_PROBE, WHY_TOO_SMALL, 16 * n, n, 0, 0);
}

/* All steps that were told: those kept, and those counted. */
static uint64_t told(void)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < steps.n; i++)
        n += steps.steps[i].kind == STEP_SKIPPED ? steps.steps[i].a : 1;
    return n;
}

static void test_names(void **state)
{
    (void)state;
    for (int i = 0; i < STEP_N_KINDS; i++)
        assert_true(strlen(step_kind_name((enum step_kind)i)) > 2);
    for (int i = 1; i < WHY_N; i++)
        assert_true(strlen(step_why_name((enum step_why)i)) > 2);
    assert_string_equal(step_why_name(WHY_NONE), "");
    assert_string_equal(step_kind_name(STEP_WRITE), "write-header");
    assert_null(step_kind_name(STEP_N_KINDS));
    assert_null(step_why_name(WHY_N));
    assert_int_equal(sizeof(struct step), 40);
}

static void test_short(void **state)
{
    (void)state;
    step_log_reset(&steps);
    for (uint64_t i = 0; i < 3 * STEP_LOG_RUN; i++)
        probe(i);
    assert_int_equal(steps.n, 3 * STEP_LOG_RUN);
    assert_int_equal(told(), 3 * STEP_LOG_RUN);
    step_log_reset(&steps);
    assert_int_equal(steps.n, 0);
}

/* Of each run of probes the first and the last are kept, in order, and the number of all is
 * right. */
static void test_runs(void **state)
{
    (void)state;
    for (uint64_t n = 3 * STEP_LOG_RUN; n < 2000; n += 7) {
        step_log_reset(&steps);
        for (int run = 0; run < 3; run++) {
            uint32_t first = steps.n;
            for (uint64_t i = 0; i < n; i++)
                probe(i);
            step_tell(&steps.sink, STEP_TAKE, WHY_NONE, 16, 0, 0, 0);
            if (run == 2) break;
            for (uint32_t i = 0; i < STEP_LOG_RUN; i++)
                assert_int_equal(steps.steps[first + i].a, i);
            for (uint32_t i = 0; i < STEP_LOG_RUN; i++)
                assert_int_equal(steps.steps[steps.n - 2 - i].a, n - 1 - i);
            assert_int_equal(steps.steps[first + STEP_LOG_RUN].kind,
                             n == 3 * STEP_LOG_RUN ? STEP_PROBE : STEP_SKIPPED);
        }
        assert_true(steps.n <= STEP_LOG_MAX);
        assert_int_equal(told(), 3 * (n + 1));
    }
}

static void test_full(void **state)
{
    (void)state;
    step_log_reset(&steps);
    for (uint64_t i = 0; i < STEP_LOG_MAX; i++)
        step_tell_write(&steps.sink, FIELD_SIZE, 16, 0, i, i + 1);
    assert_int_equal(steps.n, STEP_LOG_MAX);
    assert_int_equal(steps.steps[STEP_LOG_MAX - 1].kind, STEP_WRITE);
    for (uint64_t i = 0; i < 1000; i++)
        step_tell_write(&steps.sink, FIELD_SIZE, 16, 0, i, i + 1);
    for (uint64_t i = 0; i < 1000; i++)
        probe(i);
    assert_int_equal(steps.n, STEP_LOG_MAX);
    assert_int_equal(steps.steps[STEP_LOG_MAX - 1].kind, STEP_SKIPPED);
    assert_int_equal(told(), STEP_LOG_MAX + 2000);
    step_log_reset(&steps);
    probe(1);
    assert_int_equal(steps.n, 1);
}

static void test_writes(void **state)
{
    (void)state;
    step_log_reset(&steps);
    step_tell_write(&steps.sink, FIELD_NEXT_FREE, 64, 0, 5, 5);
    assert_int_equal(steps.n, 0);
    step_tell_write(&steps.sink, FIELD_NEXT_FREE, 64, 0, 5, 6);
    assert_int_equal(steps.steps[0].offset, 16);
    assert_int_equal(steps.steps[0].block, 64);
    step_tell_write(NULL, FIELD_NEXT_FREE, 64, 0, 5, 6);
    step_tell(NULL, STEP_TAKE, WHY_NONE, 64, 5, 6, 7);
    assert_int_equal(steps.n, 1);
}

/* A search of the real allocator. */
static void test_search(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    rig.heap.steps = NULL;
    for (int i = 0; i < 500; i++)
        assert_non_null(heap_alloc(&rig.heap, 16));
    rig.heap.steps = &steps.sink;
    step_log_reset(&steps);
    assert_non_null(heap_alloc(&rig.heap, 16));
    assert_int_equal(told(), 500 + 5);
    assert_int_equal(steps.steps[steps.n - 5].kind, STEP_SBRK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names), cmocka_unit_test(test_short),  cmocka_unit_test(test_runs),
        cmocka_unit_test(test_full),  cmocka_unit_test(test_writes), cmocka_unit_test(test_search),
    };
    return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
