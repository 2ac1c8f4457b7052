/* process_memory.c: large pieces, where what is wanted lies close together; where not, many small
 * ones in one call. */
#include "cli/source/process_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cli/source/proc.h"

#define YAMA "/proc/sys/kernel/yama/ptrace_scope"

/* EFAULT is the answer of the memory itself, ESRCH that of nobody; all else says that we are not
 * let. */
static bool is_refusal(int error) { return error != EFAULT && error != ESRCH; }

static ssize_t by_call(const struct process_memory *m, uintptr_t address, void *to, size_t bytes)
{
    struct iovec local = {to, bytes};
    struct iovec remote = {
        (void *)address, bytes}; /* NOLINT(performance-no-int-to-ptr): another process's address */
    return process_vm_readv(m->pid, &local, 1, &remote, 1, 0);
}

/* The same from the file, with the same errors. */
static ssize_t by_file(const struct process_memory *m, uintptr_t address, void *to, size_t bytes)
{
    if (address > INT64_MAX) return errno = EFAULT, -1;
    ssize_t n = pread(m->file, to, bytes, (off_t)address);
    if (n == 0) return errno = ESRCH, -1; /* the process has no memory any more */
    if (n < 0 && errno == EIO) errno = EFAULT;
    return n;
}

/* A /proc that is not ours has a stranger under that number. */
static bool file_open(struct process_memory *m)
{
    char path[64], why[160];
    if (!proc_is_ours(PROC_PATH, why, sizeof why)) return false;
    snprintf(path, sizeof path, PROC_PATH "/%d/mem", (int)m->pid);
    m->file = open(path, O_RDONLY | O_CLOEXEC);
    return m->file >= 0;
}

static ssize_t read_piece(struct process_memory *m, uintptr_t address, void *to, size_t bytes)
{
    if (m->file >= 0) return by_file(m, address, to, bytes);
    ssize_t n = by_call(m, address, to, bytes);
    int error = errno;
    if (n >= 0 || !is_refusal(error)) return n;
    if (file_open(m)) return by_file(m, address, to, bytes);
    return errno = error, -1;
}

size_t process_memory_copy(struct process_memory *m, uintptr_t address, void *to, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        size_t piece = bytes - done < PROCESS_MEMORY_PIECE ? bytes - done : PROCESS_MEMORY_PIECE;
        ssize_t n = read_piece(m, address + done, (char *)to + done, piece);
        if (n < 0 && errno == ESRCH) m->gone = true;
        if (n < 0 && is_refusal(errno)) m->refused = errno;
        if (n <= 0) break;
        done += (size_t)n;
        if ((size_t)n < piece) break; /* stopped short at an unmapped page */
    }
    return done;
}

#define GATHER_AT_ONCE 64u

size_t process_memory_gather(struct process_memory *m, const uintptr_t *address, size_t n,
                             size_t bytes, void *to)
{
    struct iovec remote[GATHER_AT_ONCE];
    size_t done = 0;
    while (done < n) {
        size_t k = n - done < GATHER_AT_ONCE ? n - done : GATHER_AT_ONCE;
        char *place = (char *)to + done * bytes;
        ssize_t came = -1;
        for (size_t i = 0; i < k; i++)
            remote[i] = (struct iovec){(void *)address[done + i],
                                       bytes}; /* NOLINT(performance-no-int-to-ptr) */
        if (m->file < 0)
            came = process_vm_readv(m->pid, &(struct iovec){place, k * bytes}, 1, remote, k, 0);
        if (came < 0)
            came =
                process_memory_copy(m, address[done], place, bytes) == bytes ? (ssize_t)bytes : 0;
        done += (size_t)came / bytes;
        if ((size_t)came < bytes) break;
    }
    return done;
}

static const unsigned char *bytes_of(const struct memory *self, uintptr_t address, size_t least,
                                     size_t most, size_t *got)
{
    struct process_memory *m = (struct process_memory *)(uintptr_t)self;
    size_t want = most < PROCESS_MEMORY_PIECE ? most : PROCESS_MEMORY_PIECE;
    if (least > want) return NULL;
    size_t n = process_memory_copy(m, address, m->buffer, want);
    if (n < least) return NULL;
    *got = n;
    return m->buffer;
}

/* ── Words ── */

static const char *name_of(int error)
{
    switch (error) {
    case EPERM:
        return "EPERM: ";
    case EACCES:
        return "EACCES: ";
    case ENOSYS:
        return "ENOSYS: ";
    default:
        return "";
    }
}

/* Yama's rule, 0 where there is none: from 2 on even a parent may not read its child. */
static int yama_scope(void)
{
    char digit = '0';
    int fd = open(YAMA, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, &digit, 1) != 1) digit = '0';
    if (fd >= 0) close(fd);
    return digit - '0';
}

bool process_memory_refused(const struct process_memory *m, char *words, size_t words_bytes)
{
    if (m->refused == 0) return false;
    const char *advice =
        yama_scope() >= 2
            ? "; expected " YAMA " to be 0 or 1"
            : ": a filter of system calls refuses process_vm_readv, and /proc/PID/mem can't be "
              "read "
              "either; expected a sandbox that allows one of them (of a container: the capability "
              "SYS_PTRACE)";
    snprintf(words, words_bytes, "the target's memory can't be read (%s%s)%s", name_of(m->refused),
             strerror(m->refused), advice);
    return true;
}

/* ── Life ── */

void process_memory_forgive(struct process_memory *m)
{
    m->refused = 0;
    m->gone = false;
}

void process_memory_watch(struct process_memory *m, pid_t pid)
{
    if (m->file >= 0) close(m->file);
    m->file = -1;
    m->pid = pid;
    process_memory_forgive(m);
}

bool process_memory_init(struct process_memory *m, pid_t pid)
{
    *m = (struct process_memory){.memory = {.bytes = bytes_of}, .pid = pid, .file = -1};
    m->buffer = malloc(PROCESS_MEMORY_PIECE);
    return m->buffer != NULL;
}

void process_memory_release(struct process_memory *m)
{
    if (m->buffer)
        process_memory_watch(m, 0); /* one that was never made is zero, and 0 is a file's number */
    free(m->buffer);
    m->buffer = NULL;
}
