/* proc_read.c: the files of /proc about a process (proc(5)). A process may call itself anything:
 * its name ends at the last parenthesis. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/source/proc.h"
#include "cli/text/ascii.h"

#define KTHREAD 0x00200000u /* PF_KTHREAD, in the flags of /proc/PID/stat */
#define FIELD_STATE 3u /* the first behind the name, as proc(5) counts */
#define FIELDS 48u

/* The whole file; what does not fit is cut. False and errno. */
static bool text_read(const char *path, char *text, size_t bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : 0;
    size_t n = 0;
    while (fd >= 0 && n + 1 < bytes && (got = read(fd, text + n, bytes - n - 1)) > 0)
        n += (size_t)got;
    int error = errno;
    if (fd >= 0) close(fd);
    text[n] = '\0';
    return errno = error, got >= 0;
}

static void name_take(char *to, size_t bytes, const char *from, size_t n)
{
    size_t i = 0;
    for (; i < n && i + 1 < bytes; i++)
        to[i] = from[i] >= ' ' && from[i] <= '~' ? from[i] : '?';
    to[i] = '\0';
}

bool proc_stat_read(struct proc_stat *s, pid_t pid)
{
    char path[64], text[1024];
    uint64_t field[FIELDS + 1] = {0};
    *s = (struct proc_stat){.state = '?'};
    snprintf(path, sizeof path, PROC_PATH "/%d/stat", (int)pid);
    if (!text_read(path, text, sizeof text)) return false;
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (!open || !close || close < open || close[1] != ' ') return errno = ESRCH, false;
    name_take(s->name, sizeof s->name, open + 1, (size_t)(close - open - 1));
    s->state = close[2];
    char *at = close + 3;
    for (size_t i = FIELD_STATE + 1; i <= FIELDS && *at; i++)
        field[i] = strtoull(at, &at, 10);
    s->parent = (pid_t)field[4];
    s->group = (pid_t)field[5];
    s->kernel = field[9] & KTHREAD;
    s->n_threads = field[20];
    s->started = field[22];
    s->resident = field[24] * (uint64_t)sysconf(_SC_PAGESIZE);
    s->code = field[26] > 1 ? field[26] : 0; /* 1: there is one, and it is not for us */
    s->stack = field[28];
    s->brk = field[47];
    return true;
}

bool proc_status_line(pid_t pid, const char *name, char *value, size_t bytes)
{
    char path[64], text[8192];
    snprintf(path, sizeof path, PROC_PATH "/%d/status", (int)pid);
    if (!text_read(path, text, sizeof text)) return false;
    for (char *line = text, *next; *line; line = next) {
        next = strchrnul(line, '\n');
        if (*next) *next++ = '\0';
        if (strncmp(line, name, strlen(name)) != 0) continue;
        line += strlen(name);
        snprintf(value, bytes, "%s", line + strspn(line, " \t"));
        return true;
    }
    return errno = ENOENT, false;
}

/* "number six-arguments sp pc", "-1 sp pc" or "running" (proc(5)). */
bool proc_where(pid_t pid, pid_t thread, uint64_t *pc, uint64_t *sp)
{
    char path[80], text[256];
    *pc = *sp = 0;
    snprintf(path, sizeof path, PROC_PATH "/%d/task/%d/syscall", (int)pid, (int)thread);
    if (!text_read(path, text, sizeof text)) return false;
    char *last = strrchr(text, ' ');
    if (!last || last == text) return false;
    *pc = strtoull(last + 1, NULL, 16);
    *last = '\0';
    char *before = strrchr(text, ' ');
    *sp = before ? strtoull(before + 1, NULL, 16) : 0;
    if (*sp) return true;
    *pc = 0;
    return false;
}

/* ── Lists of numbers ── */

bool proc_list_add(struct proc_list *l, pid_t id)
{
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 16;
        pid_t *moved = reallocarray(l->id, room, sizeof *moved);
        if (!moved) return false;
        l->id = moved;
        l->room = room;
    }
    l->id[l->n++] = id;
    return true;
}

bool proc_list_has(const struct proc_list *l, pid_t id)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->id[i] == id) return true;
    return false;
}

void proc_list_release(struct proc_list *l)
{
    free(l->id);
    *l = (struct proc_list){.id = NULL};
}

bool proc_list_read(struct proc_list *l, const char *folder)
{
    l->n = 0;
    DIR *all = opendir(folder);
    if (!all) return false;
    int error = 0;
    for (struct dirent *e; !error && (errno = 0, e = readdir(all));)
        if (ascii_is_digit(e->d_name[0]) && !proc_list_add(l, (pid_t)atoi(e->d_name)))
            error = ENOMEM;
    if (!error) error = errno;
    closedir(all);
    if (!error) return true;
    l->n = 0;
    return errno = error, false;
}
