/* layout.h: where the parts of a program lie, as its ELF file says, whatever order its linker put
 * them in. */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "viz/snapshot.h"

#define LAYOUT_PARTS_MAX 64u

struct layout_part {
    enum segment_kind kind; /* headers, text, rodata, relro, data, bss */
    uint64_t start, end;
};

/* In address order; neighbours of one kind are one part. */
struct layout {
    struct layout_part part[LAYOUT_PARTS_MAX];
    size_t n;
    uint64_t bias; /* of a position-independent program: added to each address of its file */
};

/* Read it from the section headers of the ELF file at path, or from its program headers where there
 * are no others. False, and *l is empty: it can't be read, is no ELF64 file of this machine's byte
 * order, or is position-independent, so that its file does not know where it lies. */
bool layout_read(struct layout *l, const char *path);

/* The same of a program that runs, position-independent or not: entry is where its entry point lies
 * (AT_ENTRY of its auxiliary vector). False, too, if that can't be so. */
bool layout_read_running(struct layout *l, const char *path, uint64_t entry);

/* 32 or 64: the ELF class of the file at path; 0 if it is no ELF file, -1 and errno if it can't be
 * read. */
int layout_class(const char *path);

/* Has the ELF file at path one of these sections (NULL at the end of names)? */
bool layout_has_section(const char *path, const char *const *names);

/* "text", "data"; what `segments` calls it. */
const char *layout_name(enum segment_kind kind);

#endif
