/* test_compare.c: heaps side by side on the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

static struct terminal *start(int rows, int columns, const char *const *heaps)
{
    const char *argv[8] = {terminal_program(), "compare"};
    size_t n = 2;
    for (; heaps[n - 2]; n++)
        argv[n] = heaps[n - 2];
    struct terminal *t = terminal_start(rows, columns, NULL, argv);
    terminal_must_show(t, LAB_PROMPT);
    return t;
}

/* Both names stand in one row, and what is typed is done in both. */
static void two_panes(void **state)
{
    (void)state;
    struct terminal *t = start(40, 120, (const char *[]){"first-fit", "best-fit", NULL});
    terminal_must_show(t, "it is done in each heap");
    lab_must_match(t, "^─ first-fit ─.*─│─ best-fit ─");
    terminal_must_show(t, "no divergence");
    lab_command(t, "alloc 100; alloc 16; alloc 40; alloc 16", " 40 used .*│.* 40 used");
    lab_command(t, "free 1; free 3", "#1 free 112 .*│.*#1 free 112");
    terminal_must_show(t, "no divergence");
    lab_command(t, "alloc 40",
                "^ first divergence: command 7, alloc 40: the payload is at \\+0x10 under "
                "first-fit, at \\+0xb0 under best-fit$");
    lab_must_match(t, "p5 = malloc\\(40\\);.*│ p5 = malloc\\(40\\);");
    lab_must_match(t, "^ brk .*256 B.*│ brk .*256 B");
    lab_command(t, "undo", "48         – free .*│.*48         – free");
    terminal_must_show(t, "no divergence");
    lab_command(t, "stats", "policy first-fit; split on");
    terminal_type(t, "q");
    terminal_must_lose(t, "policy first-fit; split on");
    lab_command(t, "help", "until divergence");
    terminal_type(t, "q");
    terminal_must_lose(t, "Any other command");
    lab_command(t, "lesson", "lesson is for one heap alone");
    lab_leave(t);
}

static void a_trace_below_each_other(void **state)
{
    (void)state;
    struct terminal *t = start(
        24, 80, (const char *[]){"header", "best-fit", "--generate=uniform", "--ops=400", NULL});
    terminal_must_show(t, "400 operations: step [N], run, until divergence");
    lab_command(t, "step", "^ operation 1 \\(line 5\\), malloc\\(3266\\) of id 0; of 400$");
    lab_must_match(t, "^─ header ─");
    lab_must_match(t, "^─ best-fit ─");
    lab_must_match(t, "t0 = malloc\\(3266\\);");
    lab_must_match(t, "first divergence: operation 1 \\(line 5\\), malloc\\(3266\\) of id 0");
    lab_command(t, "run", "^ operation 400 \\(line 404\\), free\\(id [0-9]+\\); of 400$");
    lab_must_match(t, "^ utilization   [▁-█]{30,} ");
    lab_command(t, "run", "^ the trace is at its end, operation 400; expected `undo` or `reset`");
    lab_command(t, "undo", "^ operation 1 \\(line 5\\)");
    lab_leave(t);
}

static void four_on_a_small_screen_and_none_on_a_smaller(void **state)
{
    (void)state;
    struct terminal *t =
        start(24, 80, (const char *[]){"bump", "header", "first-fit", "best-fit", NULL});
    lab_command(t, "alloc 64", "first divergence: command 1, alloc 64");
    static const char *const names[] = {"─ bump ─", "─ header ─", "─ first-fit ─", "─ best-fit ─"};
    for (size_t i = 0; i < 4; i++)
        terminal_must_show(t, names[i]);
    terminal_resize(t, 12, 60);
    terminal_must_show(t, "too small: 60×12; 4 heaps need 40×");
    terminal_must_show(t, "best-fit: brk 0x");
    lab_command(t, "alloc 64", "header: brk 0x4110c0");
    terminal_resize(t, 40, 120);
    lab_must_match(t, "─ bump ─.*│─ header ─");
    lab_must_match(t, "#2 64.*│.*#2 64");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_panes),
        cmocka_unit_test(a_trace_below_each_other),
        cmocka_unit_test(four_on_a_small_screen_and_none_on_a_smaller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
