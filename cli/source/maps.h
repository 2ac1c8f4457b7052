/* maps.h: the mappings of a process, as /proc/PID/maps lists them. */
#ifndef MAPS_H
#define MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum maps_kind {
    MAPS_ANONYMOUS, /* "", or a name that the program gave it ("[anon:…]") */
    MAPS_FILE,
    MAPS_HEAP, /* [heap]: from the start of the program break up to it, in whole pages */
    MAPS_STACK, /* [stack]: the first thread's */
    MAPS_KERNEL /* [vdso], [vvar], [vsyscall] */
};

struct map {
    uint64_t start, end;
    uint64_t offset; /* of its start in the file */
    uint64_t device, inode; /* of the file, 0 without one; device as makedev makes it */
    const char *path; /* "" or as the kernel names it, printable: bytes that are not are '?' */
    enum maps_kind kind;
    bool readable, writable, executable, shared;
    bool deleted; /* the file has no name any more; path is without the " (deleted)" */
    bool program; /* process.h: of the program's own file, or the bss behind; else false */
    bool libc; /* likewise of glibc's libc.so.6 */
};

/* In address order; none lies in two. Zero is an empty one. */
struct maps {
    struct map *map;
    size_t n;
    size_t room;
    char *text; /* owned: what the paths point into */
};

#define MAPS_BYTES_MAX (64u << 20) /* of the list's text: about 600,000 mappings */

/* Read the list of proc/PID (PROC_PATH, but in tests) anew, in one go. False and errno: it can't be
 * read; *m is empty then. A process that has no memory any more has no mappings, which is true with
 * n = 0. Lines that can't be true (out of order, no addresses) are left out. O(mappings). */
bool maps_read(struct maps *m, const char *proc, pid_t pid);
void maps_release(struct maps *m);

/* The mapping that holds the address, or NULL. O(log n). */
const struct map *maps_at(const struct maps *m, uint64_t address);

/* What follows the last '/' of its path: "libc.so.6"; of others their whole name: "[stack]". */
const char *maps_base(const struct map *map);

#endif
