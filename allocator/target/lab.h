/* lab.h: the lab's loop, which brkview-target and brkview-target-own run. */
#ifndef TARGET_LAB_H
#define TARGET_LAB_H

#include <stdbool.h>

struct policy;

/* What comes before all else: from here on libc takes no memory by brk, and this process ends when
 * the viewer does. False: there is no viewer, which has been told. */
bool lab_prepare(void);

/* Say hello, and obey until the wire is at its end. The heap's base is taken here. own runs what
 * HEAP_OWN asks for; NULL: nothing does. */
void lab_serve(const struct policy *own);

#endif
