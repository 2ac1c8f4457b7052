/* test_snapshot_fragmentation.c: what is lost to what, on heaps small enough to count by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "viz/fragmentation.h"

#define HEADER 16u

static uint32_t guard_bytes; /* of the snapshots that are made */

static struct fragmentation of(const struct snapshot_block *blocks, size_t n)
{
    struct snapshot_head head = {.title = "",
                                 .brk = 0,
                                 .page_bytes = 4096,
                                 .block_header = HEADER,
                                 .guard_bytes = guard_bytes};
    for (size_t i = 0; i < n; i++)
        head.brk += blocks[i].size;
    struct snapshot *s = snapshot_new(&head, n);
    assert_non_null(s);
    uint64_t at = 0;
    for (size_t i = 0; i < n; i++) {
        struct snapshot_block b = blocks[i];
        b.address = at;
        b.header = HEADER;
        b.id = (uint32_t)i + 1;
        at += b.size;
        assert_true(snapshot_add_block(s, &b));
    }
    assert_true(snapshot_finish(s));
    struct fragmentation f;
    fragmentation_find(&f, s);
    snapshot_free(s);
    return f;
}

static void an_empty_heap_loses_nothing(void **unused)
{
    (void)unused;
    struct fragmentation f = of(NULL, 0);
    assert_int_equal(f.header_bytes + f.padding_bytes + f.hole_bytes + f.n_holes + f.top_bytes, 0);
    assert_int_equal(f.fits_now + f.fits_coalesced + f.fits_compacted, 0);
}

static void holes_and_the_top_are_told_apart(void **unused)
{
    (void)unused;
    const struct snapshot_block blocks[] = {
        {.size = 64, .requested = 40, .state = BLOCK_USED},
        {.size = 48, .state = BLOCK_FREE},
        {.size = 32, .state = BLOCK_FREE},
        {.size = 64, .requested = 48, .state = BLOCK_USED},
        {.size = 80, .state = BLOCK_FREE},
        {.size = 32, .state = BLOCK_FOREIGN},
        {.size = 96, .state = BLOCK_FREE},
    };
    struct fragmentation f = of(blocks, sizeof blocks / sizeof *blocks);
    assert_int_equal(f.header_bytes, 32);
    assert_int_equal(f.padding_bytes, 8);
    assert_int_equal(f.hole_bytes, 160);
    assert_int_equal(f.n_holes, 2);
    assert_int_equal(f.top_bytes, 96);
    assert_int_equal(f.fits_now, 80);
    assert_int_equal(f.fits_coalesced, 80);
    assert_int_equal(f.fits_compacted,
                     144); /* 48 + 32 + 80 below the foreign one, which stays where it is */
}

static void guards_take_of_what_fits(void **unused)
{
    (void)unused;
    const struct snapshot_block blocks[] = {{.size = 112, .state = BLOCK_FREE},
                                            {.size = 32, .state = BLOCK_FREE},
                                            {.size = 64, .requested = 24, .state = BLOCK_USED},
                                            {.size = 32, .state = BLOCK_FREE}};
    guard_bytes = 24;
    struct fragmentation f = of(blocks, 4);
    guard_bytes = 0;
    assert_int_equal(f.fits_now, 72);
    assert_int_equal(f.fits_coalesced, 104);
    assert_int_equal(f.fits_compacted, 136);
}

static void free_neighbours_fit_more_as_one(void **unused)
{
    (void)unused;
    const struct snapshot_block blocks[] = {{.size = 48, .state = BLOCK_FREE},
                                            {.size = 32, .state = BLOCK_FREE},
                                            {.size = 64, .requested = 48, .state = BLOCK_USED}};
    struct fragmentation f = of(blocks, 3);
    assert_int_equal(f.fits_now, 32);
    assert_int_equal(f.fits_coalesced, 64);
    assert_int_equal(f.top_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_heap_loses_nothing),
        cmocka_unit_test(holes_and_the_top_are_told_apart),
        cmocka_unit_test(free_neighbours_fit_more_as_one),
        cmocka_unit_test(guards_take_of_what_fits),
    };
    return cmocka_run_group_tests_name("fragmentation", tests, NULL, NULL);
}
