/* room.h: a source of growth for benchmarks: a gibibyte of which nothing is taken until it is
 * touched. Nothing is checked but the ends (tests have arena.h). */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>

#include "allocator/growth.h"

struct room {
    struct growth growth; /* first: what sbrk gets is the room */
    unsigned char *start, *brk;
};

/* An empty one. False: no memory. To be released; room_empty brings brk back to the start. */
bool room_init(struct room *r);
void room_empty(struct room *r);
void room_release(struct room *r);

#endif
