/* test_no_memory_score.c: what reads a trace, a command line and a peak, every allocation failing
 * once: it says so, and holds nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/score/peak.h"
#include "cli/score/score_options.h"
#include "cli/score/trace.h"
#include "tests/support/scratch.h"
#include "tests/support/starve.h"

enum { N_OPS = 600 };

static void starve(unsigned long n)
{
    starve_on = false;
    starve_asked = 0;
    starve_at = n;
}

/* True if it came to that. */
static bool starved(void)
{
    bool met = starve_at != 0 && starve_asked >= starve_at;
    starve_at = 0;
    return met;
}

/* As many operations and ids as need room more than once. */
static const char *text(void)
{
    static char all[N_OPS * 24];
    size_t n = 0;
    for (int i = 0; i < N_OPS / 2; i++)
        n += (size_t)snprintf(all + n, sizeof all - n, "a %d %d\n", i * 3, i + 1);
    for (int i = 0; i < N_OPS / 2; i++)
        n += (size_t)snprintf(all + n, sizeof all - n, "f %d\n", i * 3);
    return all;
}

static void a_trace_that_has_no_room_is_none(void **unused)
{
    const char *path = scratch_file("t.rep", text());
    (void)unused;
    unsigned long n = 1;
    for (bool failed = true; failed; n++) {
        struct trace t;
        char error[256] = "";
        starve(n);
        bool ok = trace_read(&t, path, error, sizeof error);
        failed = starved();
        assert_int_equal(ok, !failed);
        assert_int_equal(t.n_ops, failed ? 0 : N_OPS);
        if (failed) {
            assert_null(t.op);
            assert_true(strstr(error, "out of memory") || strstr(error, "Cannot allocate memory"));
        }
        trace_release(&t);
    }
    assert_true(n > 4);
}

static void a_command_line_that_has_no_room_is_refused(void **unused)
{
    char *argv[] = {"score", "-s", "3", "mm.c", "list.c", "a.rep", "-f", "b.rep", NULL};
    (void)unused;
    unsigned long n = 1;
    for (bool failed = true; failed; n++) {
        struct score_options o;
        char error[256] = "";
        starve(n);
        bool ok = score_options_parse(&o, 8, argv, error, sizeof error);
        failed = starved();
        assert_int_equal(ok, !failed);
        if (failed) assert_string_equal(error, "out of memory");
        if (ok) assert_int_equal(o.n_traces, 2);
        score_options_release(&o);
    }
    assert_true(n > 4);
}

static void a_peak_that_has_no_room_is_not_told(void **unused)
{
    static struct own_place place[N_OPS];
    static const struct peak_heap heap = {.start = 4096, .align = 8};
    struct trace t;
    char error[256];
    (void)unused;
    assert_true(trace_parse(&t, text(), strlen(text()), error, sizeof error));
    for (size_t i = 0; i < N_OPS; i++)
        place[i] = (struct own_place){i < N_OPS / 2 ? 4096 + i * 512 : 0, 512 * N_OPS};
    unsigned long n = 1;
    for (bool failed = true; failed; n++) {
        struct peak p;
        starve(n);
        bool ok = peak_find(&p, &t, place, &heap);
        failed = starved();
        assert_int_equal(ok, !failed);
    }
    assert_true(n > 4);
    trace_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trace_that_has_no_room_is_none),
        cmocka_unit_test(a_command_line_that_has_no_room_is_refused),
        cmocka_unit_test(a_peak_that_has_no_room_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
