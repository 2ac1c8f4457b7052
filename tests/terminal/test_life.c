/* Life and death end to end: of the target, of the viewer, of the terminal; and the quiet between.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

static void test_killed_target_is_shown(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64; alloc 32", "#2 used");
    uint64_t brk = lab_brk(t);
    terminal_type(t, "half");
    lab_must_prompt(t, "heap> half");
    kill(lab_target(t), SIGKILL);
    terminal_must_show(t, "SIGKILL"); /* at once, and the half-typed line stays */
    lab_must_prompt(t, "heap> half");
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "alloc 16", "reset|undo");
    lab_command(t, "undo", "undone");
    lab_must_match(t, "2 +0x[0-9a-f]+ +64 +32 +32 +used");
    lab_must_equal(t, lab_brk(t), brk, "brk after undo");
    lab_command(t, "alloc 16", "#3 used");
    kill(lab_target(t), SIGSEGV);
    terminal_must_show(t, "SIGSEGV");
    lab_command(t, "reset", "no blocks");
    lab_command(t, "policy first-fit; alloc 64", "new");
    lab_command(t, "free 1", "▲given back 80 B(─)+┘"); /* an emptied heap shows what it gave back */
    lab_command(t, "policy header", "the heap is empty: brk stands at its start$");
    lab_command(t, "alloc 16", "#1 used");
    lab_leave(t);
}

/* It does not answer: shown as running, and Ctrl-C ends it. */
static void test_hung_target(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64", "#1 used");
    pid_t target = lab_target(t);
    kill(target, SIGSTOP);
    terminal_type(t, "alloc 32\r");
    lab_must_match(t, "^running .*alloc 32");
    terminal_resize(t, 30, 90);
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    assert_true(terminal_wait_gone_process(target, TERMINAL_WAIT_MS));
    lab_must_match(t, "undo");
    lab_must_match(t, "#1"); /* the last look */
    lab_command(t, "undo", "undone");
    lab_must_match(t, "1 +0x[0-9a-f]+ .* 64 +used");
    lab_command(t, "alloc 32", "#2 used");
    lab_leave(t);
}

/* A person in a hurry presses Ctrl-C before anything is shown. */
static void test_long_command_stops(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64", "#1 used");
    terminal_type(t, "repeat 1000000 repeat 1000000 alloc 1\r");
    lab_must_match(t, "^running");
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "undo", NULL);
    lab_command(t, "reset; alloc 32", "p1 = malloc\\(32\\);");
    lab_leave(t);
}

static void ended_by(int number)
{
    int status = -1;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64", "#1 used");
    terminal_type(t, "half");
    lab_must_prompt(t, "heap> half");
    pid_t target = lab_target(t);
    terminal_signal(t, number);
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    if (number == SIGSEGV || number == SIGABRT) {
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), number);
    } else {
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 128 + number);
    }
    lab_must_be_restored(t);
    assert_true(terminal_wait_gone_process(target, TERMINAL_WAIT_MS));
    terminal_free(t);
}

static void test_signals_leave_the_terminal_sane(void **state)
{
    (void)state;
    ended_by(SIGTERM);
    ended_by(SIGHUP);
    ended_by(SIGQUIT);
    ended_by(SIGSEGV);
    ended_by(SIGABRT);
}

/* Even while the target hangs. */
static void test_signal_during_a_command(void **state)
{
    (void)state;
    int status = -1;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    pid_t target = lab_target(t);
    kill(target, SIGSTOP);
    terminal_type(t, "alloc 32\r");
    lab_must_match(t, "^running");
    terminal_signal(t, SIGTERM);
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGTERM);
    lab_must_be_restored(t);
    assert_true(terminal_wait_gone_process(target, TERMINAL_WAIT_MS));
    terminal_free(t);
}

static void test_nobody_outlives_the_terminal(void **state)
{
    (void)state;
    int status = -1;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64", "#1 used");
    pid_t target = lab_target(t);
    terminal_hang_up(t);
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_int_equal(WEXITSTATUS(status), 128 + SIGHUP);
    assert_true(terminal_wait_gone_process(target, TERMINAL_WAIT_MS));
    terminal_free(t);

    t = lab_start(24, 80, NULL, NULL);
    target = lab_target(t);
    terminal_signal(t, SIGKILL);
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_true(terminal_wait_gone_process(target, TERMINAL_WAIT_MS));
    terminal_free(t);
}

static long switches(pid_t pid)
{
    char path[48], line[128];
    long n = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *status = fopen(path, "r");
    assert_non_null(status);
    while (fgets(line, sizeof line, status))
        if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1) break;
    fclose(status);
    return n;
}

/* Idle, it writes nothing and does not even wake up. This is the one test that has to let time
 * pass. */
static void test_idle_is_silent(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64; alloc 32; free 1", "free\\(p1\\);");
    terminal_type(t, "x\033");
    lab_must_prompt(t, "heap> x");
    size_t bytes;
    long woken;
    int tries = 0;
    do { /* what was typed is still on its way */
        bytes = terminal_bytes(t);
        woken = switches(terminal_pid(t));
        terminal_pump(t, 300);
    } while ((terminal_bytes(t) != bytes || switches(terminal_pid(t)) != woken) && ++tries < 30);
    assert_true(woken > 0);
    terminal_pump(t, 1500);
    assert_int_equal(terminal_bytes(t), bytes);
    assert_int_equal(switches(terminal_pid(t)), woken);
    lab_leave(t);
}

/* The signals that the loop hears through its descriptor are not blocked in the target, nor in one
 * that is started later. */
static void test_target_is_born_unblocked(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "reset", NULL);
    lab_command(t, "alloc 64", "#1 used");
    kill(lab_target(t), SIGTERM);
    terminal_must_show(t, "SIGTERM");
    lab_command(t, "undo", "undone");
    lab_command(t, "alloc 8", "#2 used");
    lab_leave(t);
}

/* What may not be written is told where the person is, and the terminal is given back. */
static void test_files_that_may_not_grow(void **state)
{
    (void)state;
    struct terminal *t =
        terminal_start(24, 160, NULL,
                       (const char *const[]){"/bin/sh", "-c", "ulimit -f 0; exec \"$0\"",
                                             terminal_program(), NULL});
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "alloc 64", "not kept: .*File too large");
    char command[256];
    snprintf(command, sizeof command, "export %s/map.svg", terminal_home());
    lab_command(t, command, "can't be written: File too large");
    lab_command(t, "alloc 32", "#2 used");
    lab_leave(t);
    t = terminal_start(24, 160, NULL,
                       (const char *const[]){"/bin/sh", "-c", "ulimit -f 0; exec \"$0\" --plain",
                                             terminal_program(), NULL});
    terminal_must_show(t, LAB_PROMPT);
    terminal_type(t, "alloc 64\r");
    terminal_must_show(t, "File too large");
    terminal_type(t, "quit\r");
    int status;
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS) && status == 0);
    terminal_free(t);
}

/* A terminal that whoever started us has set not to wait is theirs: it is waited for, and the flag
 * stays. */
static void test_terminal_that_does_not_wait(void **state)
{
    (void)state;
    static const char set[] = "fcntl(STDIN, F_SETFL, O_RDWR|O_NONBLOCK); system {$ARGV[0]} @ARGV; "
                              "print fcntl(STDIN, F_GETFL, 0) & "
                              "O_NONBLOCK ? 'still not' : 'now'; print ' waiting'";
    if (access("/usr/bin/perl", X_OK) != 0) skip();
    struct terminal *t = terminal_start(
        24, 100, NULL,
        (const char *const[]){"/usr/bin/perl", "-MFcntl", "-e", set, terminal_program(), NULL});
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "alloc 64; alloc 32", "#2 used");
    lab_command(t, "free 1", "free\\(p1\\);");
    terminal_type(t, "quit\r");
    terminal_must_show(t, "still not waiting");
    terminal_free(t);
    t = terminal_start(24, 160, NULL,
                       (const char *const[]){"/usr/bin/perl", "-MFcntl", "-e", set,
                                             terminal_program(), "--plain", NULL});
    terminal_must_show(t, LAB_PROMPT);
    terminal_type(t, "alloc 64\r");
    terminal_must_show(t, "0x411020");
    terminal_type(t, "repeat 20 blocks\r");
    terminal_must_show(t, "20 times");
    terminal_type(t, "quit\r");
    terminal_must_show(t, "still not waiting");
    terminal_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_target_is_shown),
        cmocka_unit_test(test_hung_target),
        cmocka_unit_test(test_long_command_stops),
        cmocka_unit_test(test_signals_leave_the_terminal_sane),
        cmocka_unit_test(test_signal_during_a_command),
        cmocka_unit_test(test_nobody_outlives_the_terminal),
        cmocka_unit_test(test_idle_is_silent),
        cmocka_unit_test(test_target_is_born_unblocked),
        cmocka_unit_test(test_files_that_may_not_grow),
        cmocka_unit_test(test_terminal_that_does_not_wait),
    };
    return cmocka_run_group_tests_name("life", tests, NULL, NULL);
}
