/* lab.h: the lab's loop, which brkview-target and brkview-target-own run. */
#ifndef TARGET_LAB_H
#define TARGET_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/wire.h"

struct heap;
struct policy;

/* What comes before all else: from here on libc takes no memory by brk, and this process ends when
 * the viewer does. False: there is no viewer, which has been told. */
bool lab_prepare(void);

struct lab_setup {
    const struct policy *own; /* runs what HEAP_OWN asks for; NULL: nothing does */
    volatile uint32_t *at; /* which operation of a WIRE_PLAY is at work */
    /* In a copy (WIRE_COPY): from here on what own tells and prints goes there. NULL: there is
     * nothing such. */
    bool (*take_files)(int told, int prints);
};

/* Say hello, and obey until the wire is at its end. The heap's base is taken here. */
void lab_serve(const struct lab_setup *setup);

/* What comes with a WIRE_COPY, at most: a wire, told, prints. */
#define LAB_FDS 3
/* Make a copy of this process, with fd[0] as its wire: its number, and in the copy 0; below 0:
 * there is none. key: what own_cage.c wants to see. */
long lab_copy(const struct lab_setup *setup, uint64_t key, const int *fd, size_t n);

/* Do n operations, as many struct wire_play from ops on, and put what WIRE_PLAYED says of each into
 * results, and where brk was then into brk; NULL: payloads are filled instead. said: what the
 * checker is to be judged by, and, behind each operation, what it said (lab_check); NULL: it is not
 * called. How many were done: those before the first that makes no sense, or up to the one after
 * which the checker says no, or has printed much. */
uint32_t lab_play(struct heap *h, const unsigned char *ops, uint32_t n, uint64_t *results,
                  uint64_t *brk, uint64_t *said, volatile uint32_t *at);

/* Call the stranger's checker, which is given that line. *said is a WIRE_CHECKED before, and then
 * what it said. False: there is none. */
bool lab_check(struct heap *h, int line, uint64_t *said);

#endif
