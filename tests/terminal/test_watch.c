/* A program that runs by itself, on the screen: its blocks where it says they are, its output, its
 * end; held, let go, and quiet while nothing comes. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/terminal_lab.h"

/* The program tests/fixtures/heapwork.c, beside the viewer's. */
static struct terminal *start(int rows, int columns)
{
    static char path[4096];
    const char *viewer = terminal_program(), *slash = strrchr(viewer, '/');
    snprintf(path, sizeof path, "%.*s/tests/heapwork", slash ? (int)(slash - viewer) : 1,
             slash ? viewer : ".");
    const char *const more[] = {"run", "--", path, NULL};
    return lab_start(rows, columns, NULL, more);
}

static void test_blocks_where_it_says(void **state)
{
    (void)state;
    struct terminal *t = start(24, 80);
    char text[80];
    unsigned usable;
    terminal_must_show(t, "OUTPUT");
    lab_must_match(t, "heapwork · glibc · pid [0-9]+ · [0-9.]+ looks/s");
    lab_command(t, "input alloc 0 1000", NULL);
    terminal_must_show(t, "ok");
    lab_command(t, "input where 0", NULL);
    lab_must_match(t, "^ 0x[0-9a-f]+ 1000$");
    int row = 0;
    uint64_t address = 0;
    while (sscanf(terminal_row(t, row), " 0x%lx %u", &address, &usable) != 2 || usable != 1000)
        row++;
    snprintf(text, sizeof text, "select 0x%lx", address);
    lab_command(t, text, NULL);
    snprintf(text, sizeof text, "0x%lx +1008 +– +used", address - 8);
    lab_must_match(t, text); /* with 8 bytes of header */
    snprintf(text, sizeof text, "payload at 0x%lx", address);
    terminal_must_show(t, text);
    lab_command(t, "input free 0", NULL);
    snprintf(text, sizeof text, "0x%lx +1008 +– +cached", address - 8);
    lab_must_match(t, text);
    lab_command(t, "input alloc 1 500000", NULL);
    terminal_must_show(t, "mapped"); /* a block of its own region */
    lab_leave(t);
}

/* Once what was on its way has been drawn, nothing is drawn while nothing comes: six looks' time.
 */
static void must_become_quiet(struct terminal *t)
{
    size_t before;
    int tries = 0;
    do {
        before = terminal_bytes(t);
        terminal_pump(t, 600);
    } while (terminal_bytes(t) != before && ++tries < 30);
    assert_int_equal(terminal_bytes(t), before);
}

static void test_held_and_let_go(void **state)
{
    (void)state;
    struct terminal *t = start(40, 120);
    lab_must_match(t, "looks/s");
    lab_command(t, "pause", "paused");
    must_become_quiet(t);
    lab_command(t, "input alloc 0 64", NULL);
    terminal_pump(t, 300);
    lab_command(t, "continue", "looks/s");
    lab_must_match(t, "^ ok$");
    lab_command(t, "alloc 16", "a running program decides for itself");
    lab_leave(t);
}

/* What is waited for comes; the screen shows how, and that it waits. */
static void test_until(void **state)
{
    (void)state;
    struct terminal *t = start(24, 80);
    lab_must_match(t, "looks/s");
    lab_command(t, "input alloc 0 100000", "^ ok$");
    terminal_type(t, "until live-above 2M\r");
    lab_must_match(t, "^running \\(Ctrl-C stops\\): until live-above 2M");
    terminal_type(t, "\003");
    lab_must_match(t, "interrupted: it was not seen; the program goes on");
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "until live-above 50000", "bytes are in use");
    lab_must_match(t, "· paused");
    lab_leave(t);
}

static void test_its_end(void **state)
{
    (void)state;
    struct terminal *t = start(24, 80);
    lab_must_match(t, "looks/s");
    lab_command(t, "input alloc 0 1000", NULL);
    lab_must_match(t, "0x[0-9a-f]+ +1008 +– +used"); /* a look has seen it */
    lab_command(t, "input \"\\x04\"", "ended by its own exit, with status 0");
    lab_must_match(t, "its last picture");
    lab_command(t, "blocks used first 1", "used$");
    terminal_type(t, "q");
    lab_command(t, "output", "^ok$");
    terminal_type(t, "q");
    lab_command(t, "look", "looks at its last picture$");
    lab_leave(t);
}

/* Ctrl-Z stops it as in a terminal with a shell, and continue is what fg is there. */
static void test_ctrl_z(void **state)
{
    (void)state;
    struct terminal *t = start(24, 80);
    lab_must_match(t, "looks/s");
    lab_command(t, "input \"\\x1a\"", "a signal has stopped it \\(SIGTSTP\\)");
    lab_command(t, "input alloc 0 1000", "a signal has stopped it");
    lab_command(t, "continue", "it goes on");
    lab_must_match(t, "0x[0-9a-f]+ +1008 +– +used"); /* what was typed meanwhile is read */
    lab_command(t, "continue", "it is not paused");
    lab_leave(t);
}

/* The program's terminal is as wide as ours, and stays so. */
static void test_size(void **state)
{
    (void)state;
    static const char *const more[] = {"run", "--", "sh", NULL};
    struct terminal *t = lab_start(24, 100, NULL, more);
    lab_must_match(t, "OUTPUT");
    lab_command(t, "input stty size", "[0-9]+ 100$");
    terminal_resize(t, 30, 90);
    lab_must_match(t, "OUTPUT");
    lab_must_prompt(t, LAB_PROMPT);
    lab_command(t, "input stty size", "[0-9]+ 90$");
    lab_leave(t);
}

/* One that ends at once is seen on the screen, or not at all: what it wrote and its status are told
 * in both cases. */
static void test_short(void **state)
{
    (void)state;
    static const char *const script = "echo hello; exit 3";
    const char *const argv[] = {terminal_program(), "run", "--", "sh", "-c", script, NULL};
    for (int i = 0; i < 8; i++) {
        struct terminal *t = terminal_start(24, 80, NULL, argv);
        int status = 0;
        lab_must_match(t, "^ *hello$");
        lab_must_match(t, "with status 3|ended before it could be looked at");
        if (lab_matches(t, "ended before it could be looked at")) {
            assert_true(terminal_wait_exit(t, &status, TERMINAL_WAIT_MS));
            assert_int_equal(status, 3 << 8);
            terminal_free(t);
        } else {
            lab_leave(t);
        }
    }
}

static void test_quit_ends_it(void **state)
{
    (void)state;
    struct terminal *t = start(24, 80);
    lab_must_match(t, "pid [0-9]+");
    int program = 0;
    assert_int_equal(sscanf(strstr(terminal_row(t, 0), "pid "), "pid %d", &program), 1);
    lab_leave(t);
    assert_true(terminal_wait_gone_process(program, TERMINAL_WAIT_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_where_it_says),
        cmocka_unit_test(test_held_and_let_go),
        cmocka_unit_test(test_until),
        cmocka_unit_test(test_its_end),
        cmocka_unit_test(test_ctrl_z),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_quit_ends_it),
    };
    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
