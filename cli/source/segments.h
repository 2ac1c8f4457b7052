/* segments.h: the segments of a process, from its program's file, /proc/PID/maps and the addresses
 * that it alone knows. */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/source/layout.h"
#include "cli/source/maps.h"
#include "viz/snapshot.h"

#define SEGMENTS_MAX 512u

/* The stack of a thread that is not the first. */
struct segment_stack {
    pid_t thread;
    uint64_t pointer; /* an address in it */
};

/* What is known of the process beside its list of mappings. */
struct segment_marks {
    uint64_t end; /* of the program: the linker's symbol */
    uint64_t heap_start, brk;
    uint64_t start; /* of the program; what is mapped from here to end is its own */
    const struct segment_stack *stack; /* may be NULL */
    size_t n_stacks;
};

/* In address order. Names are printable whatever a file is called. */
struct segments {
    struct snapshot_segment segment[SEGMENTS_MAX];
    size_t n;
    size_t n_left; /* that found no room: the least telling */
    bool no_memory; /* to read which there are */
    char unseen[256]; /* which are missing and why, a sentence; "" if none are */
};

/* The program's own parts from its layout, the heap from heap_start to brk, and from proc/PID/maps
 * the stack, libraries and others. Where proc (PROC_PATH, but in tests) is not to be believed or
 * can't be read, those are missing. */
void segments_read(struct segments *s, const char *proc, pid_t pid, const struct layout *layout,
                   const struct segment_marks *marks);

/* The same of a list of mappings that has been read. A thread's stack is called "stack:TID". */
void segments_of(struct segments *s, const struct maps *maps, const struct layout *layout,
                 const struct segment_marks *marks);

#endif
