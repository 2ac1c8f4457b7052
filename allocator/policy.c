/* policy.c: the table of placement policies. A new one adds its number to heap.h, its file, and its line here. */
#include "policy.h"

static const struct policy *const policy_table[HEAP_N_POLICIES] = {
    [HEAP_BUMP] = &policy_bump,         [HEAP_HEADER] = &policy_header,     [HEAP_FIRST_FIT] = &policy_first_fit,
    [HEAP_NEXT_FIT] = &policy_next_fit, [HEAP_BEST_FIT] = &policy_best_fit, [HEAP_WORST_FIT] = &policy_worst_fit,
};

const struct policy *policy_of(enum heap_policy policy)
{
    return (unsigned)policy < HEAP_N_POLICIES ? policy_table[policy] : NULL;
}
