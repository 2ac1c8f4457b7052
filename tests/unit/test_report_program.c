/* test_report_program.c: the program as scripts and pipes see it: what comes out where, and the
 * exit status. */
#include <fcntl.h>
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
#include <jansson.h>

#include "tests/support/program.h"
#include "tests/support/try.h"

#define ALL_OF_IT "alloc 64; alloc 32; alloc 16; free 2; alloc 24; free 3; free 1; free 4"

static struct program p;

static void exits(int status)
{
    if (p.status != status) fail_msg("status %d, not %d: %.300s", p.status, status, p.err);
}

static void one_line_each(void **unused)
{
    (void)unused;
    static const int deltas[] = {96, 64, 48, 0, 0, -48, 0, -64};
    char *line, *rest;
    size_t n = 0;
    PROGRAM(&p, NULL, "--json", "-e", ALL_OF_IT);
    exits(0);
    assert_string_equal(p.err, "");
    for (rest = p.out; (line = strsep(&rest, "\n")) != NULL && *line; n++) {
        json_t *j = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(j);
        assert_int_equal(json_integer_value(json_object_get(j, "seq")), n + 1);
        assert_int_equal(json_integer_value(json_object_get(json_object_get(j, "brk"), "delta")),
                         deltas[n]);
        json_decref(j);
    }
    assert_int_equal(n, 8);
    program_release(&p);
}

static void runs_are_identical(void **unused)
{
    (void)unused;
    struct program q;
    PROGRAM(&p, NULL, "--json", "-e", ALL_OF_IT "; blocks; random 50 seed 3; blocks");
    PROGRAM(&q, NULL, "--json", "-e", ALL_OF_IT "; blocks; random 50 seed 3; blocks");
    assert_string_equal(p.out, q.out);
    program_release(&p);
    program_release(&q);
}

static void statuses(void **unused)
{
    (void)unused;
    static const struct {
        const char *arguments[4];
        int status;
        size_t lines;
    } list[] = {
        {{"-e", "alloc 64"}, 0, 0},
        {{"-e", "alloc 0"}, 1, 1},
        {{"-e", "alloc 0; alloc 0; alloc 1"}, 1, 2},
        {{"--stop-on-error", "-e", "alloc 0; alloc 0"}, 1, 1},
        {{"-e", ""}, 0, 0},
        {{"-e", "quit; alloc 0"}, 0, 0},
        {{"--nonsense"}, 2, 1},
        {{"-e"}, 2, 1},
        {{"--policy=x"}, 2, 1},
        {{"a", "b"}, 2, 1},
        {{"/nonexistent\n\033[31m"}, 1, 1},
        {{"/"}, 1, 1},
        {{"--help"}, 0, 0},
        {{"--version"}, 0, 0},
        {{"/dev/zero"}, 1, 1},
        {{"/bin/sh"}, 1, 1},
        {{"--json", "-e", "zz\033[31m"}, 1, 1},
        {{"--limit=64", "-e", "alloc 64"}, 1, 1},
        {{"-e", "source /dev/zero"}, 1, 1},
        {{"quiet"}, 1, 1},
    };
    for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
        program_run(&p, NULL, NULL, list[i].arguments);
        exits(list[i].status);
        if (program_lines(p.err) != list[i].lines)
            fail_msg("%s: %zu lines of \"%s\"", list[i].arguments[0], program_lines(p.err), p.err);
        if (*p.err) assert_int_equal(strncmp(p.err, "brkview: ", 9), 0);
        assert_null(strchr(p.err, '\033'));
        assert_null(strchr(p.out, '\033'));
        program_release(&p);
    }
}

static void it_goes_on_after_an_error(void **unused)
{
    (void)unused;
    PROGRAM(
        &p,
        "alloc 64\nallco 3\n\n# note\nalloc 16 # note\nfree #2\r\nwrite 1 0 \"a;b # c\"; dump 1\n",
        "--plain");
    exits(1);
    assert_int_equal(program_lines(p.err), 1);
    program_complains(
        &p, "brkview: command 2, allco 3: there is no command allco; did you mean alloc?\n");
    program_says(&p, "freed #2");
    program_says(&p, "|a;b # c");
    program_release(&p);
    PROGRAM(&p, "alloc 64\nallco 3\nalloc 16\n", "--stop-on-error");
    exits(1);
    assert_null(strstr(p.out, "#2"));
    program_release(&p);
    PROGRAM(&p, "alloc 64", NULL); /* the last line need not end */
    program_says(&p, "brk 0x411060 (+96)");
    program_release(&p);
}

static void a_script(void **unused)
{
    (void)unused;
    const char *path = try_file("# a lesson\nalloc 64; alloc 32\nfree 2\n"),
               *bad = try_file("alloc 1\nalloc 0\nalloc 2\n");
    PROGRAM(&p, "alloc 99\n", path);
    exits(0);
    program_says(&p, "heap> free 2");
    assert_null(strstr(p.out, "99"));
    program_release(&p);
    PROGRAM(&p, NULL, bad);
    exits(1);
    program_says(&p, "#2 = ");
    program_release(&p);
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, "alloc 1\n\0alloc 2\n", 17), 17);
    close(fd);
    PROGRAM(&p, NULL, path); /* nothing of a binary file is run */
    exits(1);
    program_complains(&p, "it is not text, for there is a zero byte in it; expected a script");
    program_release(&p);
    program_run(&p, NULL, NULL, (const char *const[]){"", NULL});
    assert_int_equal(p.status, 1);
    assert_string_equal(p.err, "brkview: \"\": No such file or directory; expected a script\n");
    assert_string_equal(p.out, "");
    program_release(&p);
    assert_int_equal(truncate(path, (16 << 20) + 1), 0);
    PROGRAM(&p, NULL, path);
    exits(1);
    program_complains(&p, "it is larger than 16 MiB; expected a script");
    program_release(&p);
}

static void standard_input_may_hold_anything(void **unused)
{
    (void)unused;
    char *noise = malloc(2 << 20);
    memset(noise, 'a', 2 << 20);
    noise[(2 << 20) - 1] = '\0';
    PROGRAM(&p, noise, "--plain");
    exits(1);
    assert_int_equal(program_lines(p.err), 1);
    program_complains(&p, "standard input: a line is longer than 1 MiB");
    program_release(&p);
    noise[70000] = '\n';
    strcpy(noise + 70001, "alloc 64\n");
    PROGRAM(&p, noise, "--json");
    exits(1);
    program_complains(&p, "the command is 70000 bytes long; expected at most 65536");
    program_says(&p, "\"requested\":64");
    program_release(&p);
    free(noise);
    PROGRAM(&p,
            "alloc \033[31m\nalloc \xff\xfe\nalloc \xc2\x9b\nsource \"\\e[31m\"\nwrite 1 0 "
            "\xe2\x80\n\033]0;title\007\n",
            "--plain");
    exits(1);
    assert_int_equal(program_lines(p.err), 7);
    for (size_t i = 0; i < p.n_out + p.n_err; i++) {
        unsigned char c = (unsigned char)(i < p.n_out ? p.out[i] : p.err[i - p.n_out]);
        assert_true((c >= ' ' || c == '\n') && c != 0x7f);
        assert_false(c == 0x9b);
    }
    program_release(&p);
}

static void a_quiz_writes_ascii(void **unused)
{
    (void)unused;
    PROGRAM(&p,
            "\xc2\x9b"
            "31m\n",
            "quiz", "--json", "--seed", "4", "--n", "1");
    exits(0);
    program_says(&p, "\"given\":\"\\u009B31m\"");
    for (size_t i = 0; i < p.n_out; i++)
        assert_true((unsigned char)p.out[i] < 0x80);
    program_release(&p);
}

static void output_that_fails(void **unused)
{
    (void)unused;
    char command[600], line[200] = "";
    const char *program = getenv("BRKVIEW") ? getenv("BRKVIEW") : "./brkview";
    snprintf(command, sizeof command, "'%s' -e 'alloc 64' 2>&1 >/dev/full; echo $?", program);
    FILE *from = popen(command, "r");
    assert_non_null(fgets(line, sizeof line, from));
    assert_string_equal(line, "brkview: can't write to standard output: No space left on device\n");
    assert_non_null(fgets(line, sizeof line, from));
    assert_string_equal(line, "1\n");
    pclose(from);
    snprintf(command, sizeof command, "yes 'alloc 16' | '%s' --plain 2>&1 | head -1",
             program); /* it ends with its reader */
    from = popen(command, "r");
    assert_non_null(fgets(line, sizeof line, from));
    assert_string_equal(line, "heap> alloc 16\n");
    pclose(from);
}

static void dumb_terminals_get_lines(void **unused)
{
    (void)unused;
    setenv("TERM", "dumb", 1);
    PROGRAM(&p, "alloc 64\n", NULL);
    exits(0);
    assert_null(strchr(p.out, '\033'));
    program_says(&p, "brk 0x411060 (+96)");
    program_release(&p);
    unsetenv("TERM");
    PROGRAM(&p, "alloc 64\n", NULL);
    exits(0);
    program_release(&p);
}

/* ── A target that dies or hangs between commands ── */

static pid_t target_of(struct talk *t)
{
    const char *answer = talk(t, "segments"), *at = strstr(answer, "\"pid\":");
    assert_non_null(at);
    return (pid_t)strtol(at + 6, NULL, 10);
}

static void must(struct talk *t, const char *line, const char *expected)
{
    const char *answer = talk(t, line);
    if (!strstr(answer, expected)) fail_msg("%s: %.500s", line, answer);
}

static void a_killed_target(void **unused)
{
    (void)unused;
    struct talk t;
    talk_start(&t, (const char *const[]){"--json", NULL});
    must(&t, "alloc 64", "\"ok\":true");
    must(&t, "write 1 0 \"precious\"", "\"ok\":true");
    char before[2048];
    snprintf(before, sizeof before, "%s", strstr(talk(&t, "dump 0x411000 96"), "\"bytes\""));
    pid_t pid = target_of(&t);
    assert_int_equal(kill(pid, SIGKILL), 0);
    for (int i = 0; i < 60000 && !strstr(talk(&t, "blocks"), "\"alive\":false"); i++)
        usleep(1000);
    must(&t, "alloc 32",
         "\"ok\":false,\"error\":\"the target is dead (killed by signal 9 (SIGKILL)); expected "
         "`undo` or `reset` "
         "first\",\"result\":null");
    must(&t, "alloc 32", "\"heap_bytes\":96");
    must(&t, "alloc 32", "\"alive\":false");
    must(&t, "undo", "\"ok\":true");
    must(&t, "dump 0x411000 96", "7072656369");
    const char *after = strstr(talk(&t, "dump 0x411000 96"), "\"bytes\"");
    assert_int_equal(strncmp(before, after, 200), 0);
    assert_int_not_equal(target_of(&t), pid);
    assert_int_equal(talk_end(&t), 1);
}

static void a_hung_target(void **unused)
{
    (void)unused;
    struct talk t;
    talk_start(&t, (const char *const[]){"--json", "--timeout=1", NULL});
    must(&t, "alloc 64", "\"ok\":true");
    assert_int_equal(kill(target_of(&t), SIGSTOP), 0);
    must(&t, "blocks", "\"ok\":true"); /* to look, it need not be asked */
    must(&t, "alloc 32",
         "the target was ended, because it did not answer (it is stopped by a signal) while it did "
         "this");
    must(&t, "undo", "\"ok\":true");
    must(&t, "alloc 32", "\"ok\":true");
    assert_int_equal(talk_end(&t), 1);
}

static void stop_targets_of(const struct talk *t)
{
    char path[64];
    int pid, n = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)t->pid, (int)t->pid);
    FILE *children = fopen(path, "r");
    assert_non_null(children);
    for (; fscanf(children, "%d", &pid) == 1; n++)
        assert_int_equal(kill(pid, SIGSTOP), 0);
    fclose(children);
    assert_true(n > 0);
}

static void hear_until(struct talk *t, const char *expected)
{
    while (!strstr(talk_hear(t), expected)) {
    }
}

/* Nobody waits for ever for a target, in a quiz or a lesson neither. The two wait at the same time.
 */
static void a_target_that_hangs_in_class(void **unused)
{
    (void)unused;
    const char *path = try_file("@title T\n@ask Q\n@answer yes\n@run alloc 8\n@end\n");
    struct talk quiz, lesson;
    talk_start(&quiz, (const char *const[]){"quiz", "--json", "--seed", "1", "--n", "1", NULL});
    talk_start(&lesson, (const char *const[]){"lesson", "--plain", path, NULL});
    hear_until(&quiz, "\"event\":\"question\"");
    hear_until(&lesson, "? Q");
    stop_targets_of(&quiz);
    stop_targets_of(&lesson);
    dprintf(quiz.to, "?\n");
    dprintf(lesson.to, "yes\n");
    assert_int_equal(talk_end(&quiz), 1);
    assert_int_equal(talk_end(&lesson), 1);
}

static void read_a_directory(void)
{
    int fd = open("/", O_RDONLY);
    dup2(fd, STDIN_FILENO);
    close(fd);
}

/* What can't be read is no end of the input. */
static void standard_input_that_fails(void **unused)
{
    (void)unused;
    static const char *const lines[][6] = {
        {"--plain"}, {"--json"}, {"quiz", "--json", "--seed", "1"}, {"lesson", "--plain", "1"}};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        program_run(&p, NULL, read_a_directory, lines[i]);
        exits(1);
        assert_int_equal(program_lines(p.err), 1);
        program_complains(&p, "standard input");
        program_complains(&p, "Is a directory");
        program_release(&p);
    }
}

static bool has_ended(pid_t pid)
{
    char path[64], state[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file && !fgets(state, sizeof state, file)) state[0] = '\0';
    if (file) fclose(file);
    return !state[0] || strstr(state, ") Z "); /* nobody may be there to reap it */
}

static void the_target_ends_with_the_viewer(void **unused)
{
    (void)unused;
    struct talk t;
    talk_start(&t, (const char *const[]){"--json", NULL});
    pid_t pid = target_of(&t);
    kill(t.pid, SIGKILL);
    assert_int_equal(talk_end(&t), 128 + SIGKILL);
    for (int i = 0; i < 60000 && !has_ended(pid); i++)
        usleep(1000);
    assert_true(has_ended(pid));
}

static void save_and_run_again(void **unused)
{
    (void)unused;
    const char *path = try_file("");
    char save[200];
    struct program q;
    snprintf(save, sizeof save,
             "policy best-fit; alloc 64 as a; random 40 seed 9; set split off; repeat 3 alloc 9; "
             "save %s; blocks",
             path);
    PROGRAM(&p, NULL, "--json", "-e", save);
    exits(0);
    FILE *file = fopen(path, "a");
    fputs("blocks\n", file);
    fclose(file);
    PROGRAM(&q, NULL, "--json", path);
    const char *a = strstr(p.out, "\"blocks\":["), *b = strstr(q.out, "\"blocks\":[");
    assert_true(a && b);
    assert_string_equal(a, b);
    program_release(&p);
    program_release(&q);
}

static void what_errno_would_be(void **unused)
{
    (void)unused;
    static const char *const expected[] = {NULL, "\"errno\":\"ENOMEM\"", NULL, NULL,
                                           "\"errno\":\"ENOMEM\""};
    struct program run;
    PROGRAM(&run, NULL, "--json", "--limit=200", "-e",
            "alloc 64; alloc 500; free 1; free 7; repeat 3 alloc 80");
    char *line = run.out;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        *end = '\0';
        if (expected[i] ? !strstr(line, expected[i]) : strstr(line, "\"errno\"") != NULL)
            fail_msg("%zu: %s", i, line);
        line = end + 1;
    }
    program_release(&run);
    PROGRAM(&run, NULL, "--json", "--policy=bump", "-e", "alloc 64; realloc 1 100");
    program_says(&run, "\"errno\":\"EINVAL\"");
    program_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_errno_would_be),
        cmocka_unit_test(one_line_each),
        cmocka_unit_test(runs_are_identical),
        cmocka_unit_test(statuses),
        cmocka_unit_test(it_goes_on_after_an_error),
        cmocka_unit_test(a_script),
        cmocka_unit_test(standard_input_may_hold_anything),
        cmocka_unit_test(a_quiz_writes_ascii),
        cmocka_unit_test(output_that_fails),
        cmocka_unit_test(dumb_terminals_get_lines),
        cmocka_unit_test(a_killed_target),
        cmocka_unit_test(a_hung_target),
        cmocka_unit_test(a_target_that_hangs_in_class),
        cmocka_unit_test(standard_input_that_fails),
        cmocka_unit_test(the_target_ends_with_the_viewer),
        cmocka_unit_test(save_and_run_again),
    };
    return cmocka_run_group_tests_name("report program", tests, NULL, NULL);
}
