/* segments.h: the segments of a process, from its program's file, /proc/PID/maps and the addresses
 * that it alone knows. */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/source/layout.h"
#include "viz/snapshot.h"

#define SEGMENTS_MAX 96u

/* What the process told of itself. */
struct segment_marks {
    uint64_t end; /* of the program: the linker's symbol */
    uint64_t heap_start, brk;
};

/* In address order. Names are printable whatever a file is called. */
struct segments {
    struct snapshot_segment segment[SEGMENTS_MAX];
    size_t n;
    bool no_memory; /* to read which there are */
    char unseen[256]; /* which are missing and why, a sentence; "" if none are */
};

/* The program's own parts from its layout, the heap from heap_start to brk, and from proc/PID/maps
 * the stack, libraries and others. Where proc (PROC_PATH, but in tests) is not to be believed or
 * can't be read, those are missing. */
void segments_read(struct segments *s, const char *proc, pid_t pid, const struct layout *layout,
                   const struct segment_marks *marks);

#endif
