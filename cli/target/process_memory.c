/* process_memory.c: process_vm_readv behind the walk's reader. One piece at a time: gathering single headers is twenty times slower. */
#include "cli/target/process_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

size_t process_memory_copy(struct process_memory *m, uintptr_t address, void *to, size_t bytes)
{
    size_t done = 0;
    while (done < bytes) {
        size_t piece = bytes - done < PROCESS_MEMORY_PIECE ? bytes - done : PROCESS_MEMORY_PIECE;
        struct iovec local = {(char *)to + done, piece};
        struct iovec remote = {(void *)(address + done),
                               piece}; /* NOLINT(performance-no-int-to-ptr): another process's address */
        ssize_t n = process_vm_readv(m->pid, &local, 1, &remote, 1, 0);
        if (n > 0) {
            done += (size_t)n;
        } else {
            m->error = n < 0 ? errno : EFAULT;
            break;
        }
        if ((size_t)n < piece) { /* stopped short at an unmapped page */
            m->error = EFAULT;
            break;
        }
    }
    return done;
}

static const unsigned char *bytes_of(const struct memory *self, uintptr_t address, size_t least, size_t most, size_t *got)
{
    struct process_memory *m = (struct process_memory *)(uintptr_t)self;
    size_t want = most < PROCESS_MEMORY_PIECE ? most : PROCESS_MEMORY_PIECE;
    if (least > want) return NULL;
    size_t n = process_memory_copy(m, address, m->buffer, want);
    if (n < least) return NULL;
    *got = n;
    return m->buffer;
}

bool process_memory_init(struct process_memory *m, pid_t pid)
{
    *m = (struct process_memory){.memory = {.bytes = bytes_of}, .pid = pid};
    m->buffer = malloc(PROCESS_MEMORY_PIECE);
    return m->buffer != NULL;
}

void process_memory_release(struct process_memory *m)
{
    free(m->buffer);
    m->buffer = NULL;
}
