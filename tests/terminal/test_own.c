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

#define PANE "^.*OUTPUT *$"

/* What it prints has a pane, once there is something, of a screen that keeps its blocks; it goes
 * back with the heap, and stays. */
static void try_pane(int rows, int columns, const char *log)
{
    struct terminal *t = start("tests/mm/talks.c", rows, columns);
    lab_must_match(t, "remembered by brkview");
    assert_false(lab_matches(t, PANE));
    lab_command(t, "alloc 64", "^.*malloc of 72 *$");
    lab_must_match(t, PANE);
    assert_false(lab_matches(t, "talks\\.c: malloc")); /* it stands there, and nowhere else */
    lab_must_match(t, "mem_sbrk was called once");
    lab_must_match(t, "1 +0x[0-9a-f]+.*64 +64 used");
    lab_command(t, "free 1", "^.*free of 72 *$");
    lab_must_match(t, "malloc of 72 *$");
    if (log) lab_must_match(t, log);
    lab_command(t, "undo", "undone 1 command");
    terminal_must_lose(t, "free of 72");
    lab_command(t, "undo", "undone 1 command");
    lab_must_match(t, PANE);
    terminal_must_lose(t, "malloc of 72");
    lab_command(t, "redo 2", "free of 72 *$");
    lab_command(t, "policy header", "policy header");
    terminal_must_lose(t, "OUTPUT"); /* nobody there prints */
    lab_leave(t);
}

static void test_what_it_prints(void **state)
{
    (void)state;
    try_pane(24, 80, NULL);
    try_pane(40, 120, "LOG +OUTPUT");
}

/* All of it, on a page; also where the pane has no room. */
static void test_all_that_it_printed(void **state)
{
    (void)state;
    struct terminal *t = start("tests/mm/talks.c", 24, 80);
    lab_command(t, "alloc 64; alloc 80; free 1; free 2", "free of 88");
    terminal_must_lose(t, "malloc of 72");
    terminal_type(t, "output\r");
    lab_must_match(t, "^malloc of 72");
    lab_must_match(t, "^free of 88");
    terminal_type(t, "q");
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "output malloc", "^malloc of 88");
    terminal_type(t, "q");
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "set projector on", "projector");
    lab_command(t, "alloc 24", "p3 = malloc\\(24\\)");
    terminal_must_lose(t, "OUTPUT");
    lab_command(t, "output 32", "malloc of 32");
    lab_leave(t);
}

static void test_what_it_says_last(void **state)
{
    (void)state;
    struct terminal *t = start("tests/mm/bad_abort.c", 30, 100);
    lab_command(t, "alloc 50", "#1");
    lab_command(t, "free 1", "^ not so *$");
    lab_must_match(t, PANE);
    lab_must_match(t, "SIGABRT");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_word_written_over), cmocka_unit_test(test_a_crash_and_nothing_else),
        cmocka_unit_test(test_what_it_prints),      cmocka_unit_test(test_all_that_it_printed),
        cmocka_unit_test(test_what_it_says_last),
    };
    return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
