/* test_free_blocks.c: a free block is found again by its address, and nothing else is, in whatever
 * order one asks and however they lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/session/free_blocks.h"
#include "tests/support/picture_sample.h"

#define START UINT64_C(0x555555559000)
#define MOST 400u

static struct snapshot *snapshot;
static struct free_blocks blocks, old;
static uint64_t address[MOST]; /* of those that were added */

/* Blocks of all sizes, many of them far from even; every second or third is free. */
static void make(uint32_t seed, size_t n)
{
    uint32_t state = seed;
    uint64_t at = START, size;
    struct snapshot_head head = {
        .title = "", .policy = "", .ended = "", .heap_start = START, .brk = START + (1u << 30)};
    snapshot = snapshot_new(&head, 0);
    assert_non_null(snapshot);
    blocks = free_blocks_in(&old, snapshot, seed % 3 ? 0 : n);
    assert_int_equal(old.room, 0);
    while (blocks.n < n) {
        size = UINT64_C(16) << picture_sample_random(&state) % (seed % 2 ? 16 : 2);
        bool is_free = picture_sample_random(&state) % 3 == 0;
        if (is_free) {
            address[blocks.n] = at;
            assert_true(free_blocks_add(&blocks, at + 1));
        }
        assert_true(snapshot_add_block(
            snapshot, &(struct snapshot_block){.address = at,
                                               .size = size,
                                               .state = is_free ? BLOCK_FREE : BLOCK_USED}));
        at += size;
    }
}

static void must_find(size_t i)
{
    assert_int_equal(free_blocks_find(&blocks, address[i]), i);
    assert_int_equal(free_blocks_address(&blocks, i), address[i]);
    assert_int_equal(blocks.next[i], address[i] + 1);
    assert_true(free_blocks_find(&blocks, address[i] + 8) == SIZE_MAX);
}

static void each_is_found(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 40; seed++) {
        uint32_t state = seed;
        size_t n = seed < 5 ? seed - 1 : 10 * seed;
        make(seed, n);
        for (size_t i = 0; i < n; i++)
            must_find(i);
        for (size_t i = n; i-- > 0;)
            must_find(i);
        for (size_t i = 0; i < 4 * n; i++)
            must_find(picture_sample_random(&state) % n);
        static const uint64_t elsewhere[] = {0, START - 16, UINT64_MAX};
        for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
            assert_true(free_blocks_find(&blocks, elsewhere[i]) == SIZE_MAX);
        assert_int_equal(free_blocks_address(&blocks, n), 0);
        old = blocks; /* its memory is the next one's */
        snapshot_free(snapshot);
    }
    free_blocks_release(&old);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_is_found)};
    return cmocka_run_group_tests_name("free_blocks", tests, NULL, NULL);
}
