/* test_own_ranges.c: the payloads that brkview-own keeps, beside a list that is searched in full.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "allocator/target/own.h"
#include "cli/text/splitmix.h"

enum { N = 2000 };

/* Both ways to keep them, and grains of a byte and of several. */
static const struct {
    size_t bytes; /* 0: anywhere */
    unsigned align;
} kinds[] = {{0, 1}, {4 << 20, 1}, {4 << 20, 8}, {2200000, 16}};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };
static unsigned align;

static struct {
    uintptr_t lo, hi; /* hi 0: not there */
} model[N];

static bool model_overlaps(uintptr_t lo, uintptr_t hi, uint32_t *any)
{
    for (uint32_t i = 0; i < N; i++)
        if (model[i].hi && lo < model[i].hi && model[i].lo < hi) {
            *any = i;
            return true;
        }
    return false;
}

/* Whatever it answers is true: that there is none, or which one. */
static void add(uint32_t name, uintptr_t lo, uintptr_t hi)
{
    uint32_t any = OWN_NONE, found = own_ranges_add(name, lo, hi);
    assert_int_equal(found != OWN_NONE, model_overlaps(lo, hi, &any));
    if (found == OWN_NONE) {
        model[name].lo = lo;
        model[name].hi = hi;
        return;
    }
    assert_true(found < N && model[found].hi && lo < model[found].hi && model[found].lo < hi);
}

static void drop(uint32_t name)
{
    own_ranges_remove(name);
    model[name].hi = 0;
}

static void begin(size_t kind)
{
    align = kinds[kind].align;
    assert_true(own_ranges_init(N, 0, kinds[kind].bytes, align));
    own_ranges_clear();
    for (uint32_t i = 0; i < N; i++)
        model[i].hi = 0;
}

static uintptr_t aligned(uintptr_t at) { return at / align * align; }

static void neighbours_do_not_overlap(void **unused)
{
    (void)unused;
    for (size_t kind = 0; kind < N_KINDS; kind++) {
        begin(kind);
        add(0, 112, 208);
        add(1, 208, 304);
        add(2, 48, 112);
        assert_int_equal(own_ranges_add(3, 192, 209) != OWN_NONE, true);
        assert_int_equal(own_ranges_add(3, 0, 1008) != OWN_NONE, true);
        assert_int_equal(own_ranges_add(3, 128, 130), 0);
        assert_int_equal(own_ranges_add(3, 288, 300), 1);
        assert_int_equal(own_ranges_find(303, 304), 1);
        assert_int_equal(own_ranges_find(304, 305), OWN_NONE);
        assert_int_equal(own_ranges_find(47, 48), OWN_NONE);
        own_ranges_remove(1);
        assert_int_equal(own_ranges_find(303, 304), OWN_NONE);
        assert_int_equal(own_ranges_add(3, 288, 300), OWN_NONE);
    }
}

static void bytes_of_a_grain_that_are_not_its_are_nobodys(void **unused)
{
    (void)unused;
    begin(2);
    add(0, 64, 67);
    assert_int_equal(own_ranges_find(66, 67), 0);
    assert_int_equal(own_ranges_find(67, 72), OWN_NONE);
    assert_int_equal(own_ranges_find(60, 64), OWN_NONE);
}

static void one_larger_than_all(void **unused)
{
    (void)unused;
    for (size_t kind = 0; kind < N_KINDS; kind++) {
        begin(kind);
        add(0, 0, 2200000);
        for (uintptr_t at = 0; at < 2200000 - 16; at += 99999)
            assert_int_equal(own_ranges_add(1, aligned(at), aligned(at) + 1), 0);
        drop(0);
        add(1, 2199984, 2200000);
        add(2, 0, 1);
        add(3, 16, 2199984);
    }
}

static void in_any_order_it_is_as_the_model(void **unused)
{
    uint64_t chance = 42;
    (void)unused;
    for (size_t turn = 0; turn < 2 * N_KINDS; turn++) {
        bool dense = turn % 2;
        begin(turn / 2);
        for (int i = 0; i < 60000; i++) {
            uint32_t name = (uint32_t)(splitmix_next(&chance) % N);
            uintptr_t lo = aligned(0x1000 + splitmix_next(&chance) % (dense ? 20000 : 2000000));
            if (model[name].hi)
                drop(name);
            else
                add(name, lo, lo + 1 + splitmix_next(&chance) % 300);
        }
    }
}

/* The orders that make a plain tree a list. */
static void sorted_orders_too(void **unused)
{
    (void)unused;
    for (size_t turn = 0; turn < 2 * N_KINDS; turn++) {
        bool down = turn % 2;
        begin(turn / 2);
        for (uint32_t i = 0; i < N; i++) {
            uintptr_t lo = 0x1000 + 16u * (down ? N - i : i);
            add(i, lo, lo + 16);
        }
        for (uint32_t i = 0; i < N; i += 2)
            drop(i);
        for (uint32_t i = 0; i < N; i += 2) {
            uintptr_t lo = 0x1000 + 16u * (down ? N - i : i);
            add(i, lo, lo + 17); /* into the next, but for the last */
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_do_not_overlap),
        cmocka_unit_test(bytes_of_a_grain_that_are_not_its_are_nobodys),
        cmocka_unit_test(one_larger_than_all),
        cmocka_unit_test(in_any_order_it_is_as_the_model),
        cmocka_unit_test(sorted_orders_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
