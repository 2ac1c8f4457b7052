/* policies.c: the table of placement policies, as far as they can be told without running one. See
 * root.h; what runs is in policy.c's table. */
#include "block.h"
#include "root.h"

#define COMMON_SWITCHES                                                                            \
    (1u << HEAP_LOCK | 1u << HEAP_CANARY | 1u << HEAP_POISON | 1u << HEAP_QUARANTINE)
#define FIT_SWITCHES                                                                               \
    (1u << HEAP_SPLIT | 1u << HEAP_COALESCE | 1u << HEAP_TRIM | 1u << HEAP_ORDER |                 \
     1u << HEAP_GROWTH | COMMON_SWITCHES)

const struct heap_policy_info heap_policies[] = {
    [HEAP_BUMP] = {.name = "bump",
                   .about = "every request moves brk; no header, no free",
                   .format = &block_format_bump,
                   .switches = 1u << HEAP_LOCK,
                   .never_frees = true},
    [HEAP_HEADER] = {.name = "header",
                     .about =
                         "one list of all blocks; the first free one that is large enough, whole",
                     .format = &block_format_header,
                     .switches = 1u << HEAP_TRIM | COMMON_SWITCHES},
    [HEAP_FIRST_FIT] = {.name = "first-fit",
                        .about = "the first free block that is large enough",
                        .format = &block_format_fit,
                        .switches = FIT_SWITCHES},
    [HEAP_NEXT_FIT] = {.name = "next-fit",
                       .about = "the same, but the search goes on where the last one ended",
                       .format = &block_format_fit,
                       .switches = FIT_SWITCHES,
                       .rover = true},
    [HEAP_BEST_FIT] = {.name = "best-fit",
                       .about = "the smallest free block that is large enough",
                       .format = &block_format_fit,
                       .switches = FIT_SWITCHES,
                       .looks_at_all = true},
    [HEAP_WORST_FIT] = {.name = "worst-fit",
                        .about = "the largest free block",
                        .format = &block_format_fit,
                        .switches = FIT_SWITCHES,
                        .looks_at_all = true},
};
const unsigned heap_n_policies = HEAP_N_POLICIES;

_Static_assert(sizeof heap_policies / sizeof heap_policies[0] == HEAP_N_POLICIES,
               "each policy has a row");
