/* process_find.c: which process is meant, and whether it is one of the kind that has a heap. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/source/process_private.h"
#include "cli/text/ascii.h"
#include "cli/text/text.h"
#include "cli/text/textbuf.h"

#define COMM_MOST 15u /* bytes of the name that the kernel keeps */
#define TOLD_MOST 12u /* processes that an error lists */

/* ── Of a number ── */

static enum refusal say_zombie(const struct proc_stat *s, pid_t pid, char *error, size_t bytes)
{
    text_complain(error, bytes,
                  "process %d (%s) has ended: it is a zombie, until its parent, process %d, asks "
                  "how; expected one that runs",
                  (int)pid, s->name, (int)s->parent);
    return REFUSAL_ZOMBIE;
}

enum refusal process_unknown(pid_t pid, char *error, size_t bytes)
{
    struct proc_stat s;
    bool seen = proc_stat_read(&s, pid);
    if (seen && (s.state == 'Z' || s.state == 'X')) return say_zombie(&s, pid, error, bytes);
    if (seen) {
        text_complain(error, bytes, "process %d (%s) is about to end; expected one that runs",
                      (int)pid, s.name);
        return REFUSAL_NO_PROCESS;
    }
    if (kill(pid, 0) == 0 || errno == EPERM) {
        text_complain(error, bytes,
                      "process %d is hidden from us: " PROC_PATH
                      " is mounted with hidepid; expected to be its user, or root, or of the group "
                      "that the mount's gid= names",
                      (int)pid);
        return REFUSAL_HIDDEN;
    }
    text_complain(error, bytes,
                  "there is no process %d; expected the number or the name of one that runs",
                  (int)pid);
    return REFUSAL_NO_PROCESS;
}

/* Do threads of it run on, where its first has ended? */
static bool lives_without_first(pid_t pid, const struct proc_stat *s)
{
    struct proc_list list = {.id = NULL};
    struct proc_stat one;
    char folder[64];
    bool lives = false;
    snprintf(folder, sizeof folder, PROC_PATH "/%d/task", (int)pid);
    if (s->n_threads > 1 && proc_list_read(&list, folder))
        for (size_t i = 0; i < list.n && !lives; i++)
            lives = proc_stat_read(&one, list.id[i]) && one.state != 'Z' && one.state != 'X';
    proc_list_release(&list);
    return lives;
}

enum refusal process_may_be_opened(pid_t pid, struct proc_stat *s, char *error, size_t bytes)
{
    char why[160], group[32];
    if (!proc_is_ours(PROC_PATH, why, sizeof why)) {
        text_complain(error, bytes,
                      "%s; expected the " PROC_PATH
                      " of our own: in a new pid namespace, mount -t proc proc " PROC_PATH,
                      why);
        return REFUSAL_NAMESPACE;
    }
    if (pid == getpid()) {
        text_complain(error, bytes,
                      "process %d is this brkview, whose heap changes while it looks; expected "
                      "another process",
                      (int)pid);
        return REFUSAL_OURSELVES;
    }
    if (!proc_stat_read(s, pid)) return process_unknown(pid, error, bytes);
    if (s->kernel) {
        text_complain(error, bytes,
                      "process %d (%s) is a thread of the kernel, which has no memory of its own; "
                      "expected a program",
                      (int)pid, s->name);
        return REFUSAL_KERNEL;
    }
    if (proc_status_line(pid, "Tgid:", group, sizeof group) && strtol(group, NULL, 10) != pid) {
        text_complain(error, bytes,
                      "there is no process %d: that is a thread of process %s; expected that "
                      "number",
                      (int)pid, group);
        return REFUSAL_NO_PROCESS;
    }
    if ((s->state == 'Z' || s->state == 'X') && !lives_without_first(pid, s))
        return say_zombie(s, pid, error, bytes);
    return REFUSAL_NONE;
}

/* ── Of a name ── */

struct search {
    const char *name;
    struct proc_list found, others; /* others: of another user */
};

static bool is_last_part(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return strcmp(slash ? slash + 1 : path, name) == 0;
}

static bool link_is(pid_t pid, const char *name)
{
    static const char gone[] = " (deleted)";
    char path[64], link[PATH_MAX];
    snprintf(path, sizeof path, PROC_PATH "/%d/exe", (int)pid);
    ssize_t n = readlink(path, link, sizeof link - 1);
    link[n > 0 ? n : 0] = '\0';
    size_t tail = sizeof gone - 1, length = strlen(link);
    if (length > tail && strcmp(link + length - tail, gone) == 0) link[length - tail] = '\0';
    return is_last_part(link, name);
}

/* A login shell's argv[0] begins with a minus. */
static bool command_is(pid_t pid, const char *name)
{
    char path[64], line[PATH_MAX];
    snprintf(path, sizeof path, PROC_PATH "/%d/cmdline", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, line, sizeof line - 1) : 0;
    if (fd >= 0) close(fd);
    line[n > 0 ? n : 0] = '\0';
    return is_last_part(line[0] == '-' ? line + 1 : line, name);
}

static bool is_called(pid_t pid, const struct proc_stat *s, const char *name)
{
    size_t n = strlen(name);
    if (n == 0) return false; /* as the file of one is called that we may not ask */
    if (n <= COMM_MOST && strcmp(s->name, name) == 0) return true;
    return link_is(pid, name) || command_is(pid, name);
}

/* Whose is it? False: nobody knows. */
static bool owner_of(pid_t pid, uid_t *uid)
{
    char line[64];
    if (!proc_status_line(pid, "Uid:", line, sizeof line)) return false;
    *uid = (uid_t)strtoul(line, NULL, 10);
    return true;
}

static bool search_one(struct search *search, pid_t pid)
{
    struct proc_stat s;
    uid_t uid;
    if (pid == getpid() || !proc_stat_read(&s, pid) || s.kernel) return true;
    if ((s.state == 'Z' || s.state == 'X') && !lives_without_first(pid, &s)) return true;
    if (!is_called(pid, &s, search->name) || !owner_of(pid, &uid)) return true;
    bool ours = geteuid() == 0 || uid == geteuid();
    return proc_list_add(ours ? &search->found : &search->others, pid);
}

static void add_numbers(struct textbuf *w, const struct proc_list *l)
{
    for (size_t i = 0; i < l->n && i < TOLD_MOST; i++)
        textbuf_add(w, "%s%d", i ? ", " : "", (int)l->id[i]);
    if (l->n > TOLD_MOST) textbuf_add(w, " and %zu more", l->n - TOLD_MOST);
}

static enum refusal search_tell(const struct search *search, pid_t *pid, char *error, size_t bytes)
{
    struct textbuf w = {error, 0, bytes};
    const char *name = text_printable(search->name);
    if (search->found.n == 1) {
        *pid = search->found.id[0];
        return REFUSAL_NONE;
    }
    if (search->found.n > 1) {
        textbuf_add(&w, "%zu processes are called %s: ", search->found.n, name);
        add_numbers(&w, &search->found);
        textbuf_add(&w, "; expected one of these numbers");
        return REFUSAL_SEVERAL;
    }
    if (search->others.n > 0) {
        textbuf_add(&w, "no process of yours is called %s, but of other users: ", name);
        add_numbers(&w, &search->others);
        textbuf_add(&w, "; expected one of yours, or: sudo brkview attach NUMBER");
        return REFUSAL_USER;
    }
    textbuf_add(&w, "no process is called %s; expected the number or the name of one that runs",
                *name ? name : "\"\"");
    return REFUSAL_NO_PROCESS;
}

static enum refusal find_by_name(const char *name, pid_t *pid, char *error, size_t bytes)
{
    struct search search = {.name = name};
    struct proc_list all = {.id = NULL};
    bool done = proc_list_read(&all, PROC_PATH);
    int why = errno;
    for (size_t i = 0; i < all.n && done; i++)
        if (!search_one(&search, all.id[i])) done = false, why = ENOMEM;
    enum refusal refusal = REFUSAL_NO_MEMORY;
    if (done)
        refusal = search_tell(&search, pid, error, bytes);
    else if (why == ENOMEM)
        text_complain(error, bytes, "out of memory");
    else
        text_complain(error, bytes, PROC_PATH " can't be read: %s; expected to be let",
                      strerror(why));
    proc_list_release(&all);
    proc_list_release(&search.found);
    proc_list_release(&search.others);
    return refusal;
}

enum refusal process_find(const char *name_or_pid, pid_t *pid, char *error, size_t error_bytes)
{
    struct proc_stat s;
    char why[160], *end;
    *pid = 0;
    errno = 0;
    long number = strtol(name_or_pid, &end, 10);
    if (ascii_is_digit(name_or_pid[0]) && *end == '\0') {
        if (errno || number <= 0 || number > INT_MAX) {
            text_complain(error, error_bytes,
                          "there is no process %s; expected the number or the name of one that "
                          "runs",
                          text_printable(name_or_pid));
            return REFUSAL_NO_PROCESS;
        }
        enum refusal refusal = process_may_be_opened((pid_t)number, &s, error, error_bytes);
        if (refusal == REFUSAL_NONE) *pid = (pid_t)number;
        return refusal;
    }
    if (!proc_is_ours(PROC_PATH, why, sizeof why))
        return process_may_be_opened(1, &s, error, error_bytes);
    return find_by_name(name_or_pid, pid, error, error_bytes);
}
