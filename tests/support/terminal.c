/* terminal.c: the pseudo-terminal and the waiting; what is on the screen is asked of
 * terminal_screen.c's part of the struct. */
#include "tests/support/terminal.h"
#include "tests/support/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/terminal_private.h"

extern char **environ;

static void fail(const char *what)
{
    fprintf(stderr, "terminal: %s: %s\n", what, strerror(errno));
    abort();
}

const char *terminal_program(void)
{
    const char *program = getenv("BRKVIEW");
    return program && program[0] ? program : "./brkview";
}

const char *terminal_home(void) { return scratch_folder(); }

static void set_environment(const char *const *env)
{
    const char *path = getenv("PATH"), *leaks = getenv("LSAN_OPTIONS");
    char *kept = strdup(path ? path : "/usr/bin:/bin"), *kept_leaks = leaks ? strdup(leaks) : NULL;
    char state[SCRATCH_PATH + 16];
    clearenv();
    snprintf(state, sizeof state, "%s/state", terminal_home());
    setenv("PATH", kept, 1);
    if (kept_leaks) setenv("LSAN_OPTIONS", kept_leaks, 1); /* of a sanitized program under test */
    setenv("HOME", terminal_home(), 1);
    setenv("XDG_STATE_HOME", state, 1);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    for (; env && *env; env++) {
        char *name = strdup(*env), *value = strchr(name, '=');
        if (value) *value++ = 0;
        if (value)
            setenv(name, value, 1);
        else
            unsetenv(name);
        free(name);
    }
    free(kept);
    free(kept_leaks);
}

struct terminal *terminal_start(int rows, int columns, const char *const *env,
                                const char *const *argv)
{
    struct terminal *t = calloc(1, sizeof *t);
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    terminal_home();
    if (!t || !terminal_screen_open(t, rows, columns)) fail("no memory");
    t->pid = forkpty(&t->fd, NULL, NULL, &size);
    if (t->pid < 0) fail("forkpty");
    if (t->pid == 0) {
        set_environment(env);
        execv(argv[0], (char *const *)argv);
        fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    return t;
}

void terminal_free(struct terminal *t)
{
    int status;
    if (!t->reaped && waitpid(t->pid, &status, WNOHANG) != t->pid) {
        kill(-t->pid, SIGKILL);
        kill(t->pid, SIGKILL);
        waitpid(t->pid, &status, 0);
    }
    terminal_hang_up(t);
    terminal_screen_close(t);
    free(t->raw);
    free(t);
}

/* ── Reading and waiting ── */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool terminal_wait_full(struct terminal *t, int milliseconds)
{
    int64_t until = now_ms() + milliseconds;
    for (int before = 0, now, same = 0; same < 20 && now_ms() < until; before = now) {
        poll(NULL, 0, 5);
        if (ioctl(t->fd, FIONREAD, &now) != 0) return false;
        same = now > 0 && now == before ? same + 1 : 0;
    }
    return now_ms() < until;
}

static void keep_raw(struct terminal *t, const char *bytes, size_t n)
{
    if (t->n_raw + n > t->room_raw) {
        t->room_raw = 2 * (t->n_raw + n);
        t->raw = realloc(t->raw, t->room_raw);
        if (!t->raw) fail("no memory");
    }
    memcpy(t->raw + t->n_raw, bytes, n);
    t->n_raw += n;
}

/* Wait at most that long for bytes and take them. False: nothing came, or nothing will any more. */
static bool read_some(struct terminal *t, int milliseconds)
{
    char bytes[8192];
    struct pollfd in = {.fd = t->fd, .events = POLLIN};
    if (t->fd < 0 || t->ended) {
        poll(NULL, 0, milliseconds < 10 ? milliseconds : 10);
        return false;
    }
    if (poll(&in, 1, milliseconds) <= 0) return false;
    ssize_t n = read(t->fd, bytes, sizeof bytes);
    if (n <= 0) {
        t->ended = n == 0 || (errno != EAGAIN && errno != EINTR);
        return false;
    }
    keep_raw(t, bytes, (size_t)n);
    if (t->background && t->background[0] && memmem(bytes, (size_t)n, "\033]11;?", 6))
        dprintf(t->fd, "\033]11;%s\033\\", t->background);
    terminal_screen_take(t, bytes, (size_t)n);
    return true;
}

void terminal_pump(struct terminal *t, int milliseconds)
{
    int64_t end = now_ms() + milliseconds;
    for (int64_t left = milliseconds; left >= 0; left = end - now_ms()) {
        read_some(t, (int)left);
        if (left == 0) break;
    }
}

bool terminal_wait_until(struct terminal *t, bool (*holds)(struct terminal *t, void *user),
                         void *user, int milliseconds)
{
    int64_t end = now_ms() + milliseconds;
    for (;;) {
        while (read_some(t, 0)) {
        }
        if (holds(t, user)) return true;
        int64_t left = end - now_ms();
        if (left <= 0) return false;
        read_some(t, left < 20 ? (int)left : 20);
    }
}

static bool shown(struct terminal *t, void *text) { return terminal_find(t, text, NULL) >= 0; }
static bool gone(struct terminal *t, void *text) { return terminal_find(t, text, NULL) < 0; }

bool terminal_wait(struct terminal *t, const char *text, int milliseconds)
{
    return terminal_wait_until(t, shown, (void *)(uintptr_t)text, milliseconds);
}

bool terminal_wait_gone(struct terminal *t, const char *text, int milliseconds)
{
    return terminal_wait_until(t, gone, (void *)(uintptr_t)text, milliseconds);
}

void terminal_set_background(struct terminal *t, const char *color) { t->background = color; }

/* ── Typing ── */

void terminal_send(struct terminal *t, const void *bytes, size_t n)
{
    const char *at = bytes;
    int64_t end = now_ms() + TERMINAL_WAIT_MS;
    while (n && now_ms() < end) {
        ssize_t sent = write(t->fd, at, n);
        if (sent > 0)
            at += sent, n -= (size_t)sent;
        else if (errno != EAGAIN)
            return;
        else
            read_some(t, 5); /* both ways may be full: make room */
    }
}

void terminal_type(struct terminal *t, const char *text) { terminal_send(t, text, strlen(text)); }

void terminal_click(struct terminal *t, int row, int column)
{
    char report[64];
    snprintf(report, sizeof report, "\033[<0;%d;%dM\033[<0;%d;%dm", column + 1, row + 1, column + 1,
             row + 1);
    terminal_type(t, report);
}

/* ── The program ── */

void terminal_resize(struct terminal *t, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    terminal_screen_resize(t, rows, columns);
    ioctl(t->fd, TIOCSWINSZ, &size);
}

void terminal_settings(struct terminal *t, struct termios *settings)
{
    if (tcgetattr(t->fd, settings) != 0) fail("tcgetattr");
}

pid_t terminal_pid(struct terminal *t) { return t->pid; }
void terminal_signal(struct terminal *t, int number) { kill(t->pid, number); }

void terminal_hang_up(struct terminal *t)
{
    if (t->fd >= 0) close(t->fd);
    t->fd = -1;
}

static bool has_exited(struct terminal *t, void *status)
{
    t->reaped = t->reaped || waitpid(t->pid, status, WNOHANG) == t->pid;
    return t->reaped;
}

bool terminal_wait_exit(struct terminal *t, int *status, int milliseconds)
{
    bool exited = terminal_wait_until(t, has_exited, status, milliseconds);
    while (exited && read_some(t, 0)) {
    }
    return exited;
}

static bool has_stopped(struct terminal *t, void *user)
{
    int status;
    (void)user;
    return waitpid(t->pid, &status, WNOHANG | WUNTRACED) == t->pid && WIFSTOPPED(status);
}

bool terminal_wait_stop(struct terminal *t, int milliseconds)
{
    return terminal_wait_until(t, has_stopped, NULL, milliseconds);
}

/* Of /proc/PID/stat: name, state and parent. State 'X': there is no such process. */
static char process_state(pid_t pid, char name[32], pid_t *parent)
{
    char path[48], state = 'X';
    int of = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *stat = fopen(path, "r");
    if (!stat) return 'X';
    if (fscanf(stat, "%*d (%31[^)]) %c %d", name, &state, &of) != 3) state = 'X';
    fclose(stat);
    *parent = of;
    return state;
}

pid_t terminal_child_of(pid_t pid, const char *name)
{
    DIR *processes = opendir("/proc");
    pid_t found = 0;
    for (struct dirent *entry; processes && !found && (entry = readdir(processes));) {
        char its_name[32] = "";
        pid_t its_pid = (pid_t)atoi(entry->d_name), parent = 0;
        if (its_pid > 0 && strchr("XZ", process_state(its_pid, its_name, &parent)) == NULL &&
            parent == pid && !strncmp(its_name, name, strlen(name)))
            found = its_pid;
    }
    if (processes) closedir(processes);
    return found;
}

/* A zombie is gone: where nobody reaps orphans it stays one. */
bool terminal_wait_gone_process(pid_t pid, int milliseconds)
{
    char name[32];
    pid_t parent;
    for (int64_t end = now_ms() + milliseconds; !strchr("XZ", process_state(pid, name, &parent));
         poll(NULL, 0, 10))
        if (now_ms() > end) return false;
    return true;
}
