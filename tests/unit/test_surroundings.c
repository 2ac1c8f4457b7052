/* test_surroundings.c: the program started by somebody who ignores, blocks, limits or shares what
 * it relies on. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/program.h"
#include "tests/support/scratch.h"

static char dir[SCRATCH_PATH];

static void in_dir(char *path, size_t bytes, const char *name)
{
    snprintf(path, bytes, "%s/%s", dir, name);
}

static int make_dir(void **unused)
{
    (void)unused;
    strcpy(dir, scratch_path("surroundings"));
    return mkdir(dir, 0700);
}

static int remove_dir(void **unused)
{
    (void)unused;
    return rmdir(dir); /* whatever a test leaves behind fails here */
}

/* ── Limits ── */

static void few_bytes(void) { setrlimit(RLIMIT_FSIZE, &(struct rlimit){2000, 2000}); }
static void no_bytes(void) { setrlimit(RLIMIT_FSIZE, &(struct rlimit){0, 0}); }

static void a_file_that_may_not_grow_is_told(void **unused)
{
    static const char *const kinds[] = {"svg", "html", "cast", "json", "png", "pdf"};
    (void)unused;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct program p;
        char command[SCRATCH_PATH + 100], path[SCRATCH_PATH + 16], name[16];
        snprintf(name, sizeof name, "x.%s", kinds[i]);
        in_dir(path, sizeof path, name);
        snprintf(command, sizeof command, "repeat 60 alloc 64; export %s; free 1", path);
        program_run(&p, NULL, few_bytes, (const char *const[]){"-e", command, NULL});
        assert_int_equal(p.status, 1);
        program_complains(&p, "can't be written: File too large");
        program_says(&p, "free(p1);"); /* and it goes on */
        assert_int_not_equal(access(path, F_OK), 0);
        program_release(&p);
    }
}

static void output_that_may_not_grow_is_told(void **unused)
{
    (void)unused;
    struct program p;
    program_run(&p, NULL, no_bytes, (const char *const[]){"-e", "alloc 64", NULL});
    assert_int_equal(p.status, 1);
    assert_string_equal(p.out, "");
    program_release(&p);
}

/* ── Signals ── */

static void ignore_children(void) { signal(SIGCHLD, SIG_IGN); }

static void a_death_is_told_whoever_ignored_children(void **unused)
{
    (void)unused;
    struct program p;
    program_run(
        &p, NULL, ignore_children,
        (const char *const[]){"-e", "alloc 64; break oom; undo; alloc 16; reset; alloc 8", NULL});
    program_says(&p, "killed by signal 11 (SIGSEGV)");
    assert_null(strstr(p.out, "closed the wire"));
    assert_int_equal(p.status, 0);
    assert_string_equal(p.err, "");
    program_release(&p);
}

static void block_all(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
}

static void a_signal_that_was_blocked_is_heard(void **unused)
{
    (void)unused;
    struct talk t;
    talk_start_after(&t, block_all, (const char *const[]){"--json", NULL});
    assert_non_null(strstr(talk(&t, "alloc 64"), "\"ok\":true"));
    kill(t.pid, SIGTERM);
    close(t.to); /* at the end of its input it would end by itself, and well */
    int status;
    assert_int_equal(waitpid(t.pid, &status, 0), t.pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    close(t.from);
}

/* ── Streams that do not wait ── */

static void no_waiting(void)
{
    for (int fd = 0; fd < 2; fd++)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* The flags of a descriptor of the program, as the kernel has them. */
static unsigned flags_of(pid_t pid, int fd)
{
    char path[64], text[256] = "";
    unsigned flags = 0;
    snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", (int)pid, fd);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(text, sizeof text, file) && sscanf(text, "flags: %o", &flags) != 1)
        continue;
    fclose(file);
    return flags;
}

/* Until the program waits in poll or read, for nobody has written. */
static void until_it_waits(pid_t pid)
{
    char path[64], state = 0;
    for (int i = 0; i < 12000 && state != 'S'; i++) {
        poll(NULL, 0, 5);
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
        FILE *file = fopen(path, "r");
        if (!file || fscanf(file, "%*d %*s %c", &state) != 1) state = 0;
        if (file) fclose(file);
    }
    assert_int_equal(state, 'S');
}

static void commands_that_come_late_are_waited_for(void **unused)
{
    (void)unused;
    struct talk t;
    talk_start_after(&t, no_waiting, (const char *const[]){"--json", NULL});
    until_it_waits(t.pid);
    assert_non_null(strstr(talk(&t, "alloc 64"), "\"ok\":true"));
    dprintf(t.to, "all");
    until_it_waits(t.pid); /* in the middle of a line, too */
    assert_non_null(strstr(talk(&t, "oc 32"), "\"command\":\"alloc 32\""));
    assert_true(flags_of(t.pid, 0) &
                O_NONBLOCK); /* which is not ours to change: others read there */
    assert_int_equal(talk_end(&t), 0);
}

static void so_are_answers(void **unused)
{
    (void)unused;
    struct talk t;
    talk_start_after(&t, no_waiting,
                     (const char *const[]){"quiz", "--json", "--seed=1", "--n=1", NULL});
    assert_non_null(strstr(talk_hear(&t), "\"event\":\"quiz\""));
    assert_non_null(strstr(talk_hear(&t), "\"event\":\"question\""));
    until_it_waits(t.pid);
    assert_non_null(strstr(talk(&t, "?"), "\"event\":\"answer\""));
    assert_non_null(strstr(talk_hear(&t), "\"event\":\"score\""));
    assert_int_equal(talk_end(&t), 0);
    talk_start_after(
        &t, no_waiting,
        (const char *const[]){"lesson", "--plain", "cli/teach/lessons/4-header.lesson", NULL});
    until_it_waits(t.pid);
    dprintf(t.to, "lesson quit\n");
    int status;
    assert_int_equal(waitpid(t.pid, &status, 0),
                     t.pid); /* not at its end of input: that has not come */
    assert_int_equal(status, 0);
    close(t.to);
    close(t.from);
}

/* A reader that is slow gets every byte. */
static void output_that_does_not_wait_loses_nothing(void **unused)
{
    (void)unused;
    struct talk t;
    struct program all;
    static const char commands[] = "repeat 400 alloc 64; repeat 40 blocks; alloc 7";
    program_run(&all, NULL, NULL, (const char *const[]){"-e", commands, NULL});
    assert_true(all.n_out > 300000); /* more than a pipe holds */
    talk_start_after(&t, no_waiting, (const char *const[]){"-e", commands, NULL});
    until_it_waits(t.pid);
    char *got = malloc(all.n_out + 1);
    size_t n = 0;
    for (ssize_t more; n < all.n_out && (more = read(t.from, got + n, all.n_out - n)) > 0;)
        n += (size_t)more;
    assert_int_equal(n, all.n_out);
    assert_memory_equal(got, all.out, n);
    free(got);
    assert_int_equal(talk_end(&t), 0);
    program_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_that_may_not_grow_is_told, make_dir, remove_dir),
        cmocka_unit_test(output_that_may_not_grow_is_told),
        cmocka_unit_test(a_death_is_told_whoever_ignored_children),
        cmocka_unit_test(a_signal_that_was_blocked_is_heard),
        cmocka_unit_test(commands_that_come_late_are_waited_for),
        cmocka_unit_test(so_are_answers),
        cmocka_unit_test(output_that_does_not_wait_loses_nothing),
    };
    return cmocka_run_group_tests_name("surroundings", tests, NULL, NULL);
}
