/* A command played step by step on the screen: by hand, by the clock, interrupted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

/* #1 and #3 of 64, 32, 100 and 16 bytes are free under best-fit. */
static struct terminal *start(void)
{
    struct terminal *t = lab_start(24, 80, NULL, (const char *[]){"--policy", "best-fit", NULL});
    lab_command(t, "alloc 64", "#1 64");
    lab_command(t, "alloc 32", "#2 32");
    lab_command(t, "alloc 100", "#3 100");
    lab_command(t, "alloc 16", "#4 used");
    lab_command(t, "free 1", "#1 free 64");
    lab_command(t, "free 3", "#3 free 112");
    return t;
}

static void test_by_hand(void **state)
{
    (void)state;
    struct terminal *t = start();
    lab_command(t, "speed step", "played step by step");
    lab_command(t, "alloc 24", "step 1 of 13: looks at #1: free, holds 64 >= 32: best so far");
    terminal_must_show(t, "looked at");
    terminal_must_show(t, "size_flags 81"); /* the word and its bytes, as they still are */
    lab_must_match(t, "51 00 00 00");
    terminal_must_show(t, "#1 free 64");
    terminal_type(t, "\033[C");
    terminal_must_show(t, "step 2 of 13: looks at #3: free, holds 112, which would do");
    terminal_type(t, "\033[D");
    terminal_must_show(t, "step 1 of 13");
    terminal_type(t, "\033[D"); /* there is none before the first */
    terminal_must_show(t, "step 1 of 13");
    for (int i = 0; i < 5; i++)
        terminal_type(t, " ");
    terminal_must_show(t, "step 6 of 13: puts");
    terminal_must_show(t, "FREE LIST 0x411030(");
    for (int i = 0; i < 4; i++)
        terminal_type(t, " ");
    terminal_must_show(t, "step 10 of 13: writes size_flags of #1");
    terminal_must_show(t, "(was 81)");
    terminal_type(t, "  ");
    terminal_must_show(t, "FREE LIST 0x411030(16)"); /* a block by its header now */
    terminal_type(t, "\r");
    terminal_must_show(t, "#1 it is, split into 32 + 16 header + 16");
    terminal_must_show(t, "#5 used");
    terminal_must_lose(t, "step 12");
    lab_leave(t);
}

/* brk moves on the screen at the step that moves it, not before. */
static void test_brk_moves_at_its_step(void **state)
{
    (void)state;
    struct terminal *t = start();
    lab_command(t, "speed step", "played step by step");
    lab_command(t, "alloc 500", "step 1 of");
    terminal_must_show(t, "brk 0x411120");
    for (int i = 0; i < 2; i++)
        terminal_type(t, " ");
    terminal_must_show(t, "step 3 of 7: calls sbrk(528)");
    terminal_must_show(t, "brk 0x411330");
    terminal_type(t, "\033[D");
    terminal_must_show(t, "brk 0x411120");
    lab_leave(t);
}

static void test_any_other_key_ends_it(void **state)
{
    (void)state;
    struct terminal *t = start();
    lab_command(t, "speed slow", "1200 ms a step");
    lab_command(t, "alloc 24", "step 1 of 13");
    terminal_type(t, "free 5");
    terminal_must_show(t, "heap> free 5");
    terminal_must_show(t, "#1 it is, split into 32 + 16 header + 16");
    terminal_type(t, "\r");
    terminal_must_show(t, "step 1 of");
    terminal_type(t, "\003");
    terminal_must_show(t, "#5 merges with");
    lab_leave(t);
}

static void test_by_the_clock(void **state)
{
    (void)state;
    struct terminal *t = start();
    lab_command(t, "speed 20", "20 ms a step");
    lab_command(t, "alloc 24", "brk stays at 0x411120"); /* it comes to its end by itself */
    lab_command(t, "speed off", "not played");
    lab_command(t, "alloc 40", "#6 40");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_brk_moves_at_its_step),
        cmocka_unit_test(test_any_other_key_ends_it),
        cmocka_unit_test(test_by_the_clock),
    };
    return cmocka_run_group_tests_name("playing", tests, NULL, NULL);
}
