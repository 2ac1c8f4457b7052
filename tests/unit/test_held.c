/* test_held.c: a target that a debugger holds, or that is stopped: nobody waits for it without an
 * end, and what is left of it is told. The test is the debugger. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/program.h"

static pid_t target_of(struct talk *t)
{
    json_t *j = json_loads(talk(t, "segments"), 0, NULL);
    pid_t pid = (pid_t)json_integer_value(json_object_get(j, "pid"));
    json_decref(j);
    assert_true(pid > 0);
    return pid;
}

static void hold(pid_t pid)
{
    int status;
    if (ptrace(PTRACE_SEIZE, pid, 0, 0) != 0) {
        print_message("no ptrace here: %s\n", strerror(errno));
        skip();
    }
    assert_int_equal(ptrace(PTRACE_INTERRUPT, pid, 0, 0), 0);
    assert_int_equal(waitpid(pid, &status, __WALL), pid);
    assert_true(WIFSTOPPED(status));
}

/* Whoever holds it sees it die, and with that lets it go. */
static void let_go(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, __WALL), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void must_hold(const char *line, const char *expected)
{
    if (!strstr(line, expected)) fail_msg("%s\nholds no %s", line, expected);
}

static const char *left_words(pid_t pid)
{
    static char words[160];
    snprintf(words, sizeof words,
             "\"left\":\"process %d, a target that was killed, is still there (a debugger, process "
             "%d, holds it)",
             (int)pid, (int)getpid());
    return words;
}

static void reset_and_undo_do_not_wait_for_it(void **unused)
{
    static const char *const commands[] = {"reset", "undo", "policy best-fit"};
    (void)unused;
    struct talk t;
    talk_start(&t, (const char *const[]){"--json", NULL});
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        must_hold(talk(&t, "alloc 64"), "\"ok\":true");
        pid_t held = target_of(&t);
        hold(held);
        const char *line = talk(&t, commands[i]);
        must_hold(line, "\"ok\":true");
        must_hold(line, left_words(held));
        line = talk(&t, "alloc 32"); /* the heap is another one, and well */
        must_hold(line, "\"ok\":true");
        assert_null(strstr(line, "\"left\""));
        let_go(held);
    }
    assert_int_equal(talk_end(&t), 0);
}

static void no_answer_is_told_with_its_reason(void **unused)
{
    (void)unused;
    struct talk t;
    char words[120];
    talk_start(&t, (const char *const[]){"--json", "--timeout=5", NULL});
    must_hold(talk(&t, "alloc 64"), "\"ok\":true");
    pid_t held = target_of(&t);
    hold(held);
    const char *line = talk(&t, "alloc 32");
    snprintf(words, sizeof words,
             "ended, because it did not answer (a debugger, process %d, holds it)", (int)getpid());
    must_hold(line, words);
    must_hold(line, left_words(held));
    must_hold(line, "\"live_bytes\":64"); /* the last look */
    must_hold(talk(&t, "undo"), "\"ok\":true");
    let_go(held);
    held = target_of(&t);
    kill(held, SIGSTOP);
    must_hold(talk(&t, "alloc 32"), "ended, because it did not answer (it is stopped by a signal)");
    must_hold(talk(&t, "undo"), "\"ok\":true");
    assert_int_equal(talk_end(&t), 1);
}

static void leaving_does_not_wait_for_it(void **unused)
{
    (void)unused;
    struct talk t;
    talk_start(&t, (const char *const[]){"--json", NULL});
    pid_t held = target_of(&t);
    hold(held);
    assert_int_equal(talk_end(&t), 0);
    let_go(held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_and_undo_do_not_wait_for_it),
        cmocka_unit_test(no_answer_is_told_with_its_reason),
        cmocka_unit_test(leaving_does_not_wait_for_it),
    };
    return cmocka_run_group_tests_name("held", tests, NULL, NULL);
}
