/* picture.h: the picture of a heap before a verb, to which the verb's steps are applied, to see
 * whether they give the heap after it. */
#ifndef PICTURE_H
#define PICTURE_H

#include <stddef.h>
#include <stdint.h>

#include "allocator/format/steps.h"
#include "allocator/heap.h"

#define PICTURE_STEPS 65536u

/* A sink that keeps every step. */
struct picture_log {
    struct step_sink sink; /* first */
    size_t n;
    struct step steps[PICTURE_STEPS];
};

void picture_log_reset(struct picture_log *log);

/* How many steps of that kind, and the n-th of them (from 0); NULL if there is none. */
size_t picture_count(const struct picture_log *log, enum step_kind kind);
const struct step *picture_step(const struct picture_log *log, enum step_kind kind, size_t n);

struct picture {
    struct heap_root root;
    uintptr_t brk;
    unsigned char *bytes; /* those of [root.start, brk) */
    size_t room;
};

/* Take it as the heap is now. What the picture owned before is used again. */
void picture_take(struct picture *p, const struct heap *h);
void picture_release(struct picture *p);

/* Apply writes and moves of brk. NULL, or what is wrong with a step. */
const char *picture_apply(struct picture *p, const struct picture_log *log);

/* Compare brk, the root's words, all headers and links with the heap as it is now. NULL, or what
 * differs. */
const char *picture_compare(const struct picture *p, const struct heap *h);

#endif
