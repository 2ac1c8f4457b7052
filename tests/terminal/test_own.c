/* An allocator of one's own on the screen: what it gives, the word that does the harm, and the way
 * back; a crash and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

static struct terminal *start(const char *file, int rows, int columns)
{
    const char *more[] = {"--allocator", file, NULL};
    return lab_start(rows, columns, NULL, more);
}

static void test_a_word_written_over(void **state)
{
    (void)state;
    struct terminal *t = start("tests/mm/edges.c", 30, 100);
    lab_must_match(t, "policy own \\(edges\\.c\\)");
    lab_command(t, "alloc 64", "mem_sbrk was called once");
    lab_command(t, "alloc 32", "#2");
    lab_command(t, "free 1", "no mem_sbrk was called");
    lab_must_match(t, "#1 free");
    lab_must_match(t, "a guess: its words read as CS:APP's headers");
    lab_must_match(t, "freed");
    lab_must_match(t, "68 free");
    lab_command(t, "write 2 -4 ff force", "written");
    lab_must_match(t, "96 unknown");
    lab_must_match(t, "remembered by brkview");
    assert_false(lab_matches(t, "▲new")); /* #2 is where it was */
    lab_command(t, "undo", "#1 free");
    lab_must_match(t, "68 free");
    lab_leave(t);
}

static void test_a_crash_and_nothing_else(void **state)
{
    (void)state;
    struct terminal *t = start("tests/mm/bad_crash.c", 24, 80);
    lab_command(t, "alloc 5000", "#1");
    lab_command(t, "free 1", "SIGSEGV");
    lab_must_match(t, "of tags\\.c");
    lab_must_match(t, "undo");
    lab_command(t, "undo", "undone 1 command");
    lab_command(t, "alloc 8", "#2");
    lab_leave(t);
}

static void test_what_it_prints(void **state)
{
    (void)state;
    struct terminal *t = start("tests/mm/bad_abort.c", 30, 100);
    lab_command(t, "alloc 50", "#1");
    lab_command(t, "free 1", "it printed: .*not so");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_written_over),
        cmocka_unit_test(test_a_crash_and_nothing_else),
        cmocka_unit_test(test_what_it_prints),
    };
    return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
