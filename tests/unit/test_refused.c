/* test_refused.c: memory that the system does not let us read is read in another way, or told as
 * what it is; never as a damaged heap. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command/course.h"
#include "cli/command/run.h"
#include "cli/source/process_memory.h"
#include "cli/teach/lesson_course.h"
#include "tests/support/filter.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"
#include "tests/support/try.h"

#define NO_FILTER 125

/* The call alone; and with it whatever reads a file from 4 MiB on, as /proc/PID/mem is read and no
 * file of the loader's. */
static int refusal = EPERM;
static bool refuse(bool file)
{
    const struct filter_row rows[] = {{SYS_process_vm_readv, 0, refusal},
                                      {SYS_pread64, 4u << 20, EPERM}};
    return filter_install(rows, file ? 2 : 1);
}
static void refuse_call(void)
{
    if (!refuse(false)) _exit(NO_FILTER);
}
static void refuse_both(void)
{
    if (!refuse(true)) _exit(NO_FILTER);
}

static void without_pids(char *text)
{
    for (char *pid = text; (pid = strstr(pid, "\"pid\":")) != NULL;)
        for (pid += 6; *pid >= '0' && *pid <= '9'; pid++)
            *pid = '-';
}

static void the_file_tells_the_same(void **unused)
{
    static const char commands[] = "alloc 64; alloc 32; free 1; blocks; show 2; dump 2; check; "
                                   "write 2 0 \"abc\"; break overflow; blocks";
    (void)unused;
    for (refusal = EPERM; refusal; refusal = refusal == EPERM ? ENOSYS : 0) {
        struct program a, b;
        program_run(&a, NULL, NULL,
                    (const char *const[]){"--json", "--policy=best-fit", "-e", commands, NULL});
        program_run(&b, NULL, refuse_call,
                    (const char *const[]){"--json", "--policy=best-fit", "-e", commands, NULL});
        if (b.status == NO_FILTER) skip();
        without_pids(a.out);
        without_pids(b.out);
        assert_string_equal(a.out, b.out);
        assert_string_equal(b.err, "");
        assert_int_equal(a.status, b.status);
        program_release(&a);
        program_release(&b);
    }
    refusal = EPERM;
}

static void it_is_told_and_nothing_goes_on(void **unused)
{
    static const char *const runs[][4] = {
        {"-e", "alloc 64; blocks"},
        {"--json", "-e", "blocks"},
        {"lesson", "header"},
        {"quiz"},
        {"lesson", "--check", "cli/teach/lessons/4-header.lesson"}};
    (void)unused;
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        struct program p;
        program_run(&p, "\n\n\n", refuse_both,
                    (const char *const[]){runs[i][0], runs[i][1], runs[i][2], NULL});
        if (p.status == NO_FILTER) skip();
        assert_int_equal(p.status, 1);
        assert_string_equal(p.out, "");
        assert_int_equal(program_lines(p.err), 1);
        program_complains(
            &p, "brkview: the target's memory can't be read (EPERM: Operation not permitted)");
        program_complains(&p, "; expected ");
        program_release(&p);
    }
}

/* Run f in a process of its own, which the filter dies with. */
static void apart(void (*f)(void))
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        f();
        fflush(NULL);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == NO_FILTER) skip();
    assert_int_equal(status, 0);
}

#define EXPECT(c)                                                                                  \
    do {                                                                                           \
        if (!(c)) fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #c), _exit(1);                \
    } while (0)

/* From now on, in the middle of a session: no command is done well of which nothing could be seen.
 */
static void later(void)
{
    char export[SCRATCH_PATH + 16];
    const char *never = scratch_path("never.txt"), *const commands[] = {
                                                       "alloc 32", "blocks", "check",  "show 1",
                                                       "dump 1",   "stats",  "mark a", "free 1",
                                                       "undo",     export};
    snprintf(export, sizeof export, "export %s", never);
    try_open(HEAP_FIRST_FIT);
    lab_run(&try_lab, "alloc 64");
    refuse_both();
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const struct outcome *out = lab_run(&try_lab, commands[i]);
        EXPECT(out && !out->ok && out->error);
        EXPECT(out->unseen || strstr(commands[i], "export"));
        EXPECT(strstr(out->error,
                      "the target's memory can't be read (EPERM: Operation not permitted)"));
        EXPECT(!out->text && !out->sentence && !out->result);
        EXPECT(snapshot_stats(try_lab.shown.session.snapshot)->damaged_bytes == 0);
    }
    EXPECT(access(never, F_OK) != 0);
    EXPECT(try_lab.failed);
    EXPECT(lab_run(&try_lab, "help")->ok); /* what needs no look is as ever */
    try_close();
}

static void later_no_command_succeeds_unseen(void **unused)
{
    (void)unused;
    apart(later);
}

static void lesson_pauses(void)
{
    char line[SCRATCH_PATH + 16], *command;
    struct course_page shown;
    size_t n_run = 0;
    snprintf(line, sizeof line, "lesson %s",
             try_file("@title T\n@policy header\nOne.\n@wait\n\nTwo.\n@run alloc 8\n@wait\n\n"
                      "Three.\n@end\n"));
    try_open(HEAP_HEADER);
    EXPECT(lab_run(&try_lab, line)->ok);
    refuse_both();
    for (int i = 0; i < 5; i++) {
        EXPECT(course_typed(&try_lab, "", &command));
        lab_run(&try_lab, command);
        free(command);
        for (const struct outcome *out; (out = lab_run_taught(&try_lab)) != NULL; n_run++)
            EXPECT(!out->ok && out->unseen);
        const char *words = i == 0 ? "Two." : "can't be seen. Enter runs it again";
        EXPECT(course_page(&try_lab, &shown) && strstr(shown.text, words));
    }
    EXPECT(n_run == 4);
    EXPECT(course_player(&try_lab)->state == PLAYER_RUNNING);
    EXPECT(try_lab.failed);
    try_close();
}

static void a_lesson_does_not_go_on_unseen(void **unused)
{
    (void)unused;
    apart(lesson_pauses);
}

/* Its question was about a heap that nobody knows any more: Enter leaves, as the page says. */
static void quiz_ends(void)
{
    struct course_page shown;
    char *command;
    try_open(HEAP_HEADER);
    EXPECT(lab_run(&try_lab, "quiz 3 seed 1")->ok);
    while (lab_run_taught(&try_lab)) {
    }
    EXPECT(course_page(&try_lab, &shown) && strstr(shown.hint, "answer"));
    refuse_both();
    lab_run(&try_lab, "answer");
    EXPECT(lab_run_taught(&try_lab)->unseen);
    for (int i = 0; i < 2; i++) {
        EXPECT(!lab_run_taught(&try_lab));
        EXPECT(course_page(&try_lab, &shown) && strstr(shown.text, "The quiz's command") &&
               !strstr(shown.text, "lesson") && !strstr(shown.text, "again"));
        EXPECT(strcmp(shown.hint, "Enter: back to your heap") == 0);
        EXPECT(!lab_run(&try_lab, "answer")->ok); /* which is none, and runs nothing again */
    }
    EXPECT(course_typed(&try_lab, "", &command) && command && strcmp(command, "quiz quit") == 0);
    lab_run(&try_lab, command);
    free(command);
    EXPECT(!try_lab.course);
    try_close();
}

static void a_quiz_ends_unseen(void **unused)
{
    (void)unused;
    apart(quiz_ends);
}

/* Both ways of reading give the same bytes and the same failures. */
static void the_reader_by_file(void)
{
    struct process_memory m;
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    unsigned char got[64];
    static const char text[] = "as it was when it was forked";
    EXPECT(process_memory_init(&m, child));
    refuse_call();
    EXPECT(process_memory_copy(&m, (uintptr_t)text, got, sizeof text) == sizeof text &&
           memcmp(got, text, sizeof text) == 0);
    EXPECT(process_memory_copy(&m, 16, got, 1) == 0 && m.refused == 0 && !m.gone);
    EXPECT(process_memory_copy(&m, UINTPTR_MAX - 4095, got, 1) == 0 && m.refused == 0 && !m.gone);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    EXPECT(process_memory_copy(&m, (uintptr_t)text, got, sizeof text) == 0 && m.gone &&
           m.refused == 0);
    process_memory_release(&m);
}

static void the_file_fails_as_the_call_does(void **unused)
{
    (void)unused;
    apart(the_reader_by_file);
}

/* Killed between its answer and the look: the last picture, and the news; no damage. */
static void a_death_under_our_eyes_is_no_damage(void **unused)
{
    (void)unused;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    kill(try_lab.shown.session.target.pid, SIGKILL);
    siginfo_t info;
    assert_int_equal(
        waitid(P_PID, (id_t)try_lab.shown.session.target.pid, &info, WEXITED | WNOWAIT), 0);
    assert_true(session_look(&try_lab.shown.session));
    assert_false(try_lab.shown.session.target.alive);
    assert_string_equal(try_lab.shown.session.target.ended, "killed by signal 9 (SIGKILL)");
    assert_int_equal(snapshot_n_blocks(try_lab.shown.session.snapshot), 1);
    assert_int_equal(snapshot_stats(try_lab.shown.session.snapshot)->damaged_bytes, 0);
    assert_false(snapshot_head(try_lab.shown.session.snapshot)->alive);
    try_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_tells_the_same),
        cmocka_unit_test(it_is_told_and_nothing_goes_on),
        cmocka_unit_test(later_no_command_succeeds_unseen),
        cmocka_unit_test(a_lesson_does_not_go_on_unseen),
        cmocka_unit_test(a_quiz_ends_unseen),
        cmocka_unit_test(the_file_fails_as_the_call_does),
        cmocka_unit_test(a_death_under_our_eyes_is_no_damage),
    };
    return cmocka_run_group_tests_name("refused", tests, NULL, NULL);
}
