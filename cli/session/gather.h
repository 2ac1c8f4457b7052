/* gather.h: a reader for a walk over blocks so large that only their headers are read: those stand
 * mostly where the picture before has them, so that many are brought at once. What is read is of
 * now; the older picture only says where it pays to read. */
#ifndef GATHER_H
#define GATHER_H

#include "allocator/format/walk.h"
#include "cli/source/process_memory.h"
#include "viz/snapshot.h"

#define GATHER_BYTES                                                                               \
    64u /* of a header; whoever asks for more reads on, and is not served from here */
#define GATHER_MOST 512u /* headers at once */

struct gather {
    struct memory memory; /* first, so that a pointer to it is one to this */
    struct process_memory *from;
    const struct snapshot *older; /* NULL: nothing is known, and each is read for itself */
    size_t wanted; /* headers to bring next: twice as many while they are wanted */
    size_t n, at; /* brought, and the one that is expected next */
    uintptr_t address[GATHER_MOST];
    unsigned char bytes[GATHER_MOST][GATHER_BYTES];
};

/* Both are borrowed. */
void gather_init(struct gather *g, struct process_memory *from, const struct snapshot *older);

#endif
