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
};

/* Read it from the section headers of the ELF file at path, or from its program headers where there
 * are no others. False, and *l is empty: it can't be read, is no ELF64 file of this machine's byte
 * order, or is position-independent, so that its file does not know where it lies. */
bool layout_read(struct layout *l, const char *path);

/* "text", "data"; what `segments` calls it. */
const char *layout_name(enum segment_kind kind);

#endif
