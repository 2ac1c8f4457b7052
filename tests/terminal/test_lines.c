/* test_lines.c: a terminal without a screen: the line is edited, Ctrl-C costs the line or stops the command and nothing more, and the terminal is as it
 * was whenever somebody else has it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

static struct terminal *start(void)
{
    static const char *const plain[] = {"--plain", NULL};
    return lab_start(24, 80, NULL, plain);
}

static void must_be_cooked(struct terminal *t)
{
    struct termios now;
    terminal_settings(t, &now);
    assert_int_equal(now.c_lflag & (ECHO | ICANON | ISIG), ECHO | ICANON | ISIG);
}

static void must_exit(struct terminal *t, int expected)
{
    int status = -1;
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), expected);
    must_be_cooked(t);
    terminal_free(t);
}

/* Leave by Ctrl-D at an empty prompt. */
static void must_end(struct terminal *t)
{
    lab_must_match(t, "^heap>$");
    terminal_type(t, "\004");
    must_exit(t, 0);
}

static void test_editing(void **state)
{
    (void)state;
    struct terminal *t = start();
    terminal_type(t, "alloc 64\r");
    lab_must_match(t, "p1 = malloc\\(64\\);");
    terminal_type(t, "\033[A\r"); /* the line before, once more */
    lab_must_match(t, "p2 = malloc\\(64\\);");
    terminal_type(t, "alloc 1\001\005\0102\r");
    lab_must_match(t, "p3 = malloc\\(2\\);");
    terminal_type(t, "policy fir\t\r");
    lab_must_match(t, "a fresh heap under first-fit");
    terminal_type(t, "set gr\t\t");
    lab_must_match(t, "set growth $|set growth");
    terminal_type(t, "pa\t\r");
    lab_must_match(t, "growth is page");
    terminal_type(t, "set \t\t"); /* what fits is listed */
    lab_must_match(t, "addresses +growth");
    terminal_type(t, "\003alloc 8\r");
    lab_must_match(t, "p1 = malloc\\(8\\);");
    must_end(t);
    t = start();
    terminal_type(t, "\033[A"); /* it is kept for the next time */
    lab_must_match(t, "heap> alloc 8$");
    terminal_type(t, "\003");
    must_end(t);
}

static void test_interrupt(void **state)
{
    (void)state;
    struct terminal *t = start();
    terminal_type(t, "alloc 64\r");
    lab_must_match(t, "p1 = malloc\\(64\\);");
    terminal_type(t, "free 1");
    lab_must_match(t, "heap> free 1$");
    terminal_type(t, "\003");
    lab_must_match(t, "heap> free 1\\^C$");
    terminal_type(t, "repeat 1000000 \"alloc 16; free 2\"\r");
    lab_must_match(t, "heap> repeat"); /* it runs by now, or is about to */
    terminal_pump(t, 300);
    terminal_type(t, "\003");
    lab_must_match(t, "interrupted after|stopped at number");
    terminal_type(t, "free 1\r"); /* #1 has been there all the time */
    lab_must_match(t, "freed #1|free\\(p1\\)");
    terminal_type(t, "quit\r");
    must_exit(t, 1);
}

static void test_suspend(void **state)
{
    (void)state;
    struct terminal *t = start();
    terminal_type(t, "alloc");
    lab_must_match(t, "heap> alloc$");
    terminal_type(t, "\032");
    assert_true(terminal_wait_stop(t, TERMINAL_WAIT_MS));
    must_be_cooked(t);
    terminal_signal(t, SIGCONT);
    lab_must_match(t, "heap> alloc$");
    terminal_type(t, " 48\r");
    lab_must_match(t, "p1 = malloc\\(48\\);");
    must_end(t);
}

static void test_signals(void **state)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGQUIT};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct terminal *t = start();
        terminal_type(t, "half");
        lab_must_match(t, "heap> half$");
        pid_t target = lab_target(t);
        terminal_signal(t, numbers[i]);
        must_exit(t, 128 + numbers[i]);
        assert_true(terminal_wait_gone_process(target, TERMINAL_WAIT_MS));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_editing),
        cmocka_unit_test(test_interrupt),
        cmocka_unit_test(test_suspend),
        cmocka_unit_test(test_signals),
    };
    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
