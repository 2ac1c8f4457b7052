/* program.c: the program itself, from outside. */
#include "tests/support/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/source/portable.h"

#define WAIT_SECONDS 60

static const char *program_path(void)
{
    return getenv("BRKVIEW") ? getenv("BRKVIEW") : "./brkview";
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static pid_t start(int in, int out, int err, void (*before)(void), const char *const *arguments)
{
    char *argv[32] = {(char *)(uintptr_t)program_path()};
    for (int i = 0; arguments && arguments[i] && i < 30; i++)
        argv[i + 1] = (char *)(uintptr_t)arguments[i];
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0) return pid;
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    portable_close_from(3);
    alarm(WAIT_SECONDS);
    if (before) before();
    execv(argv[0], argv);
    _exit(126);
}

static int status_of(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static char *all_of(int fd, size_t *n)
{
    *n = (size_t)lseek(fd, 0, SEEK_END);
    char *text = malloc(*n + 1);
    assert_non_null(text);
    assert_int_equal(pread(fd, text, *n, 0), *n);
    text[*n] = '\0';
    close(fd);
    return text;
}

static int temporary(const char *text)
{
    char path[] = "/tmp/brkview-program-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    assert_true(fd >= 0);
    unlink(path);
    if (text) assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    lseek(fd, 0, SEEK_SET);
    return fd;
}

void program_run(struct program *p, const char *input, void (*before)(void),
                 const char *const *arguments)
{
    int in = temporary(input), out = temporary(NULL), err = temporary(NULL);
    double begin = now();
    p->status = status_of(start(in, out, err, before, arguments));
    p->seconds = now() - begin;
    close(in);
    p->out = all_of(out, &p->n_out);
    p->err = all_of(err, &p->n_err);
    if (p->status == 128 + SIGALRM) fail_msg("it ran for more than %d s", WAIT_SECONDS);
}

void program_release(struct program *p)
{
    free(p->out);
    free(p->err);
}

size_t program_lines(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

void program_says(const struct program *p, const char *expected)
{
    if (!strstr(p->out, expected))
        fail_msg("it said \"%.700s\", not \"%s\" (and \"%.200s\")", p->out, expected, p->err);
}

void program_complains(const struct program *p, const char *expected)
{
    if (!strstr(p->err, expected))
        fail_msg("it complained \"%.700s\", not \"%s\"", p->err, expected);
}

void talk_start_after(struct talk *t, void (*before)(void), const char *const *arguments)
{
    int to[2], from[2];
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
    t->pid = start(to[0], from[1], null, before, arguments);
    close(to[0]);
    close(from[1]);
    close(null);
    t->to = to[1];
    t->from = from[0];
    t->n = 0;
}

void talk_start(struct talk *t, const char *const *arguments)
{
    talk_start_after(t, NULL, arguments);
}

const char *talk_hear(struct talk *t)
{
    static char answer[65536];
    char *end;
    while ((end = memchr(t->line, '\n', t->n)) == NULL) {
        struct pollfd p = {.fd = t->from, .events = POLLIN};
        if (poll(&p, 1, WAIT_SECONDS * 1000) != 1) fail_msg("it says nothing");
        ssize_t n = read(t->from, t->line + t->n, sizeof t->line - t->n);
        if (n <= 0) fail_msg("it has ended");
        t->n += (size_t)n;
    }
    size_t length = (size_t)(end - t->line);
    memcpy(answer, t->line, length);
    answer[length] = '\0';
    t->n -= length + 1;
    memmove(t->line, end + 1, t->n);
    return answer;
}

const char *talk(struct talk *t, const char *line)
{
    dprintf(t->to, "%s\n", line);
    return talk_hear(t);
}

int talk_end(struct talk *t)
{
    close(t->to);
    int status = status_of(t->pid);
    close(t->from);
    return status;
}
