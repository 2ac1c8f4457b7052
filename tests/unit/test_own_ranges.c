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

static void begin(void)
{
    static bool made;
    if (!made) assert_true(own_ranges_init(N));
    made = true;
    own_ranges_clear();
    for (uint32_t i = 0; i < N; i++)
        model[i].hi = 0;
}

static void neighbours_do_not_overlap(void **unused)
{
    (void)unused;
    begin();
    add(0, 100, 200);
    add(1, 200, 300);
    add(2, 50, 100);
    assert_int_equal(own_ranges_add(3, 199, 201) != OWN_NONE, true);
    assert_int_equal(own_ranges_add(3, 0, 1000) != OWN_NONE, true);
    assert_int_equal(own_ranges_add(3, 120, 130), 0);
    assert_int_equal(own_ranges_add(3, 299, 300), 1);
    own_ranges_remove(1);
    assert_int_equal(own_ranges_add(3, 299, 300), OWN_NONE);
}

static void in_any_order_it_is_as_the_model(void **unused)
{
    uint64_t chance = 42;
    (void)unused;
    for (int dense = 0; dense < 2; dense++) {
        begin();
        for (int turn = 0; turn < 60000; turn++) {
            uint32_t name = (uint32_t)(splitmix_next(&chance) % N);
            uintptr_t lo = 0x1000 + splitmix_next(&chance) % (dense ? 20000 : 2000000);
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
    for (int down = 0; down < 2; down++) {
        begin();
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
        cmocka_unit_test(in_any_order_it_is_as_the_model),
        cmocka_unit_test(sorted_orders_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
