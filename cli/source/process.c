/* process.c: the life of a process that is looked at. Its number is a name for it only together
 * with the time when it started; a pidfd, where the kernel has them, is one by itself. */
#include "cli/source/process.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "cli/source/process_private.h"
#include "cli/source/segments.h"
#include "cli/text/text.h"

#define EXEC_NAPS 50u
#define EXEC_NAP_NS 1000000

/* ── Who it is ── */

static void printable(char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~') *text = '?';
}

static void executable_read(struct process *p)
{
    static const char gone[] = " (deleted)";
    struct stat st;
    char path[64];
    snprintf(path, sizeof path, PROC_PATH "/%d/exe", (int)p->reader);
    ssize_t n = readlink(path, p->executable, sizeof p->executable - 1);
    p->executable[n > 0 ? n : 0] = '\0';
    size_t tail = sizeof gone - 1, length = strlen(p->executable);
    p->deleted = length > tail && strcmp(p->executable + length - tail, gone) == 0 &&
                 stat(path, &st) == 0 && st.st_nlink == 0; /* it may be called so */
    if (p->deleted) p->executable[length - tail] = '\0';
    printable(p->executable);
}

/* The first thread, unless it has ended and others run on. 0: nobody does. */
static pid_t reader_find(pid_t pid)
{
    struct proc_stat s;
    struct proc_list list = {.id = NULL};
    char folder[64];
    pid_t found = 0;
    if (!proc_stat_read(&s, pid)) return 0;
    if (s.state != 'Z' && s.state != 'X') return pid;
    snprintf(folder, sizeof folder, PROC_PATH "/%d/task", (int)pid);
    if (proc_list_read(&list, folder))
        for (size_t i = 0; i < list.n && !found; i++)
            if (proc_stat_read(&s, list.id[i]) && s.state != 'Z' && s.state != 'X')
                found = list.id[i];
    if (list.id == NULL && errno == ENOMEM) found = pid; /* nobody knows that it has ended */
    proc_list_release(&list);
    return found;
}

/* AT_ENTRY of its auxiliary vector, 0 if that can't be read. */
static uint64_t entry_read(pid_t reader)
{
    char path[64];
    Elf64_auxv_t a;
    uint64_t entry = 0;
    snprintf(path, sizeof path, PROC_PATH "/%d/auxv", (int)reader);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && read(fd, &a, sizeof a) == sizeof a && a.a_type != AT_NULL)
        if (a.a_type == AT_ENTRY) entry = a.a_un.a_val;
    if (fd >= 0) close(fd);
    return entry;
}

/* What an exec changes. False and errno: it has ended (ENOENT, ESRCH), or no memory. */
static bool image_read(struct process *p)
{
    struct proc_stat s;
    char path[64];
    if (!proc_stat_read(&s, p->reader) || s.started == 0) return false;
    snprintf(p->name, sizeof p->name, "%s", s.name);
    p->code = s.code;
    p->stack = s.stack;
    p->heap_start = s.brk;
    p->entry = entry_read(p->reader);
    executable_read(p);
    snprintf(path, sizeof path, PROC_PATH "/%d/exe", (int)p->reader);
    p->n_stacks = 0;
    errno = 0;
    layout_read_running(&p->layout, path, p->entry);
    if (errno != ENOMEM) return true;
    p->entry = 0; /* it is read again with the mappings */
    return errno = ENOMEM, false;
}

/* ── Its mappings ── */

static bool same_file(const struct map *a, const struct map *b)
{
    return a->kind == MAPS_FILE && b->kind == MAPS_FILE && a->inode == b->inode &&
           a->device == b->device && strcmp(a->path, b->path) == 0;
}

static bool is_libc(const struct map *m)
{
    const char *base = maps_base(m);
    return m->kind == MAPS_FILE &&
           (strcmp(base, "libc.so.6") == 0 || strncmp(base, "libc-2.", 7) == 0);
}

/* What is mapped behind a file's writable part, with no file, is its bss. */
static void mark(struct process *p)
{
    const struct map *program = maps_at(&p->maps, p->entry), *before = NULL;
    for (size_t i = 0; i < p->maps.n; i++) {
        struct map *m = &p->maps.map[i];
        m->program = program && same_file(m, program);
        m->libc = is_libc(m);
        bool behind = before && before->kind == MAPS_FILE && before->writable &&
                      before->end == m->start && m->kind == MAPS_ANONYMOUS && m->writable;
        if (behind) {
            m->program = before->program;
            m->libc = before->libc;
        }
        before = m;
    }
}

bool process_maps_refresh(struct process *p)
{
    struct proc_stat s;
    pid_t reader = reader_find(p->pid);
    if (reader == 0 || process_has_ended(p)) {
        p->maps.n = 0;
        return errno = ESRCH, false;
    }
    p->reader = reader;
    if (!maps_read(&p->maps, PROC_PATH, reader)) {
        if (errno == ENOENT) errno = ESRCH;
        return false;
    }
    if (p->entry == 0) image_read(p); /* it was in the midst of an exec */
    if (proc_stat_read(&s, reader)) p->heap_start = s.brk;
    mark(p);
    return true;
}

void process_brk(const struct process *p, uint64_t *start, uint64_t *brk)
{
    uint64_t from = 0, to = 0;
    for (size_t i = 0; i < p->maps.n; i++) {
        const struct map *m = &p->maps.map[i];
        if (m->kind != MAPS_HEAP) continue;
        if (to == 0) from = m->start;
        to = m->end;
    }
    bool known = p->heap_start > 0 && (to == 0 || (p->heap_start >= from && p->heap_start < to));
    *start = known ? p->heap_start : from; /* where bss lies directly below, both are one mapping */
    *brk = to ? to : *start;
}

bool process_resident(const struct process *p, uint64_t start, uint64_t end, uint64_t *bytes)
{
    uint64_t entry[512], page = (uint64_t)sysconf(_SC_PAGESIZE);
    char path[64];
    *bytes = 0;
    snprintf(path, sizeof path, PROC_PATH "/%d/pagemap", (int)p->reader);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    uint64_t at = start / page, last = end / page + (end % page != 0);
    ssize_t got = 0;
    while (at < last) {
        size_t n = last - at < 512 ? (size_t)(last - at) : 512;
        got = pread(fd, entry, n * sizeof entry[0], (off_t)(at * sizeof entry[0]));
        if (got <= 0) break;
        n = (size_t)got / sizeof entry[0];
        for (size_t i = 0; i < n; i++)
            if (entry[i] >> 63) *bytes += page;
        at += n;
    }
    int error = errno;
    close(fd);
    return errno = error, got >= 0;
}

/* ── Its end ── */

bool process_has_ended(struct process *p)
{
    struct proc_stat s;
    struct pollfd poller = {.fd = p->pidfd, .events = POLLIN};
    if (p->ended || p->pid == 0) return true;
    if (p->pidfd >= 0)
        p->ended = poll(&poller, 1, 0) == 1; /* all its threads have */
    else
        p->ended = !proc_stat_read(&s, p->pid) || s.started != p->started ||
                   ((s.state == 'Z' || s.state == 'X') && reader_find(p->pid) == 0);
    return p->ended;
}

char process_state(const struct process *p)
{
    struct proc_stat s;
    return proc_stat_read(&s, p->reader) && (p->reader != p->pid || s.started == p->started)
               ? s.state
               : '?';
}

bool process_threads_refresh(struct process *p)
{
    char folder[64];
    snprintf(folder, sizeof folder, PROC_PATH "/%d/task", (int)p->pid);
    return proc_list_read(&p->threads, folder);
}

bool process_has_execed(struct process *p)
{
    struct proc_stat s;
    char before[sizeof p->executable];
    pid_t reader = process_has_ended(p) ? 0 : reader_find(p->pid);
    if (reader == 0 || !proc_stat_read(&s, reader)) return false;
    snprintf(before, sizeof before, "%s", p->executable);
    executable_read(p);
    bool same = strcmp(before, p->executable) == 0;
    if (s.code == p->code && s.stack == p->stack && same) return false;
    /* The file is the new one before its code and stack have their places: that exec was told. */
    bool told = same && (p->entry == 0 || p->code == 0 || p->stack == 0);
    p->reader = reader;
    image_read(p);
    process_maps_refresh(p);
    return !told;
}

/* One in the midst of an exec has no program yet; that takes no longer than the file's first pages.
 */
static void await_image(struct process *p)
{
    for (unsigned i = 0; i < EXEC_NAPS && p->entry == 0 && image_read(p); i++)
        nanosleep(&(struct timespec){.tv_nsec = EXEC_NAP_NS}, NULL);
}

/* ── May we? ── */

/* Read one word of it in either way: 0, or the errno that refuses both. What is not there is no
 * refusal. */
static int try_read(const struct process *p)
{
    uint64_t word;
    char path[64];
    const struct map *m = NULL;
    for (size_t i = 0; i < p->maps.n && !m; i++)
        if (p->maps.map[i].readable && p->maps.map[i].kind != MAPS_KERNEL) m = &p->maps.map[i];
    if (!m) return 0;
    struct iovec local = {&word, sizeof word};
    struct iovec remote = {(void *)(uintptr_t)m->start,
                           sizeof word}; /* NOLINT(performance-no-int-to-ptr) */
    if (process_vm_readv(p->reader, &local, 1, &remote, 1, 0) >= 0 || errno == EFAULT ||
        errno == ESRCH)
        return 0;
    int error = errno;
    snprintf(path, sizeof path, PROC_PATH "/%d/mem", (int)p->reader);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return error;
    if (pread(fd, &word, sizeof word, (off_t)m->start) >= 0 || errno == EIO) error = 0;
    close(fd);
    return error;
}

static enum refusal judge(const struct process *p, int why, char *error, size_t bytes)
{
    struct refusal_rights rights;
    if (why == ENOMEM) return text_complain(error, bytes, "out of memory"), REFUSAL_NO_MEMORY;
    if (!refusal_rights_read(&rights, p->pid)) return process_unknown(p->pid, error, bytes);
    enum refusal refusal = refusal_judge(&rights);
    refusal_say(refusal, &rights, p->pid, p->name, why, error, bytes);
    return refusal;
}

static enum refusal open_it(struct process *p, char *error, size_t bytes)
{
    char path[64];
#ifdef SYS_pidfd_open
    p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0); /* closed by exec from the start */
#endif
    struct proc_stat s;
    errno = 0;
    if (!image_read(p) || !proc_stat_read(&s, p->pid) || s.started != p->started)
        return errno == ENOMEM ? judge(p, ENOMEM, error, bytes)
                               : process_unknown(p->pid, error, bytes);
    snprintf(path, sizeof path, PROC_PATH "/%d/exe", (int)p->reader);
    if (layout_class(path) == 32) {
        text_complain(error, bytes,
                      "process %d (%s) is a 32-bit program; expected a 64-bit one: its blocks lie "
                      "otherwise",
                      (int)p->pid, p->name);
        return REFUSAL_32_BIT;
    }
    if (!process_maps_refresh(p) && errno != ESRCH) return judge(p, errno, error, bytes);
    await_image(p);
    if (!process_maps_refresh(p) && errno != ESRCH) return judge(p, errno, error, bytes);
    int refused = try_read(p);
    if (refused) return judge(p, refused, error, bytes);
    if (process_has_ended(p) || p->maps.n == 0) return process_unknown(p->pid, error, bytes);
    return REFUSAL_NONE;
}

enum refusal process_open(struct process *p, pid_t pid, char *error, size_t error_bytes)
{
    struct proc_stat s;
    *p = (struct process){.pid = pid, .pidfd = -1};
    enum refusal refusal = process_may_be_opened(pid, &s, error, error_bytes);
    if (refusal == REFUSAL_NONE) {
        p->started = s.started;
        p->reader = reader_find(pid);
        refusal = open_it(p, error, error_bytes);
    }
    if (refusal != REFUSAL_NONE) process_release(p);
    return refusal;
}

void process_release(struct process *p)
{
    hold_free(&p->hold);
    if (p->pid && p->pidfd >= 0) close(p->pidfd);
    maps_release(&p->maps);
    proc_list_release(&p->threads);
    free(p->thread_stack);
    *p = (struct process){.pid = 0};
}
