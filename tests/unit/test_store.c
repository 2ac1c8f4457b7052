/* test_store.c: the file of earlier lines. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/prompt/store.h"
#include "tests/support/scratch.h"

static const char *base;
static char last_seen[STORE_LINE_BYTES_MAX + 1];
static int n_seen;

static void seen(const char *line)
{
    snprintf(last_seen, sizeof last_seen, "%s", line);
    n_seen++;
}

static struct store opened(void)
{
    struct store s;
    n_seen = 0;
    last_seen[0] = 0;
    store_open(&s, seen);
    return s;
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void test_store(void **state)
{
    (void)state;
    char path[SCRATCH_PATH + 64];
    base = scratch_folder();
    snprintf(path, sizeof path, "%s/a/b", base);
    setenv("XDG_STATE_HOME", path, 1);
    struct store s = opened(), other = opened();
    assert_string_equal(s.notice, "");
    store_add(&s, "alloc 64");
    store_add(&other, "free\n1\033");
    store_add(&s, "free 2");
    store_close(&s);
    store_close(&other);
    s = opened();
    assert_int_equal(n_seen, 3);
    assert_string_equal(last_seen, "free 2");
    assert_int_equal(mode_of(s.path), 0600);
    assert_int_equal(chmod(s.path, 0644),
                     0); /* it was somebody's mistake: put right at the next use */
    store_add(&s, "free 3");
    assert_int_equal(mode_of(s.path), 0600);
    assert_int_equal(mode_of(path), 0700);
    for (int i = 0; i < 5000; i++) {
        char line[32];
        snprintf(line, sizeof line, "line %d", i);
        store_add(&s, line);
    }
    store_close(&s);
    s = opened();
    assert_int_equal(n_seen, STORE_LINES_MAX);
    assert_string_equal(last_seen, "line 4999");
    char *endless = malloc(100000);
    memset(endless, 'x', 99999);
    endless[99999] = 0;
    store_add(&s, endless); /* too long: left out */
    free(endless);
    store_close(&s);
    s = opened();
    assert_string_equal(last_seen, "line 4999");
    store_close(&s);
}

/* Whoever holds the file for long is not waited for. */
static void test_store_held(void **state)
{
    (void)state;
    char path[SCRATCH_PATH + 64];
    snprintf(path, sizeof path, "%s/held", base);
    setenv("XDG_STATE_HOME", path, 1);
    struct store s = opened();
    int fd = open(s.path, O_RDWR | O_CLOEXEC);
    store_close(&s);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    s = opened();
    assert_non_null(strstr(s.notice, "earlier lines are not kept"));
    store_close(&s);
    close(fd);
    s = opened();
    assert_string_equal(s.notice, "");
    store_close(&s);
}

/* A line that does not fit any more is told as lost, and no half of it stays. Modes are the file's
 * own, whatever umask says. */
static void test_store_that_may_not_grow(void **state)
{
    (void)state;
    char path[SCRATCH_PATH + 64];
    struct rlimit before, little;
    snprintf(path, sizeof path, "%s/limited", base);
    setenv("XDG_STATE_HOME", path, 1);
    mode_t mask = umask(0777);
    struct store s = opened();
    store_add(&s, "alloc 64");
    umask(mask);
    assert_string_equal(s.notice, "");
    assert_int_equal(mode_of(path), 0700);
    assert_int_equal(mode_of(s.path), 0600);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    little = (struct rlimit){12, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &little);
    store_add(&s, "free 1; free 2");
    setrlimit(RLIMIT_FSIZE, &before);
    assert_non_null(strstr(s.notice, "earlier lines are not kept: "));
    assert_null(s.path);
    store_close(&s);
    s = opened();
    assert_int_equal(n_seen, 1);
    assert_string_equal(last_seen, "alloc 64");
    store_close(&s);
}

static void test_store_without_a_place(void **state)
{
    (void)state;
    char path[SCRATCH_PATH + 64], target[SCRATCH_PATH + 64];
    setenv("XDG_STATE_HOME", "/proc/nowhere", 1);
    struct store s = opened();
    assert_non_null(strstr(s.notice, "not kept"));
    store_add(&s, "x");
    store_close(&s);
    char nobody[SCRATCH_PATH + 16];
    snprintf(nobody, sizeof nobody, "%s/nobody", base);
    unsetenv("XDG_STATE_HOME");
    setenv("HOME", nobody, 1); /* which is not ours to make */
    s = opened();
    assert_null(s.path);
    assert_string_equal(s.notice, "earlier lines are not kept: no home: No such file or directory");
    store_close(&s);
    assert_int_equal(access(nobody, F_OK), -1);
    setenv("XDG_STATE_HOME", "relative/does/not/count", 1);
    setenv("HOME", base, 1);
    s = opened();
    snprintf(path, sizeof path, "%s/.local/state/brkview/history", base);
    assert_string_equal(s.path, path);
    store_close(&s);
    FILE *file = fopen(path, "w"); /* the last line was cut short */
    fputs("one\ntw", file);
    fclose(file);
    s = opened();
    assert_string_equal(last_seen, "tw");
    store_add(&s, "three");
    store_close(&s);
    s = opened();
    assert_int_equal(n_seen, 3);
    store_close(&s);
    unlink(path); /* a link or a pipe in its place is not followed, and not waited for */
    snprintf(target, sizeof target, "%s/elsewhere", base);
    assert_int_equal(symlink(target, path), 0);
    s = opened();
    assert_null(s.path);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    s = opened();
    assert_null(s.path);
    unlink(path);
    file = fopen(path, "w"); /* bytes that are no lines */
    for (int i = 0; i < 3 * 1024 * 1024; i++)
        putc(i % 4096 ? i * 7 : 0, file);
    fclose(file);
    s = opened();
    assert_non_null(s.path);
    assert_true(n_seen <= (int)STORE_LINES_MAX);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_store),
        cmocka_unit_test(test_store_held),
        cmocka_unit_test(test_store_that_may_not_grow),
        cmocka_unit_test(test_store_without_a_place),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
