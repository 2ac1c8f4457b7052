/* heap_state.h: a heap, as the parts of the allocator see it. */
#ifndef HEAP_STATE_H
#define HEAP_STATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "allocator/format/root.h"

struct growth; /* growth.h: where memory comes from */
struct policy;
struct step_sink; /* steps.h: who is told what is done; NULL for nobody */

struct heap {
    struct heap_root root;
    pthread_mutex_t lock;
    const struct growth *growth;
    const struct policy *policy; /* policy.h: root.policy's row, */
    const struct block_format *format; /* and that of its blocks */
    struct step_sink *steps;
    enum heap_status failure; /* why the last verb failed; HEAP_OK after one that succeeded */
    uintptr_t fresh; /* the memory from here on was grown since the lock was asked for: what lay
                        there before was nobody's */
    uint64_t was; /* of a block that is about to be resized: what its owner asked for; for a policy
                     that keeps no record */
    bool locked; /* of lock.c: who asked for the lock last has it */
};

#endif
