/* process.h: a process of somebody else's: found, named, its mappings read; its heap is for others
 * to find in them. Looking changes nothing there. */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/source/hold.h"
#include "cli/source/layout.h"
#include "cli/source/maps.h"
#include "cli/source/proc.h"
#include "cli/source/refusal.h"

struct segments;
struct segment_stack;

#define PROCESS_WORDS 400u /* bytes that hold every error of these functions */

/* Zero is none. */
struct process {
    pid_t pid;
    pid_t reader; /* through whom its memory is read: pid, or a thread that lives where the first
                     has ended */
    int pidfd; /* -1 where the kernel has none; 0 with pid 0 */
    uint64_t started; /* ticks since boot: a process that has its number later started later */
    char name[64]; /* as it calls itself, printable */
    char executable[512]; /* path of its program, printable; "" if that can't be told */
    bool deleted; /* that file has no name any more: replaced, or removed */
    bool ended; /* once process_has_ended has said so */
    uint64_t code, stack, heap_start; /* of its image, to tell an exec by; where its heap begins */
    uint64_t entry; /* the program's entry point, 0 if that can't be told */
    struct maps maps; /* as last read, with program and libc set */
    struct layout layout; /* of its program, where it lies; empty if that can't be told */
    struct proc_list threads; /* as process_threads_refresh found them */
    struct segment_stack *thread_stack; /* those found, of threads that were there then */
    size_t n_stacks, stacks_room;
    struct hold hold; /* source_process's pause and resume; whoever wants to hold it for a look */
    char not_held[PROCESS_WORDS]; /* why the last pause failed */
};

/* The process that is meant: by its number, or by a name: what it calls itself, its program's file
 * or the last part of its argv[0]. Only processes of our own user are looked for by name (root: of
 * every user), and no kernel threads, zombies, or ourselves. Else one line in error; of several
 * that have that name their numbers. */
enum refusal process_find(const char *name_or_pid, pid_t *pid, char *error, size_t error_bytes);

/* Look at a process from now on: REFUSAL_NONE; release with process_release. Else one line in
 * error, which says why not and what to do, and *p is zero. */
enum refusal process_open(struct process *p, pid_t pid, char *error, size_t error_bytes);
void process_release(struct process *p);

/* Read its mappings, and where its heap begins, anew. False and errno: it has ended (ESRCH), we may
 * not (EACCES, EPERM) or no memory; the mappings are empty then. */
bool process_maps_refresh(struct process *p);

/* Its program break: *brk is the end of [heap], which the kernel tells in whole pages (the true one
 * may lie up to a page below); start == brk: there is no heap yet. */
void process_brk(const struct process *p, uint64_t *start, uint64_t *brk);

/* Its segments, by the mappings as last read. Where threads have their stacks is asked of at most
 * 64 more of them a call; a thread that runs can't tell. */
void process_segments(struct process *p, uint64_t brk, struct segments *to);

/* Has it ended? Never waits. True from then on. A zombie has ended; one whose first thread alone
 * has ended has not. */
bool process_has_ended(struct process *p);

/* 'R', 'S', 'D', 'T' (stopped by a signal), 't' (held by a debugger, or by us), 'Z'; '?' if that
 * can't be told. */
char process_state(const struct process *p);

/* The threads as they are now. False and errno; the list is empty then. */
bool process_threads_refresh(struct process *p);

/* Has it become another program (exec) since it was opened, or since this was asked last? Then
 * name, executable, layout and mappings are those of the new one; what was known of its heap is
 * void. */
bool process_has_execed(struct process *p);

/* Bytes of [start, end) that are in memory now, by /proc/PID/pagemap. False and errno. */
bool process_resident(const struct process *p, uint64_t start, uint64_t end, uint64_t *bytes);

/* Whose malloc it looks like, by the libraries that it has mapped and the sections of its program.
 */
enum process_allocator {
    PROCESS_ALLOCATOR_UNKNOWN, /* a static program, or none that we know: it may be glibc's */
    PROCESS_ALLOCATOR_GLIBC,
    PROCESS_ALLOCATOR_MUSL,
    PROCESS_ALLOCATOR_JEMALLOC,
    PROCESS_ALLOCATOR_MIMALLOC,
    PROCESS_ALLOCATOR_TCMALLOC,
    PROCESS_ALLOCATOR_SCUDO,
    PROCESS_ALLOCATOR_HOARD,
    PROCESS_ALLOCATOR_SNMALLOC,
    PROCESS_ALLOCATOR_SANITIZER, /* that of AddressSanitizer and its like */
    PROCESS_ALLOCATOR_GO, /* Go's objects; what its C parts ask for may be glibc's */
    PROCESS_ALLOCATOR_JAVA /* Java's objects; likewise */
};
enum process_allocator process_allocator(const struct process *p);

/* "jemalloc"; "" of unknown. */
const char *process_allocator_name(enum process_allocator allocator);

/* Its malloc is glibc's beside a heap of another kind (Go, Java) or may be (unknown): worth a look.
 */
bool process_allocator_may_be_glibc(enum process_allocator allocator, const struct process *p);

#endif
