/* Which blocks are listed: by state, size, address, region, the largest first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/tell/block_choice.h"

static struct snapshot *s;

/* Two regions: used 32, free 64, used 48, cached 64 | used 4096. */
static int make(void **state)
{
    (void)state;
    static const struct snapshot_head head = {.heap_start = 0x1000, .brk = 0x10d0};
    static const struct snapshot_region regions[] = {{REGION_BRK, 0x1000, 0x10d0},
                                                     {REGION_MAPPED, 0x8000, 0x9000}};
    static const struct snapshot_block blocks[] = {
        {.address = 0x1000, .size = 32, .header = 8, .state = BLOCK_USED},
        {.address = 0x1020, .size = 64, .header = 8, .state = BLOCK_FREE},
        {.address = 0x1060, .size = 48, .header = 8, .state = BLOCK_USED},
        {.address = 0x1090, .size = 64, .header = 8, .state = BLOCK_CACHED},
        {.address = 0x8000, .size = 4096, .header = 16, .state = BLOCK_USED},
    };
    s = snapshot_new(&head, 8);
    for (size_t i = 0; i < 2; i++)
        assert_true(snapshot_add_region(s, &regions[i]));
    for (size_t i = 0; i < 5; i++)
        assert_true(snapshot_add_block(s, &blocks[i]));
    assert_true(snapshot_finish(s));
    return 0;
}

static int unmake(void **state)
{
    (void)state;
    snapshot_free(s);
    return 0;
}

/* which: the places, as digits. */
static void must_choose(struct block_choice c, const char *which)
{
    uint32_t *index;
    size_t n;
    char found[16] = "";
    assert_true(block_choice_make(s, &c, &index, &n));
    for (size_t i = 0; i < n; i++)
        found[i] = (char)('0' + index[i]);
    assert_string_equal(found, which);
    free(index);
}

static void choices(void **state)
{
    (void)state;
    struct block_choice all = block_choice_all(), c = all;
    assert_true(block_choice_is_all(&all));
    must_choose(all, "01234");
    c.states = 1u << BLOCK_USED;
    assert_false(block_choice_is_all(&c));
    must_choose(c, "024");
    c.states |= 1u << BLOCK_CACHED;
    must_choose(c, "0234");
    c = all, c.least = 48, c.most = 64;
    must_choose(c, "123");
    c = all, c.from = 0x101f, c.to = 0x1060;
    must_choose(c, "01"); /* a block that only reaches into it, too */
    c = all, c.region = 1;
    must_choose(c, "4");
    c = all, c.first = 2;
    must_choose(c, "01");
    c = all, c.by_size = true;
    must_choose(c, "41320"); /* equal ones in order of address: 1 before 3 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(choices)};
    return cmocka_run_group_tests_name("block_choice", tests, make, unmake);
}
