/* test_first_fit.c: how large a heap first fit needs: traces whose heap is known by hand, and
 * random ones, of which it is known within what bounds it lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/score/first_fit.h"
#include "cli/text/splitmix.h"

enum { MOST = 3000, IDS = 40 };

static uint64_t heap_of(const struct trace_op *op, size_t n, unsigned align)
{
    struct trace t = {.op = (struct trace_op *)(uintptr_t)op, .n_ops = n, .n_ids = IDS};
    struct first_fit f;
    assert_true(first_fit_begin(&f, &t, align));
    while (f.at < n)
        first_fit_step(&f);
    uint64_t heap = f.heap;
    first_fit_release(&f);
    return heap;
}

#define A(n, bytes)                                                                                \
    {                                                                                              \
        .kind = TRACE_ALLOC, .id = (n), .size = (bytes)                                            \
    }
#define R(n, bytes)                                                                                \
    {                                                                                              \
        .kind = TRACE_REALLOC, .id = (n), .size = (bytes)                                          \
    }
#define F(n)                                                                                       \
    {                                                                                              \
        .kind = TRACE_FREE, .id = (n)                                                              \
    }
#define HEAP(expected, align, ...)                                                                 \
    do {                                                                                           \
        const struct trace_op op[] = {__VA_ARGS__};                                                \
        assert_int_equal(heap_of(op, sizeof op / sizeof op[0], align), expected);                  \
    } while (0)

static void test_sizes(void **state)
{
    (void)state;
    HEAP(16, 8, A(0, 1));
    HEAP(16, 8, A(0, 8));
    HEAP(24, 8, A(0, 9));
    HEAP(32, 16, A(0, 1));
    HEAP(48, 16, A(0, 25));
    HEAP(0, 8, A(0, 0), F(0), F(-1));
    HEAP(32, 8, A(0, 8), A(0, 8), F(0)); /* an id twice: both live */
}

static void test_free_blocks_are_used(void **state)
{
    (void)state;
    HEAP(208, 8, A(0, 92), A(1, 92), F(0), F(1), A(2, 200)); /* they merge */
    HEAP(208, 8, A(0, 92), A(1, 92), F(1), F(0), A(2, 200));
    HEAP(312, 8, A(0, 96), A(1, 96), A(2, 96), F(0), F(2), F(1), A(3, 304));
    HEAP(208, 8, A(0, 96), F(0), A(1, 200)); /* the last is extended */
    HEAP(16 + 208 + 104, 8, A(0, 96), A(1, 8), F(0), A(2, 200)); /* a hole that is too small */
    HEAP(16 + 104, 8, A(0, 96), A(1, 8), F(0), A(2, 40), A(3, 48)); /* and one that is split */
}

static void test_resizes_stay(void **state)
{
    (void)state;
    HEAP(208, 8, A(0, 96), R(0, 200)); /* at the end */
    HEAP(208, 8, A(0, 40), A(1, 48), F(1), R(0, 200)); /* into what is free there, and beyond */
    HEAP(104 + 16, 8, A(0, 40), A(1, 48), A(2, 8), F(1), R(0, 96)); /* into what is free behind */
    HEAP(104 + 16 + 208, 8, A(0, 96), A(1, 8), R(0, 200)); /* it must move */
    HEAP(104 + 16, 8, A(0, 96), A(1, 8), R(0, 40), A(2, 48)); /* what is left is free */
    HEAP(208, 8, A(0, 96), R(0, 0), R(0, 200));
}

static void test_random_ones_keep_their_bounds(void **state)
{
    (void)state;
    static struct trace_op op[MOST];
    uint32_t size[IDS] = {0};
    uint64_t chance = 5, live = 0, peak = 0, all = 0;
    for (size_t i = 0; i < MOST; i++) {
        int32_t id = (int32_t)(splitmix_next(&chance) % IDS);
        uint32_t bytes = 1 + (uint32_t)(splitmix_next(&chance) % 999);
        enum trace_kind kind = size[id] == 0                     ? TRACE_ALLOC
                               : splitmix_next(&chance) % 3 == 0 ? TRACE_REALLOC
                                                                 : TRACE_FREE;
        if (kind == TRACE_FREE) bytes = 0;
        op[i] = (struct trace_op){.kind = kind, .id = id, .size = bytes};
        uint32_t block = bytes ? (bytes + 8 + 7) / 8 * 8 : 0;
        if (block > 0 && block < 16) block = 16;
        live = live - size[id] + block;
        size[id] = block;
        all += block;
        if (live > peak) peak = live;
    }
    uint64_t heap = heap_of(op, MOST, 8);
    assert_true(heap >= peak);
    assert_true(heap <
                peak * 2); /* of first fit on such a mixture; never merged it would be more */
    assert_true(heap < all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_free_blocks_are_used),
        cmocka_unit_test(test_resizes_stay),
        cmocka_unit_test(test_random_ones_keep_their_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
