/* segments.h: the segments of a process, from /proc/PID/maps and the addresses that it alone knows. */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "viz/snapshot.h"

#define SEGMENTS_MAX 96u

/* What the process told of itself. */
struct segment_marks {
    uint64_t etext, edata, end; /* the linker's symbols */
    uint64_t heap_start, brk;
};

/* Fill segments in address order: text from the first executable mapping of the program to etext, data to edata, bss to end, heap from
 * heap_start to brk, stack as mapped; headers, rodata, relro, libraries as further named ones. Returns how many (at most most), 0 with
 * errno if the maps can't be read. Names are printable whatever the file is called. */
size_t segments_read(pid_t pid, const struct segment_marks *marks, struct snapshot_segment *segments, size_t most);

#endif
