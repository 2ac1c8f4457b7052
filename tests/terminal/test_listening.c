/* test_listening.c: whatever takes long hears Ctrl-C, SIGTERM and the hang-up, whether it asks the
 * target, reads files, or only looks. Each command here takes far longer than the test waits; one
 * that is deaf ends otherwise, or not in time. */
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

#include "tests/support/scratch.h"
#include "tests/support/terminal_lab.h"

#define LINES 1500000u

static char path[SCRATCH_PATH], outer[SCRATCH_PATH];

static void write_file(char *place, const char *name, const char *first, const char *line,
                       unsigned n)
{
    strcpy(place, scratch_path(name));
    FILE *to = fopen(place, "w");
    assert_non_null(to);
    fputs(first, to);
    for (unsigned i = 0; i < n; i++)
        fputs(line, to);
    assert_int_equal(fclose(to), 0);
}

static int make_files(void **state)
{
    char line[SCRATCH_PATH + 16];
    (void)state;
    write_file(path, "long", "", "zoom all\n", LINES);
    snprintf(line, sizeof line, "source %s\n", path);
    write_file(outer, "outer", "alloc 16\n", line, 9);
    return 0;
}

static int remove_files(void **state)
{
    (void)state;
    unlink(path);
    unlink(outer);
    return 0;
}

static void start_long(struct terminal *t, const char *command)
{
    terminal_type(t, command);
    terminal_type(t, "\r");
    lab_must_match(t, "^running");
}

/* After prepare, Ctrl-C stops command with words that match told. */
static void stops(const char *prepare, const char *prepared, const char *command, const char *told)
{
    struct terminal *t = lab_start(24, 100, NULL, NULL);
    lab_command(t, prepare, prepared);
    start_long(t, command);
    terminal_type(t, "\003");
    lab_must_prompt(t, LAB_PROMPT);
    if (!lab_matches(t, told)) {
        terminal_print(t);
        fail_msg("%s: the screen does not match %s", command, told);
    }
    lab_command(t, "reset; alloc 32", "p1 = malloc\\(32\\);");
    lab_leave(t);
}

static void test_interrupt(void **state)
{
    char source[SCRATCH_PATH + 16], twice[SCRATCH_PATH + 32];
    (void)state;
    snprintf(source, sizeof source, "source %s", outer);
    snprintf(twice, sizeof twice, "repeat 9 source %s", path);
    stops("alloc 64", "#1 used", source, "interrupted after");
    stops("alloc 64", "#1 used", twice, "interrupted after");
    stops("repeat 20000 alloc 16", "20000", "repeat 40000 blocks", "interrupted after");
    stops("policy first-fit; repeat 300000 alloc 16", "300000", "free all",
          "interrupted after [0-9]+ of 300000 blocks");
    stops("policy bump; repeat 50000 random 1", "50000", "policy header replay",
          "interrupted after [0-9]+ of 50000 commands");
}

static void ends(const char *command, int number)
{
    int status = -1;
    struct terminal *t = lab_start(24, 80, NULL, NULL);
    pid_t target = lab_target(t);
    start_long(t, command);
    terminal_signal(t, number);
    assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
    assert_int_equal(WEXITSTATUS(status), 128 + number);
    lab_must_be_restored(t);
    assert_true(terminal_wait_gone_process(target, TERMINAL_WAIT_MS));
    terminal_free(t);
}

static void test_ending(void **state)
{
    char source[SCRATCH_PATH + 16];
    (void)state;
    snprintf(source, sizeof source, "source %s", outer);
    ends(source, SIGTERM);
    ends(source, SIGHUP);
    ends("repeat 1000000 \"alloc 1; blocks\"", SIGTERM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interrupt),
        cmocka_unit_test(test_ending),
    };
    return cmocka_run_group_tests_name("listening", tests, make_files, remove_files);
}
