/* test_reads.c: whether a program on a terminal of its own waits for what is typed there. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/proc.h"
#include "cli/source/pty_program.h"
#include "cli/source/reads.h"

#define SECONDS 60

static struct pty_program program;

static void start(const char *script)
{
    static const struct spawn_signals none;
    const struct spawn_setup setup = {
        .mode = SPAWN_PTY, .signals = &none, .rows = 24, .columns = 80, .terminal = "dumb"};
    char error[200], command[256];
    char *words[] = {(char[]){"sh"}, (char[]){"-c"}, command, NULL};
    snprintf(command, sizeof command, "%s", script);
    program = (struct pty_program){.rows = 0};
    assert_int_equal(spawn_start(&program.spawn, words, &setup, error, sizeof error), 0);
}

static void end(void)
{
    assert_true(spawn_end(&program.spawn, 5));
    pty_program_release(&program);
}

static void type(const char *line)
{
    assert_int_equal(spawn_write(&program.spawn, line, strlen(line)), strlen(line));
}

static bool becomes(enum reads_state state)
{
    for (int i = 0; i < SECONDS * 1000; i++) {
        if (reads_ask(&program.spawn) == state) return true;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    return false;
}

/* What is written before the next read has come when the program is said to wait. */
static void who_waits_has_done_what_it_was_told(void **state)
{
    char line[32];
    (void)state;
    start("while read x; do y=$x; echo \"did $y\"; done");
    assert_true(becomes(READS_WAITING));
    for (int i = 0; i < 300; i++) {
        snprintf(line, sizeof line, "line %d\n", i);
        type(line);
        assert_true(becomes(READS_WAITING));
        pty_program_read(&program);
        snprintf(line, sizeof line, "did line %d", i);
        assert_true(program.written.n > 0);
        assert_string_equal(program.written.line[program.written.n - 1], line);
    }
    end();
}

/* It has read the line, and is at work; or it has not read it. */
static void who_works_does_not_wait(void **state)
{
    (void)state;
    start("read x; echo got; kill -STOP $$; read y");
    assert_true(becomes(READS_WAITING));
    type("go\n");
    pid_t tracer;
    for (int i = 0; i < SECONDS * 1000 && proc_state(program.spawn.pid, &tracer) != 'T'; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_int_equal(reads_ask(&program.spawn), READS_BUSY);
    type("more\n");
    assert_int_equal(reads_ask(&program.spawn), READS_BUSY);
    kill(program.spawn.pid, SIGCONT);
    end();
    start("exec sleep 1000");
    type("unread\n");
    assert_int_equal(reads_ask(&program.spawn), READS_BUSY);
    end();
}

/* A read of something else is no read of the terminal; a wait for several files may be one. */
static void what_it_waits_for_is_looked_at(void **state)
{
    (void)state;
    start("exec 3<>/dev/ptmx; echo there; read x <&3; echo $x");
    for (int i = 0; i < SECONDS * 1000 && program.written.n == 0; i++) {
        pty_program_read(&program);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    for (int i = 0; i < 50; i++)
        assert_int_equal(reads_ask(&program.spawn), READS_BUSY);
    end();
}

static void of_one_that_has_ended_nothing_is_known(void **state)
{
    (void)state;
    start("exit 0");
    while (spawn_poll(&program.spawn) != SPAWN_ENDED)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_int_not_equal(reads_ask(&program.spawn), READS_WAITING);
    pty_program_release(&program);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_has_done_what_it_was_told),
        cmocka_unit_test(who_works_does_not_wait),
        cmocka_unit_test(what_it_waits_for_is_looked_at),
        cmocka_unit_test(of_one_that_has_ended_nothing_is_known),
    };
    return cmocka_run_group_tests_name("reads", tests, NULL, NULL);
}
