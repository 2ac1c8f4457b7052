/* test_spawn.c: a program that is started is left alone: its input, output, signals, stops and exit
 * status are what they are under env; on a pty of its own it is heard, typed to and hung up. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/hold.h"
#include "cli/source/spawn.h"
#include "tests/support/child.h"
#include "tests/support/scratch.h"

static char why[400];

static const struct spawn_setup plain = {.mode = SPAWN_PLAIN};
static const struct spawn_setup pty = {
    .mode = SPAWN_PTY, .rows = 31, .columns = 97, .terminal = "dumb"};

static void start(struct spawn *s, const struct spawn_setup *setup, const char *script)
{
    char *argv[] = {"sh", "-c", (char *)(uintptr_t)script, NULL};
    int status = spawn_start(s, argv, setup, why, sizeof why);
    if (status != 0) fail_msg("%d: %s", status, why);
}

/* ── Starting ── */

static void what_cant_be_run_is_told_as_env_does(void **unused)
{
    static const struct spawn_setup *const setups[] = {&plain, &pty};
    (void)unused;
    char file[SCRATCH_PATH], below[SCRATCH_PATH + 8];
    snprintf(file, sizeof file, "%s", scratch_file("not-executable", "echo no\n"));
    snprintf(below, sizeof below, "%s/prog", file);
    const struct {
        char *name;
        int status;
        const char *words;
    } rows[] = {{"no-such-program-anywhere", 127, "No such file"},
                {"/nonexistent/prog", 127, "No such file"},
                {file, 126, "Permission denied"},
                {below, 126, "Not a directory"},
                {"/", 126, "Permission denied"}};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct spawn s;
            char *argv[] = {rows[i].name, NULL};
            assert_int_equal(spawn_start(&s, argv, setups[k], why, sizeof why), rows[i].status);
            if (!strstr(why, rows[i].words) || !strstr(why, "; expected a program that can be run"))
                fail_msg("it says \"%s\"", why);
            assert_int_equal(s.pid, 0);
            assert_int_equal(s.fd, -1);
            assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left of it */
            sigset_t mask;
            sigprocmask(SIG_SETMASK, NULL, &mask);
            assert_int_equal(sigismember(&mask, SIGTERM), 0);
        }
}

static void a_script_without_an_interpreter_runs(void **unused)
{
    struct spawn s;
    (void)unused;
    char *path = (char *)(uintptr_t)scratch_file("script", "exit 3\n"), *argv[] = {path, NULL};
    chmod(path, 0700);
    assert_int_equal(spawn_start(&s, argv, &plain, why, sizeof why), 0);
    assert_int_equal(spawn_wait(&s, -1), SPAWN_ENDED);
    assert_int_equal(spawn_exit_status(&s), 3);
    spawn_release(&s);
}

static void its_exit_status_is_its_own(void **unused)
{
    static const struct {
        const char *script;
        int status;
    } rows[] = {{"exit 0", 0},          {"exit 1", 1},          {"exit 255", 255},
                {"kill -TERM $$", 143}, {"kill -KILL $$", 137}, {"kill -INT $$", 130}};
    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct spawn s;
        start(&s, &plain, rows[i].script);
        assert_int_equal(spawn_wait(&s, -1), SPAWN_ENDED);
        assert_int_equal(spawn_exit_status(&s), rows[i].status);
        assert_int_equal(spawn_poll(&s), SPAWN_ENDED);
        spawn_release(&s);
    }
}

/* ── Plain: nothing is touched ── */

/* In a process of its own, with what it is started with; what the program says is in the file. */
static int within(void (*around)(void), const char *script, char *said, size_t bytes)
{
    char path[SCRATCH_PATH];
    snprintf(path, sizeof path, "%s", scratch_file("said", ""));
    pid_t pid = fork();
    if (pid == 0) {
        struct spawn s;
        struct spawn_signals signals;
        char *argv[] = {"sh", "-c", (char *)(uintptr_t)script, NULL};
        if (around) around();
        spawn_signals_take(&signals);
        signal(SIGPIPE, SIG_IGN); /* as the viewer does for itself */
        const struct spawn_setup setup = {.mode = SPAWN_PLAIN, .signals = &signals};
        int fd = open(path, O_WRONLY);
        dup2(fd, 1);
        close(fd);
        if (spawn_start(&s, argv, &setup, why, sizeof why) != 0) _exit(99);
        spawn_wait(&s, -1);
        _exit(spawn_exit_status(&s));
    }
    int status = child_status(pid), fd = open(path, O_RDONLY);
    ssize_t n = read(fd, said, bytes - 1);
    said[n > 0 ? n : 0] = '\0';
    close(fd);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void ignore_some(void)
{
    signal(SIGHUP, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGUSR2);
    sigprocmask(SIG_BLOCK, &some, NULL);
}

static void signals_are_handed_on_as_they_were(void **unused)
{
    static const char script[] = "exec grep -E 'Sig(Blk|Ign):' /proc/self/status";
    char direct[256], ours[256];
    (void)unused;
    for (int k = 0; k < 2; k++) {
        char path[SCRATCH_PATH];
        snprintf(path, sizeof path, "%s", scratch_file("direct", ""));
        pid_t pid = fork();
        if (pid == 0) { /* without us */
            if (k) ignore_some();
            int fd = open(path, O_WRONLY);
            dup2(fd, 1);
            execlp("sh", "sh", "-c", script, (char *)NULL);
            _exit(99);
        }
        child_status(pid);
        int fd = open(path, O_RDONLY);
        ssize_t n = read(fd, direct, sizeof direct - 1);
        direct[n > 0 ? n : 0] = '\0';
        close(fd);
        assert_int_equal(within(k ? ignore_some : NULL, script, ours, sizeof ours), 0);
        assert_string_equal(ours, direct);
        assert_non_null(strstr(ours, "SigIgn"));
    }
}

static void input_from_a_pipe(void)
{
    int p[2];
    if (pipe(p) != 0 || write(p[1], "one\ntwo\n", 8) != 8) _exit(98);
    close(p[1]);
    dup2(p[0], 0);
    close(p[0]);
}
static void closed_input(void) { close(0); }

static void standard_streams_are_its_own(void **unused)
{
    char said[256];
    (void)unused;
    assert_int_equal(within(input_from_a_pipe, "cat; exit 4", said, sizeof said), 4);
    assert_string_equal(said, "one\ntwo\n");
    assert_int_equal(
        within(closed_input, "[ -e /proc/self/fd/0 ] && echo open; exit 5", said, sizeof said), 5);
    assert_string_equal(said, "");
    assert_int_equal(within(NULL, "ls /proc/self/fd | wc -l", said, sizeof said), 0);
    int n =
        atoi(said); /* 0, 1, 2, the folder; what the test itself was started with; a sanitizer's */
    assert_true(n >= 4);
    for (int fd = 0, open = 0; fd < 64; fd++) {
        open += fcntl(fd, F_GETFD) == 0;
        if (fd == 63) assert_true(n <= open + 2);
    }
}

/* ── Plain: signals ── */

/* A process that runs the script under us; its own exit status is the program's. */
static void runner(void *script)
{
    struct spawn s;
    char *argv[] = {"sh", "-c", script, NULL};
    setpgid(0, 0);
    if (spawn_start(&s, argv, &plain, why, sizeof why) != 0) _exit(99);
    child_shared()->address[0] = (unsigned long)s.pid;
    child_ready();
    while (spawn_wait(&s, 0.05) != SPAWN_ENDED) {
    }
    _exit(spawn_exit_status(&s));
}

static void a_signal_to_us_is_passed_on(void **unused)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    (void)unused;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        char script[160];
        const char *file = scratch_path("trapped");
        unlink(file);
        snprintf(script, sizeof script, "trap 'exit 42' %d; : > %s; while :; do sleep 0.01; done",
                 signals[i], file);
        pid_t pid = child_start(runner, script);
        CHILD_AWAIT(access(file, F_OK) == 0);
        kill(pid, signals[i]);
        assert_int_equal(WEXITSTATUS(child_status(pid)), 42);
    }
}

static void must_stop_and_go_on(int number)
{
    char script[64];
    snprintf(script, sizeof script, "kill -%d $$; exit 6", number);
    pid_t pid = child_start(runner, script);
    int status;
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid); /* as a shell sees it */
    assert_true(WIFSTOPPED(status));
    assert_int_equal(WSTOPSIG(status), number);
    assert_int_equal(child_state((pid_t)child_shared()->address[0]), 'T');
    kill(pid, SIGCONT); /* to us alone */
    status = child_status(pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 6);
}

static void it_stops_and_we_do_and_both_go_on(void **unused)
{
    (void)unused;
    must_stop_and_go_on(SIGSTOP);
}

static void stopped_by_its_own_terminal(void *unused)
{
    (void)unused;
    setpgid(0, 0);
    signal(SIGTSTP, SIG_DFL);
    child_ready();
    raise(SIGTSTP);
    _exit(0);
}

/* Under valgrind SIGTSTP stops nobody. */
static void as_by_ctrl_z(void **unused)
{
    int status;
    (void)unused;
    pid_t pid = child_start(stopped_by_its_own_terminal, NULL);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    if (!WIFSTOPPED(status)) skip();
    kill(pid, SIGKILL);
    child_status(pid);
    must_stop_and_go_on(SIGTSTP);
}

/* A hold of ours is no stop of it. */
static void a_hold_is_no_stop(void **unused)
{
    struct spawn s;
    struct hold hold = {.pid = 0};
    (void)unused;
    start(&s, &plain, "while :; do :; done");
    for (int i = 0; i < 20; i++) {
        enum hold_result result = hold_begin(&hold, s.pid, 60.0, why, sizeof why);
        if (result == HOLD_REFUSED) break;
        assert_int_equal(result, HOLD_OK);
        assert_int_equal(spawn_poll(&s), SPAWN_RUNS);
        CHILD_AWAIT(hold_release(&hold));
        assert_int_equal(spawn_poll(&s), SPAWN_RUNS);
    }
    bool held = hold_begin(&hold, s.pid, 60.0, why, sizeof why) == HOLD_OK;
    kill(s.pid, SIGKILL);
    CHILD_AWAIT(hold_release(&hold)); /* and its end is not swallowed */
    assert_int_equal(spawn_wait(&s, -1), SPAWN_ENDED);
    assert_int_equal(spawn_exit_status(&s), 137);
    hold_free(&hold);
    spawn_release(&s);
    if (!held) skip();
}

static void dies_with_it_running(void *script)
{
    struct spawn s;
    char *argv[] = {"sh", "-c", script, NULL};
    if (spawn_start(&s, argv, &plain, why, sizeof why) != 0) _exit(99);
    child_shared()->address[0] = (unsigned long)s.pid;
    child_ready();
    spawn_wait(&s, -1);
}
static void it_outlives_us(void **unused)
{
    (void)unused;
    pid_t pid = child_start(dies_with_it_running, "exec sleep 1000");
    pid_t program = (pid_t)child_shared()->address[0];
    child_end(pid);
    char state = child_state(program);
    kill(program, SIGKILL);
    assert_true(state == 'S' || state == 'R' || state == 'D');
}

/* ── On a pty ── */

static char heard[65536];
static size_t n_heard;

static bool hear(struct spawn *s)
{
    ssize_t n = spawn_read(s, heard + n_heard, sizeof heard - n_heard - 1);
    if (n > 0) n_heard += (size_t)n;
    heard[n_heard] = '\0';
    return n >= 0;
}
static bool has_heard(struct spawn *s, const char *text)
{
    hear(s);
    return strstr(heard, text);
}
static void start_pty(struct spawn *s, const char *script)
{
    n_heard = 0;
    start(s, &pty, script);
}

static void it_has_a_terminal_of_its_own(void **unused)
{
    struct spawn s;
    (void)unused;
    start_pty(&s, "tty && stty size && echo $TERM && ls /proc/self/fd | wc -l; exit 3");
    CHILD_AWAIT(!hear(&s)); /* until its end of the terminal is closed */
    assert_int_equal(s.fd, -1);
    assert_int_equal(spawn_read(&s, heard, 1), -1);
    CHILD_AWAIT(spawn_poll(&s) == SPAWN_ENDED);
    assert_int_equal(spawn_exit_status(&s), 3);
    if (!strstr(heard, "/dev/pts/") || !strstr(heard, "31 97\r\ndumb\r\n4\r\n"))
        fail_msg("it said \"%s\"", heard);
    spawn_release(&s);
}

static void it_is_typed_to(void **unused)
{
    struct spawn s;
    (void)unused;
    start_pty(&s, "echo ready; read line; echo \"got <$line>\"; stty size; exec cat");
    CHILD_AWAIT(has_heard(&s, "ready"));
    spawn_resize(&s, 20, 60);
    assert_int_equal(spawn_write(&s, "hello\n", 6), 6);
    CHILD_AWAIT(has_heard(&s, "got <hello>") && has_heard(&s, "20 60"));
    assert_int_equal(spawn_write(&s, "\x04", 1), 1); /* the end of its input */
    CHILD_AWAIT(spawn_poll(&s) == SPAWN_ENDED);
    assert_int_equal(spawn_exit_status(&s), 0);
    spawn_release(&s);
    assert_int_equal(spawn_write(&s, "x", 1), -1);
}

static void ctrl_c_reaches_it(void **unused)
{
    struct spawn s;
    (void)unused;
    start_pty(&s, "trap 'exit 9' INT; echo ready; while :; do sleep 0.01; done");
    CHILD_AWAIT(has_heard(&s, "ready"));
    assert_int_equal(spawn_write(&s, "\x03", 1), 1);
    CHILD_AWAIT(spawn_poll(&s) == SPAWN_ENDED);
    assert_int_equal(spawn_exit_status(&s), 9);
    spawn_release(&s);
}

static void it_stops_and_is_continued(void **unused)
{
    struct spawn s;
    (void)unused;
    start_pty(&s, "kill -STOP $$; exit 8");
    CHILD_AWAIT(spawn_poll(&s) == SPAWN_STOPPED);
    assert_int_equal(s.signal, SIGSTOP);
    spawn_continue(&s);
    CHILD_AWAIT(spawn_poll(&s) == SPAWN_ENDED);
    assert_int_equal(spawn_exit_status(&s), 8);
    spawn_release(&s);
}

/* As in a terminal with a shell. */
static void ctrl_z_stops_it(void **unused)
{
    struct spawn s;
    (void)unused;
    start_pty(&s, "echo ready; read line; echo \"got <$line>\"; exit 5");
    CHILD_AWAIT(has_heard(&s, "ready"));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(spawn_write(&s, "\x1a", 1), 1);
        CHILD_AWAIT(spawn_poll(&s) == SPAWN_STOPPED);
        assert_int_equal(s.signal, SIGTSTP);
        assert_int_equal(child_state(s.pid), 'T');
        spawn_continue(&s);
        CHILD_AWAIT(child_state(s.pid) == 'S');
        assert_int_equal(spawn_poll(&s), SPAWN_RUNS);
    }
    assert_int_equal(spawn_write(&s, "on\n", 3), 3);
    CHILD_AWAIT(spawn_poll(&s) == SPAWN_ENDED);
    assert_int_equal(spawn_exit_status(&s), 5);
    CHILD_AWAIT(!hear(&s));
    assert_non_null(strstr(heard, "got <on>"));
    spawn_release(&s);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* the keeper is buried */
}

static void a_flood_is_taken_piece_by_piece(void **unused)
{
    struct spawn s;
    unsigned long all = 0;
    (void)unused;
    start_pty(&s, "head -c 1000000 /dev/zero | tr '\\0' x");
    for (;;) {
        ssize_t n = spawn_read(&s, heard, sizeof heard);
        if (n < 0) break;
        if (n == 0) child_nap(0, "more");
        all += (unsigned long)n;
    }
    assert_int_equal(all, 1000000);
    CHILD_AWAIT(spawn_poll(&s) == SPAWN_ENDED);
    spawn_release(&s);
}

static void it_is_ended_when_it_is_to(void **unused)
{
    struct spawn s;
    (void)unused;
    start_pty(&s, "echo ready; exec sleep 1000");
    CHILD_AWAIT(has_heard(&s, "ready"));
    assert_true(spawn_end(&s, 60));
    assert_int_equal(spawn_exit_status(&s), 128 + SIGHUP);
    spawn_release(&s);
    start_pty(&s, "trap '' HUP TERM; echo ready; while :; do sleep 0.01; done");
    CHILD_AWAIT(has_heard(&s, "ready"));
    assert_true(spawn_end(&s, 0.05)); /* one that won't hear */
    assert_int_equal(spawn_exit_status(&s), 128 + SIGKILL);
    spawn_release(&s);
    start(&s, &plain, "exec sleep 1000");
    assert_true(spawn_end(&s, 60));
    assert_int_equal(spawn_exit_status(&s), 128 + SIGTERM);
    spawn_release(&s);
}

static void dies_with_a_pty(void *script)
{
    struct spawn s;
    start_pty(&s, script);
    while (!has_heard(&s, "ready"))
        usleep(1000);
    child_shared()->address[0] = (unsigned long)s.pid;
    child_ready();
    child_rest();
}
static void it_is_hung_up_when_we_die(void **unused)
{
    (void)unused;
    const char *file = scratch_path("hung-up");
    char script[SCRATCH_PATH + 100];
    snprintf(script, sizeof script,
             "trap ': > %s; exit' HUP; echo ready; while :; do sleep 0.01; done", file);
    pid_t pid = child_start(dies_with_a_pty, script);
    child_end(pid);
    CHILD_AWAIT(access(file, F_OK) == 0);
}

int main(void)
{
    setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1); /* folders that everybody may read */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cant_be_run_is_told_as_env_does),
        cmocka_unit_test(a_script_without_an_interpreter_runs),
        cmocka_unit_test(its_exit_status_is_its_own),
        cmocka_unit_test(signals_are_handed_on_as_they_were),
        cmocka_unit_test(standard_streams_are_its_own),
        cmocka_unit_test(a_signal_to_us_is_passed_on),
        cmocka_unit_test(it_stops_and_we_do_and_both_go_on),
        cmocka_unit_test(as_by_ctrl_z),
        cmocka_unit_test(a_hold_is_no_stop),
        cmocka_unit_test(it_outlives_us),
        cmocka_unit_test(it_has_a_terminal_of_its_own),
        cmocka_unit_test(it_is_typed_to),
        cmocka_unit_test(ctrl_c_reaches_it),
        cmocka_unit_test(it_stops_and_is_continued),
        cmocka_unit_test(ctrl_z_stops_it),
        cmocka_unit_test(a_flood_is_taken_piece_by_piece),
        cmocka_unit_test(it_is_ended_when_it_is_to),
        cmocka_unit_test(it_is_hung_up_when_we_die),
    };
    return cmocka_run_group_tests_name("spawn", tests, NULL, NULL);
}
