/* test_peak.c: where the bytes of a heap were when it was largest, against sums by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/score/peak.h"

#define START UINT64_C(0x50000000)

static const struct peak_heap heap = {.start = START, .at_init = 8, .align = 8};

static bool found(struct peak *p, const char *text, const struct own_place *place)
{
    struct trace t;
    char error[256];
    assert_true(trace_parse(&t, text, strlen(text), error, sizeof error));
    bool ok = peak_find(p, &t, place, &heap);
    trace_release(&t);
    if (ok) assert_int_equal(p->live + p->head + p->small_bytes + p->large_bytes + p->top, p->heap);
    return ok;
}

static void each_byte_has_its_place(void **unused)
{
    static const struct own_place place[] = {
        {START + 16, 32}, {START + 40, 56}, {START + 64, 80}, {0, 80}, {START + 88, 192}};
    struct peak p;
    (void)unused;
    assert_true(found(&p, "a 0 16\na 1 16\na 2 16\nf 1\na 3 100\n", place));
    assert_int_equal(p.heap, 192);
    assert_int_equal(p.op, 5);
    assert_int_equal(p.line, 5);
    assert_int_equal(p.live, 132);
    assert_int_equal(p.n_live, 3);
    assert_int_equal(p.grew_op, 5);
    assert_int_equal(p.grew_largest, 32);
    assert_int_equal(p.head, 16);
    assert_int_equal(p.least, 8);
    assert_int_equal(p.small, 24);
    assert_int_equal(p.small_bytes, 16);
    assert_int_equal(p.n_large, 1);
    assert_int_equal(p.large_bytes, 24);
    assert_int_equal(p.largest, 24);
    assert_int_equal(p.freed, 16); /* id 1, which ended when 0 and 2 were there */
    assert_int_equal(p.top, 4);
    assert_int_equal(p.n_costly, 4);
    assert_int_equal(p.costly[0].address, START + 32);
    assert_int_equal(p.costly[0].bytes, 32);
    assert_int_equal(p.costly[0].after, 0);
    assert_int_equal(p.costly[0].after_size, 16);
    assert_int_equal(p.costly[0].before, 2);
    assert_int_equal(p.costly[1].after, -1);
    assert_int_equal(p.costly[3].before, -1);
}

/* The block of id 1 may be as long as that of id 0 was: rounding, for all that is known. */
static void what_ended_before_its_neighbours_came_may_be_theirs(void **unused)
{
    static const struct own_place place[] = {
        {START + 16, 40}, {0, 40}, {START + 16, 40}, {START + 64, 72}, {START + 80, 88}};
    struct peak p;
    (void)unused;
    assert_true(found(&p, "a 0 24\nf 0\na 1 8\na 2 8\na 3 8\n", place));
    assert_int_equal(p.large_bytes, 32);
    assert_int_equal(p.freed, 0);
}

static void what_was_freed_twice_is_counted_once(void **unused)
{
    static const struct own_place place[] = {{START + 16, 32}, {START + 40, 64}, {START + 72, 88},
                                             {0, 88},          {START + 40, 88}, {0, 88},
                                             {START + 96, 160}};
    struct peak p;
    (void)unused;
    assert_true(found(&p, "a 0 16\na 1 24\na 2 16\nf 1\na 3 16\nf 3\na 4 64\n", place));
    assert_int_equal(p.op, 7);
    assert_int_equal(p.large_bytes, 32);
    assert_int_equal(p.freed, 24);
}

static void the_fullest_of_the_largest_moments_is_told(void **unused)
{
    static const struct own_place place[] = {{START + 16, 32}, {START + 40, 64}, {START + 72, 88},
                                             {0, 88},          {START + 40, 88}, {0, 88},
                                             {START + 40, 88}};
    struct peak p;
    (void)unused;
    assert_true(found(&p, "a 0 16\na 1 24\na 2 16\nf 1\na 3 16\nf 3\na 4 8\n", place));
    assert_int_equal(p.op, 3);
    assert_int_equal(p.live, 56);
    assert_int_equal(p.most_live, 56);
    assert_int_equal(p.n_large, 0);
    assert_true(found(&p, "a 0 16\na 1 16\na 2 16\nf 1\na 3 16\nf 3\na 4 24\n", place));
    assert_int_equal(p.op, 7);
    assert_int_equal(p.live, 56);
}

static void init_may_take_all_of_it(void **unused)
{
    static const struct own_place place[] = {{START, 8}};
    struct peak p;
    (void)unused;
    assert_true(found(&p, "a 0 8\n", place));
    assert_int_equal(p.grew_op, 0);
    assert_int_equal(p.grew_largest, 0);
    assert_int_equal(p.least, 0);
    assert_int_equal(p.n_costly, 0);
}

/* A stranger's process wrote them. */
static void any_numbers_are_taken(void **unused)
{
    static const char text[] = "a 0 16\na 1 16\nr 0 4000000000\na 1 7\nf 0\nf 1\na 2 1\nr 2 0\n";
    uint64_t state = 1;
    (void)unused;
    for (int round = 0; round < 2000; round++) {
        struct own_place place[8];
        struct trace t;
        struct peak p;
        char error[256];
        for (size_t i = 0; i < 8; i++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            place[i].address = state >> (state % 64);
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            place[i].heap = state >> (state % 64);
        }
        assert_true(trace_parse(&t, text, sizeof text - 1, error, sizeof error));
        (void)peak_find(&p, &t, place, &heap);
        assert_true(p.n_costly <= PEAK_COSTLY);
        trace_release(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_has_its_place),
        cmocka_unit_test(what_ended_before_its_neighbours_came_may_be_theirs),
        cmocka_unit_test(what_was_freed_twice_is_counted_once),
        cmocka_unit_test(the_fullest_of_the_largest_moments_is_told),
        cmocka_unit_test(init_may_take_all_of_it),
        cmocka_unit_test(any_numbers_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
