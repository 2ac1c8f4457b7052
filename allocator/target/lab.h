/* lab.h: the lab's loop, which brkview-target and brkview-target-own run. */
#ifndef TARGET_LAB_H
#define TARGET_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "allocator/format/wire.h"

struct heap;
struct policy;

/* What comes before all else: from here on libc takes no memory by brk, and this process ends when
 * the viewer does. False: there is no viewer, which has been told. */
bool lab_prepare(void);

/* Say hello, and obey until the wire is at its end. The heap's base is taken here. own runs what
 * HEAP_OWN asks for; NULL: nothing does. at: which operation of a WIRE_PLAY is at work. */
void lab_serve(const struct policy *own, volatile uint32_t *at);

/* Do n operations, as many struct wire_play from ops on, and put what WIRE_PLAYED says of each into
 * results. How many were done: those before the first that makes no sense. */
uint32_t lab_play(struct heap *h, const unsigned char *ops, uint32_t n, uint64_t *results,
                  volatile uint32_t *at);

#endif
