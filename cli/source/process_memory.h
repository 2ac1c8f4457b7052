/* process_memory.h: a reader (walk.h) of another process's memory, through process_vm_readv in
 * pieces of up to 1 MiB; where that call is refused, through /proc/PID/mem. */
#ifndef PROCESS_MEMORY_H
#define PROCESS_MEMORY_H

#include <stdbool.h>
#include <sys/types.h>

#include "allocator/format/walk.h"

#define PROCESS_MEMORY_PIECE (1u << 20)

struct process_memory {
    struct memory memory; /* first, so that a pointer to it is one to this */
    pid_t pid;
    unsigned char *buffer; /* PROCESS_MEMORY_PIECE bytes, owned */
    int file; /* /proc/PID/mem, -1 while the call is good enough */
    int refused; /* errno: nobody lets us read, whatever the address; 0. Stays until
                    process_memory_forgive */
    bool gone; /* there is no such process any more; likewise */
};

/* False and errno on no memory. */
bool process_memory_init(struct process_memory *m, pid_t pid);
void process_memory_release(struct process_memory *m);
/* Another process from now on. */
void process_memory_watch(struct process_memory *m, pid_t pid);
/* Let what was refused be asked for again. */
void process_memory_forgive(struct process_memory *m);

/* Copy up to bytes bytes from address; returns how many came before the first unreadable one. */
size_t process_memory_copy(struct process_memory *m, uintptr_t address, void *to, size_t bytes);

/* The same of n places at once, a few bytes each, which come one behind the other; returns how many
 * came whole before the first that did not. */
size_t process_memory_gather(struct process_memory *m, const uintptr_t *address, size_t n,
                             size_t bytes, void *to);

/* Was a read refused? Then it tells nothing about the memory: one line says by what, and what to
 * do. */
bool process_memory_refused(const struct process_memory *m, char *words, size_t words_bytes);

#endif
