/* write_file.c: apart and moved. Apart is a file without a name, which is gone with us, whatever
 * ends us; on a file system that has none, a file beside the place, which a signal's handler takes
 * away. */
#include "cli/command/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/text/file.h"
#include "cli/text/text.h"

#define NAME_TRIES 100

bool write_file_nameless = true;

char *file_argument(const struct arguments *args, int index, struct outcome *out)
{
    char error[256];
    const char *word = args->word[index];
    if (args->length[index] != strlen(word))
        return outcome_fail(out, "the file's name holds a zero byte; expected a name"), NULL;
    char *path = args->quoted[index] ? strdup(word) : file_named(word, error, sizeof error);
    if (!path) outcome_fail(out, "%s", args->quoted[index] ? "out of memory" : error);
    return path;
}

/* ── The file beside, and signals ── */

static const int fatal[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};
#define N_FATAL (sizeof fatal / sizeof fatal[0])

static char *volatile guarded; /* what a signal takes away; NULL: nothing */

static void take_away(int number)
{
    if (guarded) unlink(guarded);
    signal(number, SIG_DFL);
    raise(number);
}

/* Those that would end us, and that nobody listens to. */
static void guard(char *path, struct sigaction before[N_FATAL])
{
    struct sigaction ours = {.sa_handler = take_away};
    guarded = path;
    for (size_t i = 0; i < N_FATAL; i++) {
        sigaction(fatal[i], NULL, &before[i]);
        if (!(before[i].sa_flags & SA_SIGINFO) && before[i].sa_handler == SIG_DFL)
            sigaction(fatal[i], &ours, NULL);
    }
}

static void guard_end(const struct sigaction before[N_FATAL])
{
    for (size_t i = 0; i < N_FATAL; i++)
        sigaction(fatal[i], &before[i], NULL);
    guarded = NULL;
}

/* ── Apart, and into place ── */

struct apart {
    const char *place;
    FILE *file;
    int fd; /* of a file without a name, -1 */
    char *beside; /* the other's name, NULL */
    bool there; /* something stands at place */
    mode_t mode;
    struct sigaction before[N_FATAL];
};

static void block_all(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, before);
}

static int open_nameless(const char *place)
{
    char *copy = write_file_nameless && access("/proc/self/fd", X_OK) == 0 ? strdup(place) : NULL;
    int fd = copy ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600) : -1;
    free(copy);
    return fd;
}

static int open_beside(struct apart *a)
{
    if (asprintf(&a->beside, "%s.XXXXXX", a->place) < 0)
        return a->beside = NULL, errno = ENOMEM, -1;
    sigset_t before;
    block_all(&before);
    int fd = mkostemp(a->beside, O_CLOEXEC), error = errno;
    if (fd >= 0) {
        guard(a->beside, a->before);
    } else {
        free(a->beside); /* a name that may be somebody else's */
        a->beside = NULL;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return errno = error, fd;
}

/* Open a file to write to. False and errno; apart_end all the same. */
static bool apart_begin(struct apart *a)
{
    int fd = open_nameless(a->place);
    a->fd =
        fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1; /* for its name, when the stream is closed */
    if (fd < 0) fd = open_beside(a);
    a->file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!a->file && fd >= 0) close(fd);
    return a->file && (a->beside || a->fd >= 0);
}

/* Give the file without a name one, at place or beside it; false and errno. */
static bool give_name(int fd, const char *name)
{
    char link[48];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return linkat(AT_FDCWD, link, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* A name can't be given to a file where another has it: beside it, and over it at once. */
static bool name_over(struct apart *a)
{
    bool named = false;
    for (int i = 0; i < NAME_TRIES && !named; i++) {
        free(a->beside);
        if (asprintf(&a->beside, "%s.%06x", a->place,
                     (unsigned)(getpid() * NAME_TRIES + i) & 0xffffffu) < 0)
            return a->beside = NULL, false;
        named = give_name(a->fd, a->beside);
        if (!named && errno != EEXIST) break;
    }
    bool moved = named && rename(a->beside, a->place) == 0;
    int error = errno;
    if (named && !moved) unlink(a->beside);
    return errno = error, moved;
}

static bool into_place(struct apart *a)
{
    sigset_t before;
    if (a->fd < 0) return rename(a->beside, a->place) == 0;
    if (!a->there && give_name(a->fd, a->place)) return true;
    if (!a->there && errno != EEXIST) return false;
    block_all(&before);
    bool moved = name_over(a);
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return errno = error, moved;
}

/* Whatever has not been moved into place is gone. */
static void apart_end(struct apart *a, bool moved)
{
    if (a->file) fclose(a->file);
    if (a->fd >= 0)
        close(a->fd);
    else if (a->beside) {
        if (!moved) unlink(a->beside);
        guard_end(a->before);
    }
    free(a->beside);
}

static bool write_whole(struct apart *a, struct file_content *content, struct outcome *out,
                        int *error)
{
    bool ok = apart_begin(a), moved = false;
    *error = errno;
    if (ok) {
        errno = 0;
        ok = content->write(content, a->file, out) && fflush(a->file) == 0 && !ferror(a->file) &&
             fchmod(fileno(a->file), a->mode) == 0;
        *error = errno ? errno : EIO;
    }
    if (ok) {
        ok = fclose(a->file) == 0;
        a->file = NULL;
        moved = ok && into_place(a);
        if (!moved) *error = errno;
    }
    apart_end(a, moved);
    return moved;
}

/* ── The place ── */

static bool refuse(struct outcome *out, const char *path, int error)
{
    return outcome_fail(out, "%s can't be written: %s; expected a writable place",
                        text_printable(path), strerror(error));
}

/* A file moved into its place would leave the rest of what we print to nobody. */
static bool is_own_output(const struct stat *st)
{
    struct stat own;
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &own) == 0 && own.st_dev == st->st_dev && own.st_ino == st->st_ino)
            return true;
    return false;
}

/* May what stands there be replaced? */
static bool may_replace(const char *path, const char *place, const struct stat *st,
                        const char *what, struct outcome *out)
{
    if (!S_ISREG(st->st_mode))
        return outcome_fail(out, "%s is not a regular file; expected a file to write %s to",
                            text_printable(path), what);
    if (is_own_output(st))
        return outcome_fail(out, "%s is where brkview's own output goes; expected another file",
                            text_printable(path));
    if (!(st->st_mode & 0222)) /* who is root may, but whoever took the permission away did not mean
                                  to be asked by uid */
        return outcome_fail(
            out, "%s is write-protected; expected a file that may be written, or another name",
            text_printable(path));
    return faccessat(AT_FDCWD, place, W_OK, AT_EACCESS) == 0 || refuse(out, path, errno);
}

/* Where path leads, through symbolic links: malloc'd, NULL with the error in out. What is no
 * regular file may have no name (a pipe that a link of /proc leads to): it is refused as what it
 * is. */
static char *follow(const char *path, struct outcome *out)
{
    struct stat st;
    bool link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode) &&
                (stat(path, &st) != 0 || S_ISREG(st.st_mode));
    char *place = link ? realpath(path, NULL) : strdup(path);
    if (!place && link)
        outcome_fail(
            out, "%s is a link to a file that is not there: %s; expected a file, or another name",
            text_printable(path), strerror(errno));
    else if (!place)
        outcome_fail(out, "out of memory");
    return place;
}

static bool write_to(const char *path, const char *place, const char *what,
                     struct file_content *content, struct outcome *out)
{
    int error = 0;
    struct stat st;
    mode_t mask = umask(0);
    struct apart apart = {.place = place, .fd = -1, .mode = 0666 & ~mask};
    umask(mask);
    apart.there = stat(place, &st) == 0;
    if (apart.there) apart.mode = st.st_mode & 0777;
    if (apart.there && !may_replace(path, place, &st, what, out)) return false;
    return write_whole(&apart, content, out, &error) || (!out->error && refuse(out, path, error));
}

bool write_file(const char *path, const char *what, struct file_content *content,
                struct outcome *out)
{
    char *earlier =
        out->error; /* of another command in the same source or repeat: not this one's reason */
    out->error = NULL;
    char *place = follow(path, out);
    bool ok = place && write_to(path, place, what, content, out);
    free(place);
    if (ok) out->error = earlier;
    if (!ok) free(earlier);
    return ok;
}
