/* picture_sample.h: pictures made by hand, for the tests and the bench of viz/. */
#ifndef PICTURE_SAMPLE_H
#define PICTURE_SAMPLE_H

#include "viz/picture.h"

enum sample_kind {
    SAMPLE_EMPTY,
    SAMPLE_FREED,
    SAMPLE_FRAGMENTED,
    SAMPLE_LARGE,
    SAMPLE_DAMAGED,
    SAMPLE_DEAD,
    SAMPLE_BUMP,
    SAMPLE_FOREIGN,
    SAMPLE_REGIONS, /* of a process: brk, an arena, one mapped block */
    SAMPLE_GUESSED, /* of a stranger: its map is a guess */
    SAMPLE_N
};

#define SAMPLE_HEAP UINT64_C(0x411000)
#define SAMPLE_LOG 12

struct picture_sample {
    struct picture picture; /* the rest is what it borrows */
    struct snapshot *before, *after;
    struct changes changes;
    struct picture_detail detail;
    struct picture_history history;
    struct view view;
    uint64_t heap_bytes[256], live_bytes[256];
    struct picture_line log[SAMPLE_LOG];
    unsigned char bytes[512];
};

const char *picture_sample_name(enum sample_kind kind); /* "fragmented" */
void picture_sample_make(struct picture_sample *s,
                         enum sample_kind kind); /* ends the test on no memory */
/* A heap of n blocks, some free, with 16-byte headers; changed: the block in the middle has been
 * freed. */
struct snapshot *picture_sample_heap(size_t n, bool changed);
void picture_sample_release(struct picture_sample *s);

/* The same numbers everywhere. */
uint32_t picture_sample_random(uint32_t *state);

#endif
