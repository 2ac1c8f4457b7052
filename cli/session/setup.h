/* setup.h: what a fresh heap is made with. */
#ifndef SETUP_H
#define SETUP_H

#include <stdint.h>

#include "allocator/format/root.h"

struct own_setup; /* own_target.h */

struct session_setup {
    enum heap_policy policy;
    const struct own_setup
        *own; /* what HEAP_OWN is, borrowed (own_target.h); NULL: there is none */
    uint64_t limit; /* bytes; HEAP_NO_LIMIT */
    uint64_t value[HEAP_N_SWITCHES]; /* of each switch, whether the policy has it or not */
};

/* policy with every switch at its default and no limit. */
void session_setup_defaults(struct session_setup *setup, enum heap_policy policy);

#endif
