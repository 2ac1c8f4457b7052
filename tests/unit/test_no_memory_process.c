/* test_no_memory_process.c: a process is opened, read, found, held, and its children are listed,
 * every allocation failing once: what is said is so, and nothing is half there. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/children.h"
#include "cli/source/process.h"
#include "cli/source/segments.h"
#include "tests/support/child.h"
#include "tests/support/starve.h"

/* The n-th allocation from here on fails. */
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

/* Its allocation is realloc's. */
void *__wrap_reallocarray(void *old, size_t n, size_t size);
void *__wrap_reallocarray(void *old, size_t n, size_t size) { return realloc(old, n * size); }

static void sleeper(void *unused)
{
    (void)unused;
    child_ready();
    child_rest();
}

static void a_process_is_opened_whole_or_not(void **unused)
{
    static struct segments segments;
    char why[PROCESS_WORDS];
    unsigned long n = 1;
    (void)unused;
    pid_t pid = child_start(sleeper, NULL), found;
    for (bool failed = true; failed; n++) {
        struct process p;
        starve(n);
        enum refusal refusal = process_open(&p, pid, why, sizeof why);
        failed = starved();
        assert_int_equal(refusal, failed ? REFUSAL_NO_MEMORY : REFUSAL_NONE);
        if (failed) assert_string_equal(why, "out of memory");
        if (failed) continue;
        assert_true(p.layout.n > 0);
        for (unsigned long k = 1; failed || k == 1; k++) { /* and read again */
            starve(k);
            bool read = process_maps_refresh(&p);
            int error = errno;
            failed = starved();
            assert_int_equal(read, !failed);
            if (failed) assert_int_equal(error, ENOMEM);
            assert_false(process_has_ended(&p));
        }
        process_segments(&p, 0, &segments);
        assert_string_equal(segments.unseen, "");
        process_release(&p);
        failed = false;
    }
    assert_true(n > 4);
    starve(1);
    assert_int_equal(process_find("no-such-name", &found, why, sizeof why), REFUSAL_NO_MEMORY);
    assert_true(starved());
    assert_string_equal(why, "out of memory");
    child_end(pid);
}

static void it_is_held_whole_or_not(void **unused)
{
    char why[PROCESS_WORDS];
    unsigned long n = 1;
    (void)unused;
    pid_t pid = child_start(sleeper, NULL);
    for (bool failed = true; failed; n++) {
        struct hold hold = {.pid = 0};
        starve(n);
        enum hold_result result = hold_begin(&hold, pid, 60.0, why, sizeof why);
        failed = starved();
        if (result == HOLD_REFUSED) break;
        assert_int_equal(result, failed ? HOLD_NO_MEMORY : HOLD_OK);
        assert_int_equal(hold.held, !failed);
        hold_free(&hold);
        CHILD_AWAIT(child_tracer(pid) == 0);
    }
    child_end(pid);
}

static void all_children_or_none(void **unused)
{
    unsigned long n = 1;
    (void)unused;
    pid_t pid = child_start(sleeper, NULL);
    for (bool failed = true; failed; n++) {
        struct children children = {.child = NULL};
        starve(n);
        bool read = children_read(&children, getpid());
        int error = errno;
        failed = starved();
        assert_int_equal(read, !failed);
        assert_int_equal(children.n, failed ? 0 : 1);
        if (failed) assert_int_equal(error, ENOMEM);
        children_release(&children);
    }
    assert_true(n > 3);
    child_end(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_is_opened_whole_or_not),
        cmocka_unit_test(it_is_held_whole_or_not),
        cmocka_unit_test(all_children_or_none),
    };
    return cmocka_run_group_tests_name("no memory, a process", tests, NULL, NULL);
}
