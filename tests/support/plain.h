/* plain.h: a reader of memory (walk.h) over bytes of this process, which may stand for other
 * addresses, with pieces as small and holes as large as a test likes. */
#ifndef PLAIN_H
#define PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/walk.h"
#include "allocator/heap.h"

struct plain_range {
    uintptr_t address; /* where the bytes seem to be */
    const unsigned char *bytes; /* where they are */
    size_t n;
};

struct plain {
    struct memory memory; /* first: what the walk gets is the reader */
    struct plain_range ranges[2];
    size_t piece; /* the most bytes to give at once, unless more are needed; 0 for no such bound */
    struct plain_range hole; /* addresses that can't be read */
    unsigned calls;
    bool strayed; /* bytes outside the ranges were asked for */
    unsigned char
        *held; /* what was given last; freed with the next call, so that a use too late is seen */
};

/* A reader of the heap's root and of [start, brk), where they really are. */
void plain_of_heap(struct plain *p, const struct heap *h, uintptr_t brk);

/* A reader of two ranges. */
void plain_init(struct plain *p, struct plain_range root, struct plain_range heap);
void plain_release(struct plain *p);

#endif
