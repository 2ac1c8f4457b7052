/* A trace on the map: its lines beside it, forward and back by keys, and the first wrong operation
 * of an allocator of one's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/scratch.h"
#include "tests/support/terminal_lab.h"

#define SMALL                                                                                      \
    "20000\n6\n11\n1\na 0 2040\na 1 24\na 2 24\nf 0\na 3 100\na 4 4072\nr 1 38\nf 2\nf 1\n"        \
    "a 5 3000\nf 4\n"
#define RIGHT "\033[C"
#define LEFT "\033[D"

static void test_keys_step(void **state)
{
    (void)state;
    const char *const more[] = {"replay", "--policy=header", scratch_file("t.rep", SMALL), NULL};
    struct terminal *t = lab_start(24, 80, NULL, more);
    terminal_must_show(t, "operation 0/11");
    terminal_must_show(t, "t.rep: [nothing is done] · 5: a 0 2040 · 6: a 1 24");
    terminal_type(t, RIGHT);
    terminal_must_show(t, "operation 1/11");
    terminal_must_show(t, "t.rep: [5: a 0 2040] · 6: a 1 24 · 7: a 2 24");
    terminal_type(t, RIGHT RIGHT);
    terminal_must_show(t, "5: a 0 2040 · 6: a 1 24 · [7: a 2 24] · 8: f 0 · 9: a 3 100");
    terminal_must_show(t, "#3 t2 used");
    terminal_type(t, LEFT);
    terminal_must_show(t, "operation 2/11");
    lab_command(t, "undo", NULL);
    terminal_must_show(t, "operation 3/11");
    lab_command(t, "goto peak", NULL);
    terminal_must_show(t, "operation 10/11");
    terminal_type(t, "al" LEFT "x"); /* in a line that is being typed, keys move */
    terminal_must_show(t, "heap> axl");
    terminal_type(t, "\003");
    lab_leave(t);
}

static void test_bad(void **state)
{
    (void)state;
    const char *const more[] = {"replay", "tests/mm/bad_garbled.c", scratch_file("t.rep", SMALL),
                                "--at=bad", NULL};
    struct terminal *t = lab_start(40, 120, NULL, more);
    terminal_must_show(t, "the victim is t1"); /* on a page, which q leaves */
    terminal_type(t, "q");
    terminal_must_show(t, "operation 6/11");
    terminal_must_show(t, "[10: a 4 4072] · 11: r 1 38 · 12: f 2");
    lab_leave(t);
}

/* What an allocator has printed is what it printed up to the operation on show. */
static void test_printed(void **state)
{
    (void)state;
    const char *const more[] = {"replay", "tests/mm/talks.c", scratch_file("t.rep", SMALL), NULL};
    struct terminal *t = lab_start(24, 80, NULL, more);
    terminal_must_show(t, "[nothing is done]");
    assert_false(lab_matches(t, "OUTPUT"));
    terminal_type(t, RIGHT RIGHT);
    terminal_must_show(t, "operation 2/11");
    terminal_must_show(t, "OUTPUT");
    lab_must_match(t, "^ malloc of 2048 *$");
    lab_must_match(t, "^ malloc of 32 *$");
    lab_must_match(t, "t1 used"); /* the table has its room */
    lab_command(t, "goto 4", "operation 4/11");
    lab_must_match(t, "^ free of 2048 *$");
    terminal_type(t, LEFT LEFT LEFT);
    terminal_must_show(t, "operation 1/11");
    lab_must_match(t, "^ malloc of 2048 *$");
    terminal_must_lose(t, "malloc of 32");
    terminal_must_lose(t, "free of");
    terminal_type(t, LEFT);
    terminal_must_show(t, "operation 0/11");
    terminal_must_show(t, "OUTPUT"); /* it stays, empty */
    terminal_must_lose(t, "malloc of");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys_step),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_printed),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
