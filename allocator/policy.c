/* policy.c: the table of placement policies, as far as they run. See policy.h. */
#include "policy.h"

#include "allocator/format/block.h"

static const struct policy *const policy_table[HEAP_N_POLICIES] = {
    [HEAP_BUMP] = &policy_bump,         [HEAP_HEADER] = &policy_header,     [HEAP_FIRST_FIT] = &policy_first_fit,
    [HEAP_NEXT_FIT] = &policy_next_fit, [HEAP_BEST_FIT] = &policy_best_fit, [HEAP_WORST_FIT] = &policy_worst_fit,
};

const struct policy *policy_of(enum heap_policy policy)
{
    return (unsigned)policy < HEAP_N_POLICIES ? policy_table[policy] : NULL;
}

bool policy_round(uint64_t size, uint64_t *rounded)
{
    return block_round_up(size, rounded) && *rounded <= (uint64_t)PTRDIFF_MAX - HEADER_BLOCK_MIN;
}
