/* process_each.c: see process_each.h. */
#include "cli/source/process_each.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/source/proc.h"

/* The kernel opens it to those who may trace the process, and to nobody else. */
static bool is_readable(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, PROC_PATH "/%d/mem", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

static int by_number(const void *a, const void *b)
{
    pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;
    return x < y ? -1 : x > y;
}

bool process_each(process_visit *visit, void *user)
{
    struct proc_list list = {.n = 0};
    struct proc_stat s;
    if (!proc_list_read(&list, PROC_PATH)) return false;
    if (list.n > 0) qsort(list.id, list.n, sizeof *list.id, by_number);
    for (size_t i = 0; i < list.n; i++) {
        pid_t pid = list.id[i];
        if (pid == getpid() || pid == getppid() || !proc_stat_read(&s, pid)) continue;
        if (s.kernel || s.state == 'Z' || s.state == 'X' || !is_readable(pid)) continue;
        visit(user, pid, s.name);
    }
    proc_list_release(&list);
    return true;
}
