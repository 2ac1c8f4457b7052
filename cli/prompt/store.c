/* store.c: the file of earlier lines. It is locked (flock) while it is read, added to or cut. */
#include "cli/prompt/store.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define READ_BYTES_MAX ((size_t)STORE_LINES_MAX * 1024)
#define SLACK_LINES 200u /* the file is cut only now and then */

static void give_up(struct store *s, const char *what)
{
    if (!s->notice[0])
        snprintf(s->notice, sizeof s->notice, "earlier lines are not kept: %s: %s", what,
                 strerror(errno));
    free(s->path);
    s->path = NULL;
}

/* A home that is not there is not ours to make. */
static bool is_there(const char *home)
{
    struct stat st;
    if (stat(home, &st) != 0) return false;
    return S_ISDIR(st.st_mode) || (errno = ENOTDIR, false);
}

char *store_place(const char *name)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    char *path = NULL;
    if (state && state[0] == '/')
        return asprintf(&path, "%s/brkview/%s", state, name) < 0 ? NULL : path;
    const struct passwd *person = home && home[0] == '/' ? NULL : getpwuid(geteuid());
    if (person) home = person->pw_dir;
    if (!home || home[0] != '/') return errno = ENOENT, NULL;
    return !is_there(home) || asprintf(&path, "%s/.local/state/brkview/%s", home, name) < 0 ? NULL
                                                                                            : path;
}

bool store_make_way(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        bool made = (mkdir(path, 0700) == 0 && chmod(path, 0700) == 0) /* whatever umask says */ ||
                    errno == EEXIST || (errno == EROFS && access(path, X_OK) == 0);
        *slash = '/';
        if (!made) return false;
    }
    return true;
}

/* Nobody has business with the file for longer than a moment; whoever holds it longer is not waited
 * for. */
static bool lock_soon(int fd)
{
    for (int tries = 0; tries < 20; tries++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
        if (errno != EWOULDBLOCK && errno != EINTR) return false;
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    errno = EBUSY;
    return false;
}

/* The file, locked; -1 and errno. Anything but a plain file of ours is refused, and never waited
 * for. */
static int open_locked(const char *path)
{
    struct stat st, now;
    int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) return -1;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())
        errno = EPERM;
    else if (((st.st_mode & 0777) == 0600 || fchmod(fd, 0600) == 0) && lock_soon(fd)) {
        if (stat(path, &now) == 0 && now.st_ino == st.st_ino) return fd;
        close(fd); /* another program has just replaced it */
        return open_locked(path);
    }
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* The file's newest bytes, from the beginning of a line on; NULL on no memory or an error. */
static char *read_tail(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    off_t from = size > (off_t)READ_BYTES_MAX ? size - (off_t)READ_BYTES_MAX : 0;
    size_t n = (size_t)(size - from), got = 0;
    char *text = size < 0 ? NULL : malloc(n + 1);
    while (text && got < n) {
        ssize_t more = pread(fd, text + got, n - got, from + (off_t)got);
        if (more <= 0 && !(more < 0 && errno == EINTR)) break;
        if (more > 0) got += (size_t)more;
    }
    if (!text) return NULL;
    text[got] = 0;
    for (size_t i = 0; i < got; i++)
        if (!text[i]) text[i] = ' ';
    char *line = from ? strchr(text, '\n') : NULL;
    if (line) memmove(text, line + 1, strlen(line + 1) + 1);
    return text;
}

/* The beginning of the last STORE_LINES_MAX lines; *n is how many lines there are in all. */
static char *newest(char *text, size_t *n)
{
    *n = 0;
    for (char *at = text; (at = strchr(at, '\n')); at++)
        ++*n; /* the last line has its end: see store_open */
    char *from = text;
    for (size_t skip = *n > STORE_LINES_MAX ? *n - STORE_LINES_MAX : 0; skip; skip--)
        from = strchr(from, '\n') + 1;
    return from;
}

/* Replace the file by its newest lines: written beside it, then renamed over it. */
static bool replace(const char *path, const char *text)
{
    char *beside = NULL;
    if (asprintf(&beside, "%s.XXXXXX", path) < 0) return false;
    int fd = mkostemp(beside, O_CLOEXEC);
    bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0) {
        done = close(fd) == 0 && done && rename(beside, path) == 0;
        if (!done) unlink(beside);
    }
    free(beside);
    return done;
}

static void cut(struct store *s)
{
    int fd = open_locked(s->path);
    if (fd < 0) return;
    char *text = read_tail(fd);
    size_t n = 0;
    if (text) {
        const char *kept = newest(text, &n);
        if (kept != text && replace(s->path, kept)) n = STORE_LINES_MAX;
    }
    s->n_lines = n;
    free(text);
    close(fd);
}

/* A crash or another program may have left the last line without its end. */
static bool end_last_line(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    char last = '\n';
    if (size > 0 && pread(fd, &last, 1, size - 1) != 1) return false;
    return last == '\n' || write(fd, "\n", 1) == 1;
}

void store_open(struct store *s, void (*seen)(const char *line))
{
    memset(s, 0, sizeof *s);
    s->path = store_place("history");
    if (!s->path) {
        give_up(s, "no home");
        return;
    }
    int fd = store_make_way(s->path) ? open_locked(s->path) : -1;
    char *text = fd < 0 || !end_last_line(fd) ? NULL : read_tail(fd);
    if (!text)
        give_up(s, s->path);
    else {
        char *rest = newest(text, &s->n_lines), *line;
        while ((line = strsep(&rest, "\n")))
            if (line[0] && strlen(line) <= STORE_LINE_BYTES_MAX) seen(line);
    }
    free(text);
    if (fd >= 0) close(fd);
    if (s->path && s->n_lines > STORE_LINES_MAX) cut(s);
}

/* All of it, or nothing, and errno. */
static bool append(int fd, const char *bytes, size_t n)
{
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t done = write(fd, bytes, n);
    int error = done < 0 ? errno : ENOSPC; /* a disk that is full takes a part */
    if (done == (ssize_t)n) return true;
    if (done > 0 && size >= 0 && ftruncate(fd, size) != 0) error = errno;
    return errno = error, false;
}

void store_add(struct store *s, const char *line)
{
    size_t n = strlen(line);
    if (!s->path || n > STORE_LINE_BYTES_MAX) return;
    char bytes[STORE_LINE_BYTES_MAX + 1];
    for (size_t i = 0; i < n; i++)
        bytes[i] = line[i];
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f) bytes[i] = ' ';
    bytes[n] = '\n';
    int fd = open_locked(s->path);
    if (fd < 0 || !append(fd, bytes, n + 1)) give_up(s, s->path);
    if (fd >= 0) close(fd);
    if (s->path && ++s->n_lines > STORE_LINES_MAX + SLACK_LINES) cut(s);
}

void store_close(struct store *s)
{
    if (s->path && s->n_lines > STORE_LINES_MAX) cut(s);
    free(s->path);
    s->path = NULL;
}
