/* setup.h: what a fresh heap is made with. */
#ifndef SETUP_H
#define SETUP_H

#include <stdint.h>

#include "allocator/format/root.h"

struct session_setup {
    enum heap_policy policy;
    uint64_t limit; /* bytes; HEAP_NO_LIMIT */
    uint64_t value[HEAP_N_SWITCHES]; /* of each switch, whether the policy has it or not */
};

/* policy with every switch at its default and no limit. */
void session_setup_defaults(struct session_setup *setup, enum heap_policy policy);

#endif
