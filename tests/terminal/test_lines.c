/* test_lines.c: a terminal without a screen: the line is edited, Ctrl-C costs the line or stops the
 * command and nothing more, and the terminal is as it was whenever somebody else has it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

static struct terminal *start(void)
{
    static const char *const plain[] = {"--plain", NULL};
    return lab_start(24, 80, NULL, plain);
}

static bool is_cooked(struct terminal *t, void *unused)
{
    struct termios now;
    (void)unused;
    terminal_settings(t, &now);
    return (now.c_lflag & (ECHO | ICANON | ISIG)) == (ECHO | ICANON | ISIG);
}

static void must_be_cooked(struct terminal *t) { assert_true(is_cooked(t, NULL)); }

/* The line is no longer edited: its command runs, or is about to. */
static void must_run(struct terminal *t)
{
    assert_true(terminal_wait_until(t, is_cooked, NULL, TERMINAL_WAIT_MS));
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
    lab_must_match(t, "addresses +[a-z]+");
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
    terminal_type(t, "repeat 1000000 \"alloc 16; fill 1 0\"\r");
    lab_must_match(t, "heap> repeat");
    must_run(t);
    terminal_pump(t, 300);
    terminal_type(t, "\003");
    lab_must_match(t, "interrupted after");
    terminal_type(t, "free 1\r"); /* #1 has been there all the time */
    lab_must_match(t, "freed #1|free\\(p1\\)");
    terminal_type(t, "quit\r");
    must_exit(t, 1);
}

/* Ctrl-C, and a new size, while the terminal takes nothing more: what is being written then is
 * written to its end, and the session goes on. */
static void test_interrupt_of_a_full_terminal(void **state)
{
    static const int numbers[] = {SIGWINCH, SIGWINCH, SIGINT,
                                  SIGINT}; /* the first comes when a part is written */
    (void)state;
    struct terminal *t = start();
    terminal_type(t, "repeat 100000 \"alloc 16; free all\"\r");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_true(terminal_wait_full(t, TERMINAL_WAIT_MS));
        terminal_signal(t, numbers[i]);
    }
    lab_must_match(t, "interrupted after|stopped at number");
    terminal_type(t, "alloc 8\r");
    lab_must_match(t, "malloc\\(8\\);");
    terminal_type(t, "quit\r");
    assert_false(terminal_came(t, "can't write", strlen("can't write"), 0));
    must_exit(t, 1);
}

static bool cursor_is_on_8(struct terminal *t, void *unused)
{
    int row, column;
    bool visible;
    (void)unused;
    terminal_cursor(t, &row, &column, &visible);
    return strcmp(terminal_row(t, row), "heap> alloc 8") == 0 &&
           column == (int)strlen("heap> alloc ");
}

/* Ctrl-Z under a shell with job control, in the middle of a line and of a command; the line and the
 * cursor's place are kept. Without such a shell it does nothing. */
static void test_suspend(void **state)
{
    char script[400];
    const char *argv[] = {"/bin/bash", "-c", script, NULL};
    (void)state;
    snprintf(script, sizeof script,
             "set -m; '%s' --plain; echo stop\\ped; read -r x; clear; fg >/dev/null; echo "
             "stop\\ped; fg >/dev/null; exit $?",
             terminal_program());
    struct terminal *t = terminal_start(24, 80, NULL, argv);
    terminal_must_show(t, "heap>");
    terminal_type(t, "alloc 8\033[D");
    assert_true(terminal_wait_until(
        t, cursor_is_on_8, NULL, TERMINAL_WAIT_MS)); /* what is not read yet, Ctrl-Z would drop */
    terminal_type(t, "\032");
    lab_must_match(t, "^stopped");
    must_be_cooked(t);
    terminal_type(t, "\r");
    lab_must_match(t, "heap> alloc 8$");
    terminal_type(t, "4\r"); /* before the 8 */
    lab_must_match(t, "p1 = malloc\\(48\\);");
    terminal_type(t, "repeat 1000000 alloc 16\r");
    lab_must_match(t, "heap> repeat 1000000 alloc 16$");
    must_run(t);
    terminal_pump(t, 50);
    terminal_type(t, "\032");
    lab_must_match(t, "^\\[1\\].*Stopped.*|^(\\^Z)?stopped");
    terminal_pump(t, 500); /* and it goes on at once */
    terminal_type(t, "\003");
    lab_must_match(t, "interrupted after");
    lab_must_match(t, "^heap>$");
    terminal_type(t, "quit\r");
    must_exit(t, 1);
    t = start();
    terminal_type(t, "alloc 6");
    lab_must_match(t, "heap> alloc 6$");
    terminal_type(t, "\032");
    terminal_type(t, "4\r");
    lab_must_match(t, "p1 = malloc\\(64\\);");
    must_end(t);
}

/* Ctrl-C costs the rest of the line, not the heap: the target answers all the time. */
static void test_interrupt_costs_the_rest(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        struct terminal *t = start();
        terminal_type(t, "repeat 1000000 alloc 16; alloc 77\r");
        lab_must_match(t, "heap> repeat 1000000 alloc 16; alloc 77$");
        must_run(t);
        terminal_pump(t, 40 * i + 20);
        terminal_type(t, "\003");
        lab_must_match(t, "interrupted after|done 1000000 times");
        lab_must_match(t, "^heap>$");
        if (lab_matches(t, "interrupted after")) assert_false(lab_matches(t, "malloc\\(77\\)"));
        terminal_type(t, "stats\r");
        lab_must_match(t, "0 free, 0 foreign");
        terminal_type(t, "quit\r");
        int status;
        assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
        terminal_free(t);
    }
}

/* What is pasted is lines, as if typed; a terminal of another size is heard of. */
static void test_paste_and_resize(void **state)
{
    (void)state;
    struct terminal *t = start();
    terminal_type(t, "# a comment\ralloc 64\ralloc 32\r");
    lab_must_match(t, "p2 = malloc\\(32\\);");
    lab_must_match(t, "^heap>$");
    terminal_resize(t, 24, 30);
    terminal_pump(t, 100);
    terminal_type(t, "alloc 1 as a_name_of_30_letters\001\005x\r");
    lab_must_match(t, "malloc\\(1\\)|a_name");
    terminal_signal(t, SIGTERM);
    must_exit(t, 128 + SIGTERM);
}

/* A signal while a command runs ends it, and us; one that comes with Ctrl-C is not lost. */
static void test_signals_in_a_command(void **state)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGQUIT};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct terminal *t = start();
        terminal_type(t, "repeat 1000000 \"alloc 16; free all\"\r");
        lab_must_match(t, "heap> repeat");
        terminal_pump(t, 50);
        terminal_signal(t, numbers[i]);
        must_exit(t, 128 + numbers[i]);
    }
    struct terminal *t = start();
    terminal_signal(t, SIGSTOP);
    assert_true(terminal_wait_stop(t, TERMINAL_WAIT_MS));
    terminal_signal(t, SIGTERM);
    terminal_signal(t, SIGINT);
    terminal_signal(t, SIGCONT);
    must_exit(t, 128 + SIGTERM);
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
        cmocka_unit_test(test_interrupt_costs_the_rest),
        cmocka_unit_test(test_paste_and_resize),
        cmocka_unit_test(test_signals_in_a_command),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_interrupt_of_a_full_terminal),
    };
    return cmocka_run_group_tests_name("lines", tests, NULL, NULL);
}
