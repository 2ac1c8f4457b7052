/* test_input.c: what is typed into a program, and what is told of it: once it reads again, while it
 * works, while it is held, at its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/run.h"
#include "cli/session/watch.h"
#include "cli/teach/lesson_program.h"
#include "cli/tell/outcome.h"

static struct lab lab;

static void watch(const struct watch_setup *setup)
{
    char error[512];
    if (!lab_attach(&lab, setup, error, sizeof error)) fail_msg("%s", error);
}

static void open_class(void)
{
    struct watch_setup setup;
    char error[512];
    if (!lesson_program_start(&setup, error, sizeof error)) fail_msg("%s", error);
    watch(&setup);
}

static void open_shell(const char *script)
{
    static const struct spawn_signals none;
    const struct spawn_setup spawn = {
        .mode = SPAWN_PTY, .signals = &none, .rows = 24, .columns = 80, .terminal = "dumb"};
    char error[512], command[256];
    char *words[] = {(char[]){"sh"}, (char[]){"-c"}, command, NULL};
    struct pty_program *program = calloc(1, sizeof *program);
    struct process *process = calloc(1, sizeof *process);
    assert_true(program && process);
    snprintf(command, sizeof command, "%s", script);
    assert_int_equal(spawn_start(&program->spawn, words, &spawn, error, sizeof error), 0);
    if (process_open(process, program->spawn.pid, error, sizeof error) != REFUSAL_NONE)
        fail_msg("%s", error);
    watch(&(struct watch_setup){.process = process, .program = program, .rate = 10});
}

static const struct outcome *run(const char *line)
{
    const struct outcome *out = lab_run(&lab, line);
    if (!out->ok) fail_msg("%s: %s", line, out->error);
    return out;
}

static const char *line_of(const struct outcome *out, size_t i)
{
    const char *line = json_string_value(json_array_get(json_object_get(out->result, "lines"), i));
    return line ? line : "";
}

static bool reads(const struct outcome *out)
{
    return json_is_true(json_object_get(out->result, "reads"));
}

/* The picture behind it is of what the line did, each time. */
static void the_look_behind_a_line_is_of_what_it_did(void **state)
{
    char line[64];
    (void)state;
    open_class();
    for (unsigned i = 1; i <= 60; i++) {
        snprintf(line, sizeof line, "input a%u = malloc(1000)", i);
        const struct outcome *out = run(line);
        assert_true(reads(out));
        snprintf(line, sizeof line, "a%u = 0x", i);
        assert_true(strncmp(line_of(out, 0), line, strlen(line)) == 0); /* and no echo */
        assert_true(strncmp(out->text, line, strlen(line)) == 0);
        assert_int_equal(snapshot_stats(lab.shown.session.snapshot)->n_used, i + 1);
    }
    assert_true(reads(run("input malloc_usable_size(a1)")));
    assert_string_equal(line_of(lab.last, 0), "1000");
    lab_release(&lab);
}

static void on_the_screen_its_output_stands_there_already(void **state)
{
    (void)state;
    open_class();
    lab.screen.there = true;
    const struct outcome *out = run("input a = malloc(1000)");
    assert_true(!out->text || !out->text[0]);
    assert_true(strncmp(line_of(out, 0), "a = 0x", 6) == 0);
    lab.screen.there = false;
    lab_release(&lab);
}

static void who_works_is_not_waited_for(void **state)
{
    (void)state;
    open_shell("read x; echo got $x; exec sleep 1000");
    const struct outcome *out = run("input one");
    assert_false(reads(out));
    assert_non_null(strstr(out->text, "it is still at work, and does not wait for a line"));
    assert_non_null(strstr(out->text, "got one"));
    lab_release(&lab);
}

static void who_is_held_reads_later(void **state)
{
    (void)state;
    open_class();
    run("pause");
    const struct outcome *out = run("input a = malloc(20)");
    assert_false(reads(out));
    assert_non_null(strstr(out->text, "it is paused, and reads that once it goes on"));
    assert_int_equal(snapshot_stats(lab.shown.session.snapshot)->n_used, 0);
    run("continue");
    assert_true(reads(run("input b = malloc(20)")));
    assert_int_equal(snapshot_stats(lab.shown.session.snapshot)->n_used, 3);
    lab_release(&lab);
}

/* Ctrl-D ends its input, and so the program. */
static void its_end_is_waited_for(void **state)
{
    (void)state;
    open_class();
    run("input a = malloc(20)");
    assert_false(reads(run("input \"\\x04\"")));
    assert_false(lab.shown.session.target.alive);
    assert_non_null(strstr(lab.shown.session.target.ended, "with status 0"));
    const struct outcome *out = lab_run(&lab, "input more");
    assert_false(out->ok);
    assert_non_null(strstr(out->error, "with status 0"));
    lab_release(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_look_behind_a_line_is_of_what_it_did),
        cmocka_unit_test(on_the_screen_its_output_stands_there_already),
        cmocka_unit_test(who_works_is_not_waited_for),
        cmocka_unit_test(who_is_held_reads_later),
        cmocka_unit_test(its_end_is_waited_for),
    };
    return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
