/* The prompt end to end: the half-typed line outlives what happens to the screen; earlier lines are
 * kept. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

static const char *state_setting(const char *name)
{
    static char setting[128];
    snprintf(setting, sizeof setting, "XDG_STATE_HOME=%s/%s", terminal_home(), name);
    return setting;
}

static const char *history_path(const char *name)
{
    static char path[160];
    snprintf(path, sizeof path, "%s/%s/brkview/history", terminal_home(), name);
    return path;
}

static struct terminal *start_with_state(const char *name)
{
    const char *env[] = {state_setting(name), NULL};
    return lab_start(24, 80, env, NULL);
}

static void test_resize_keeps_the_line(void **state)
{
    (void)state;
    static const int sizes[][2] = {{40, 120}, {10, 30}, {1, 1},  {2, 3},
                                   {50, 200}, {1, 80},  {24, 1}, {24, 80}};
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    lab_command(t, "alloc 64", "#1 used");
    terminal_type(t, "alloc 12");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        terminal_resize(t, sizes[i][0], sizes[i][1]);
        if (sizes[i][1] >= 30) lab_must_prompt(t, "heap> alloc 12");
        if (sizes[i][0] >= 24 && sizes[i][1] >= 80) lab_must_match(t, "#1 used");
        if (i == 1) lab_must_match(t, "too small");
    }
    terminal_type(t, "8\r");
    lab_must_match(t, "p2 = malloc\\(128\\);");
    lab_leave(t);
}

/* A burst of sizes, keys between them, none waited for. */
static void test_resize_storm(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    for (int i = 0; i < 60; i++) {
        terminal_resize(t, 1 + i * 7 % 50, 1 + i * 13 % 150);
        terminal_type(t, i % 10 == 9 ? "x" : "");
    }
    terminal_resize(t, 24, 80);
    lab_must_prompt(t, "heap> xxxxxx");
    terminal_must_show(t, "HEAP");
    lab_leave(t);
}

/* Under a shell with job control, as a person has it. */
static void test_suspend_under_a_shell(void **state)
{
    (void)state;
    static const char *const env[] = {"PS1=shell$ ", NULL};
    static const char *const argv[] = {"/bin/bash", "--norc", "--noprofile", "-i", NULL};
    char command[512], resolved[400];
    struct terminal *t = terminal_start(24, 80, env, argv);
    assert_non_null(realpath(terminal_program(), resolved));
    terminal_must_show(t, "shell$");
    snprintf(command, sizeof command, "'%s'\r", resolved);
    terminal_type(t, command);
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "alloc 64", "#1 used");
    terminal_type(t, "alloc 12");
    lab_must_prompt(t, "heap> alloc 12");
    terminal_type(t, "\032");
    terminal_must_show(t, "Stopped");
    assert_false(terminal_alternate(t));
    assert_false(terminal_mouse(t));
    terminal_type(t, "stty -a | grep -q ' icanon.* echo ' && echo sa''ne\r");
    terminal_must_show(t, "sane");
    terminal_resize(t, 30, 100);
    terminal_type(t, "fg\r");
    lab_must_prompt(t, "heap> alloc 12");
    lab_must_match(t, "#1 used");
    terminal_type(t, "8\r");
    lab_must_match(t, "p2 = malloc\\(128\\);"); /* the target went on, too */
    terminal_type(t, "quit\r");
    terminal_must_show(t, "shell$");
    assert_false(terminal_alternate(t));
    terminal_type(t, "stty -a | grep -q ' icanon.* echo ' && echo still sa''ne\r");
    terminal_must_show(t, "still sane");
    terminal_free(t);
}

static void test_suspend_alone(void **state)
{
    (void)state;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    terminal_type(t, "alloc 6\032"); /* there is no shell that could say fg: nothing stops */
    lab_must_prompt(t, "heap> alloc 6");
    terminal_type(t, "4\r");
    terminal_must_show(t, "p1 = malloc(64);");
    terminal_signal(t, SIGSTOP); /* by somebody else */
    assert_true(terminal_wait_stop(t, TERMINAL_WAIT_MS));
    terminal_type(t, "free 1");
    terminal_signal(t, SIGCONT);
    lab_must_prompt(t, "heap> free 1");
    lab_leave(t);
}

static void test_abandon_and_end(void **state)
{
    (void)state;
    int status;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    terminal_type(t, "alloc 64");
    lab_must_prompt(t, "heap> alloc 64");
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "free 9");
    lab_must_prompt(t, "heap> free 9");
    terminal_signal(t, SIGINT); /* the same from outside */
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "\0333"); /* half of something: a count, a character to be quoted */
    terminal_must_show(t, "(arg: 3)");
    terminal_type(t, "\003x");
    lab_must_prompt(t, "heap> x");
    terminal_type(t, "\026\003\001y");
    lab_must_prompt(t, "heap> y");
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "ab\004"); /* not an empty line */
    lab_must_prompt(t, "heap> ab");
    terminal_type(t, "\001\004\004");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "x\003\004");
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_int_equal(status, 0);
    lab_must_be_restored(t);
    terminal_free(t);
}

static void test_history_persists(void **state)
{
    (void)state;
    struct stat st;
    struct terminal *t = start_with_state("persist");
    lab_command(t, "alloc 64", "#1 used");
    lab_command(t, "alloc 32", "#2 used");
    lab_leave(t);
    assert_int_equal(stat(history_path("persist"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    t = start_with_state("persist");
    terminal_type(t, "\033[A");
    lab_must_prompt(t, "heap> quit");
    terminal_type(t, "\033[A");
    lab_must_prompt(t, "heap> alloc 32");
    terminal_type(t, "\033[A");
    lab_must_prompt(t, "heap> alloc 64");
    terminal_type(t, "\003\022oc 6");
    terminal_must_show(t, "reverse-i-search");
    terminal_must_show(t, "alloc 64");
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "\022oc 3");
    terminal_must_show(t, "alloc 32");
    terminal_type(t, "\r");
    terminal_must_show(t, "p1 = malloc(32);");
    lab_must_prompt(t, LAB_PROMPT);
    terminal_type(t, "\022oc 6");
    terminal_must_show(t, "alloc 64");
    terminal_type(t, "\033");
    lab_must_prompt(t, "heap> alloc 64");
    lab_leave(t);
}

static void test_history_is_bounded(void **state)
{
    (void)state;
    struct terminal *t = start_with_state("bounded");
    lab_leave(t);
    FILE *file = fopen(history_path("bounded"), "w");
    for (int i = 0; i < 3000; i++)
        fprintf(file, "alloc %d\n", i);
    fputs("free \033]0;evil\007\033[31m\xff\xfe 1\n", file);
    fclose(file);
    chmod(history_path("bounded"), 0644);
    t = start_with_state("bounded");
    terminal_type(t, "\033[A");
    terminal_must_show(t, "free ^[]0;evil^G^[[31m");
    assert_false(terminal_came(t, "\033]0;", 4, 0));
    assert_false(terminal_came(t, "\007", 1, 0));
    lab_leave(t);
    struct stat st;
    int lines = 0;
    stat(history_path("bounded"), &st);
    assert_int_equal(st.st_mode & 07777, 0600);
    file = fopen(history_path("bounded"), "r");
    for (int c; (c = getc(file)) != EOF;)
        lines += c == '\n';
    fclose(file);
    assert_int_equal(lines, 1000);
}

/* Nowhere to keep lines: one notice, and all goes on. */
static void test_history_without_a_place(void **state)
{
    (void)state;
    static const char *const env[] = {"XDG_STATE_HOME=/dev/null", NULL};
    struct terminal *t = lab_start(24, 80, env, NULL);
    terminal_must_show(t, "not kept");
    lab_command(t, "alloc 64", "#1 used");
    terminal_must_lose(t, "not kept");
    terminal_type(t, "\033[A");
    lab_must_prompt(t, "heap> alloc 64");
    lab_leave(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resize_keeps_the_line),
        cmocka_unit_test(test_resize_storm),
        cmocka_unit_test(test_suspend_under_a_shell),
        cmocka_unit_test(test_suspend_alone),
        cmocka_unit_test(test_abandon_and_end),
        cmocka_unit_test(test_history_persists),
        cmocka_unit_test(test_history_is_bounded),
        cmocka_unit_test(test_history_without_a_place),
    };
    return cmocka_run_group_tests_name("prompt", tests, NULL, NULL);
}
