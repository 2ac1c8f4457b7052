/* arena.h: a source of growth inside the test's own process, with the faults that a real brk has.
 *
 * The bytes of an arena are static; beyond its break they are poisoned under ASan, and scribbled
 * over when the break goes down, so that nobody reads what has been given back. One arena can be in
 * use at a time. */
#ifndef ARENA_H
#define ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/growth.h"

#define ARENA_MOST (8u << 20)

struct arena {
    struct growth growth; /* first: what sbrk gets is the arena */
    uintptr_t base, brk, end;
    unsigned moves; /* calls that were to move the break, so far */
    unsigned fail_at; /* the call of that number fails; 0 for none */
    unsigned stray_at; /* just before the call of that number, a stranger moves the break by stray;
                          0 for none */
    intptr_t stray;
    bool silent; /* even sbrk(0) fails */
    bool deaf; /* going down does nothing, and is called success: as glibc's sbrk below the first
                  break */
};

/* An arena of bytes (at most ARENA_MOST), all zero, whose break is offset bytes above a page's
 * start. */
void arena_init(struct arena *a, size_t bytes, size_t offset);

/* Make the n-th move from now on fail, or let a stranger in before it. */
void arena_fail(struct arena *a, unsigned n);
void arena_stray(struct arena *a, unsigned n, intptr_t delta);

/* Move the break as a stranger; asserts that it can be done. Returns where it was. */
uintptr_t arena_foreign(struct arena *a, intptr_t delta);

#endif
