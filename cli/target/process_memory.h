/* process_memory.h: a reader (walk.h) of another process's memory, through process_vm_readv in pieces of up to 1 MiB. */
#ifndef PROCESS_MEMORY_H
#define PROCESS_MEMORY_H

#include <stdbool.h>
#include <sys/types.h>

#include "allocator/walk.h"

#define PROCESS_MEMORY_PIECE (1u << 20)

struct process_memory {
    struct memory memory; /* first, so that a pointer to it is one to this */
    pid_t pid;
    unsigned char *buffer; /* PROCESS_MEMORY_PIECE bytes, owned */
    int error; /* errno of the last failure: EPERM, ESRCH, EFAULT; 0 */
};

/* False and errno on no memory. */
bool process_memory_init(struct process_memory *m, pid_t pid);
void process_memory_release(struct process_memory *m);

/* Copy up to bytes bytes from address; returns how many came before the first unreadable one. */
size_t process_memory_copy(struct process_memory *m, uintptr_t address, void *to, size_t bytes);

#endif
