/* test_alloc_header.c: what the policy `header` does with its blocks, and how it meets a damaged
 * list. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/rig.h"

/* The class's example, with the distances that brk moves. */
static void test_must_show(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    uintptr_t brk = rig.arena.brk;
    intptr_t moved[8];
    void *p1 = rig_alloc(64);
    moved[0] = (intptr_t)(rig.arena.brk - brk);
    brk = rig.arena.brk;
    void *p2 = rig_alloc(32);
    moved[1] = (intptr_t)(rig.arena.brk - brk);
    brk = rig.arena.brk;
    void *p3 = rig_alloc(16);
    moved[2] = (intptr_t)(rig.arena.brk - brk);
    brk = rig.arena.brk;
    rig_free(p2);
    moved[3] = (intptr_t)(rig.arena.brk - brk);
    assert_string_equal(rig_blocks(), "u64 f32 u16");
    assert_string_equal(rig_free_list(), "1");
    rig_forget();
    void *p4 = rig_alloc(24);
    moved[4] = (intptr_t)(rig.arena.brk - brk);
    assert_ptr_equal(p4, p2);
    assert_string_equal(rig_steps(), "probe/in use probe/fits take");
    rig_forget();
    rig_free(p3);
    moved[5] = (intptr_t)(rig.arena.brk - brk);
    assert_string_equal(rig_steps(), "trim");
    brk = rig.arena.brk;
    rig_forget();
    rig_free(p1);
    moved[6] = (intptr_t)(rig.arena.brk - brk);
    assert_string_equal(rig_steps(), "mark-free");
    rig_free(p4);
    moved[7] = (intptr_t)(rig.arena.brk - brk);
    const intptr_t expected[8] = {96, 64, 48, 0, 0, -48, 0, -64};
    assert_memory_equal(moved, expected, sizeof expected);
    assert_int_equal(rig_bytes(), 96);
    assert_string_equal(rig_blocks(), "f64");
}

static void test_first_large_enough(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    void *small = rig_alloc(16), *large = rig_alloc(160), *later = rig_alloc(96);
    rig_alloc(16);
    rig_free(small);
    rig_free(large);
    rig_free(later);
    rig_forget();
    assert_ptr_equal(rig_alloc(80), large);
    assert_string_equal(rig_steps(), "probe/too small probe/fits take");
    assert_string_equal(rig_blocks(), "f16 u160 f96 u16");
    assert_string_equal(rig_free_list(), "0 2");
    assert_ptr_equal(rig_realloc(large, 160), large);
    assert_ptr_equal(rig_realloc(large, 1), large);
    assert_string_equal(rig_blocks(), "f16 u160 f96 u16");
}

static void test_aligned(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    char *p = rig_aligned(64, 40);
    assert_int_equal((uintptr_t)p % 64, 0);
    assert_string_equal(rig_blocks(), "f64 u48");
    char *q = rig_alloc(48); /* in the gap */
    assert_string_equal(rig_blocks(), "u64 u48");
    rig_alloc(16);
    rig_free(p);
    rig_free(q);
    rig_forget();
    assert_ptr_equal(rig_aligned(64, 48),
                     p); /* the first is free and large enough, but its payload lies 32 off */
    assert_string_equal(rig_steps(), "probe/misaligned probe/fits take");
}

static void test_trim_off(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    rig_set(HEAP_TRIM, 0);
    void *p = rig_alloc(16);
    rig_forget();
    rig_free(p);
    assert_string_equal(rig_steps(), "mark-free");
    assert_string_equal(rig_blocks(), "f16");
    assert_ptr_equal(rig_alloc(8), p);
}

static void test_foreign(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    rig_foreign(5); /* before */
    void *p1 = rig_alloc(16);
    assert_string_equal(rig_blocks(), "x16 u16");
    rig_foreign(32); /* between */
    rig_forget();
    void *p2 = rig_alloc(16);
    assert_string_equal(rig_steps(), "probe/in use sbrk fence");
    rig_foreign(7); /* after: nothing can be trimmed */
    assert_string_equal(rig_blocks(), "x16 u16 x32 u16 x7");
    rig_forget();
    rig_free(p2);
    assert_string_equal(rig_steps(), "mark-free");
    rig_foreign(-7);
    p2 = rig_alloc(16);
    assert_string_equal(rig_blocks(), "x16 u16 x32 u16");
    rig_free(p2); /* the trim goes back to where the gap begins; the gap is the stranger's still */
    assert_string_equal(rig_blocks(), "x16 u16 x32");
    rig_forget();
    rig_free(p1);
    assert_string_equal(rig_steps(), "mark-free");
    rig_foreign(-32);
    p1 = rig_alloc(16);
    rig_free(p1);
    assert_string_equal(rig_blocks(), "x16");
    assert_int_equal(rig.heap.root.top, rig.heap.root.start);
}

static void test_trim_refused(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    void *p = rig_alloc(16);
    arena_fail(&rig.arena, 1);
    rig_forget();
    rig_free(p);
    assert_string_equal(rig_steps(), "trim/kernel mark-free");
    assert_string_equal(rig_blocks(), "f16");
}

static void expect_status(enum heap_status status)
{
    assert_null(heap_alloc(&rig.heap, 200));
    assert_int_equal(rig.heap.failure, status);
    assert_int_equal(errno, ENOMEM);
}

static void test_damage(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    void *p1 = rig_alloc(64), *p2 = rig_alloc(64), *p3 = rig_alloc(64);
    uint64_t next = *rig_word(p2, 16);
    *rig_word(p2, 16) = *rig_word(p1, 16); /* its own successor */
    expect_status(HEAP_CYCLE);
    assert_int_equal(heap_free(&rig.heap, p3), HEAP_CYCLE);
    const uint64_t wild[] = {8, next + 8, rig.heap.root.top, rig.heap.root.top - 32,
                             UINT64_MAX - 15};
    for (int i = 0; i < 5; i++) {
        *rig_word(p2, 16) = wild[i];
        expect_status(HEAP_DAMAGED);
        assert_int_equal(heap_free(&rig.heap, p3), HEAP_DAMAGED);
        /* The block can't be given back after its contents were copied: it stays, and the copy
         * goes. */
        if (i == 0) assert_null(heap_realloc(&rig.heap, p3, 65));
    }
    *rig_word(p2, 16) = next;
    rig_check();
    uint64_t size = *rig_word(p2, 0);
    *rig_word(p2, 0) =
        size * 4; /* it would reach beyond the heap: the block after it has no end before it */
    assert_int_equal(heap_free(&rig.heap, p3), HEAP_DAMAGED);
    assert_int_equal(heap_free(&rig.heap, p2), HEAP_NOT_A_BLOCK);
    *rig_word(p2, 0) = size;
    *rig_word(p3, 16) = rig.heap.root.start; /* the last has a successor */
    expect_status(HEAP_CYCLE);
    rig.heap.root.first = 0; /* not even looked at, but nothing may be appended to it */
    expect_status(HEAP_DAMAGED);
    rig.heap.root.first = rig.heap.root.start;
    *rig_word(p3, 16) = 0;
    *rig_word(p3, 0) = 80; /* beyond the end */
    assert_int_equal(heap_free(&rig.heap, p3), HEAP_NOT_A_BLOCK);
    *rig_word(p3, 0) = 8;
    expect_status(HEAP_DAMAGED);
    *rig_word(p3, 0) = 64;
    rig_check();
}

/* realloc must not lose the caller's bytes when the old block turns out to be stuck in a damaged
 * list. */
static void test_realloc_damaged(void **state)
{
    (void)state;
    rig_start(HEAP_HEADER);
    void *hole = rig_alloc(128), *p2 = rig_alloc(64), *last = rig_alloc(64);
    memset(last, 0x77, 64);
    rig_free(hole);
    uint64_t next = *rig_word(p2, 16);
    *rig_word(p2, 16) = next + 8; /* the search ends at the hole, before it comes here */
    assert_null(heap_realloc(&rig.heap, last, 100));
    assert_int_equal(rig.heap.failure, HEAP_DAMAGED);
    *rig_word(p2, 16) = next;
    rig_check();
    assert_string_equal(rig_blocks(), "f128 u64 u64");
    for (int i = 0; i < 64; i++)
        assert_int_equal(((unsigned char *)last)[i], 0x77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_must_show), cmocka_unit_test(test_first_large_enough),
        cmocka_unit_test(test_aligned),   cmocka_unit_test(test_trim_off),
        cmocka_unit_test(test_foreign),   cmocka_unit_test(test_trim_refused),
        cmocka_unit_test(test_damage),    cmocka_unit_test(test_realloc_damaged),
    };
    return cmocka_run_group_tests_name("alloc header", tests, NULL, NULL);
}
