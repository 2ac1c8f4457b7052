/* policy.c: the table of placement policies, as far as they run. See policy.h. */
#include "policy.h"

const struct policy *const policies[] = {
    [HEAP_BUMP] = &policy_bump,           [HEAP_HEADER] = &policy_header,
    [HEAP_FIRST_FIT] = &policy_first_fit, [HEAP_NEXT_FIT] = &policy_next_fit,
    [HEAP_BEST_FIT] = &policy_best_fit,   [HEAP_WORST_FIT] = &policy_worst_fit,
};
