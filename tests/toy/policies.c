/* policies.c: the table of policies with a row more; linked before libformat.a, it stands in the
 * place of ours. */
#include "buddy.h"

const struct heap_policy_info heap_policies[] = {
    [HEAP_BUMP] = {.name = "bump",
                   .about = "bump",
                   .format = &block_format_bump,
                   .switches = 1u << HEAP_LOCK,
                   .never_frees = true},
    [HEAP_HEADER] = {.name = "header",
                     .about = "header",
                     .format = &block_format_header,
                     .switches = 1u << HEAP_LOCK | 1u << HEAP_TRIM},
    [HEAP_FIRST_FIT] = {.name = "first-fit",
                        .about = "first-fit",
                        .format = &block_format_fit,
                        .switches = 1u << HEAP_LOCK},
    [HEAP_NEXT_FIT] = {.name = "next-fit",
                       .about = "next-fit",
                       .format = &block_format_fit,
                       .switches = 1u << HEAP_LOCK,
                       .rover = true},
    [HEAP_BEST_FIT] = {.name = "best-fit",
                       .about = "best-fit",
                       .format = &block_format_fit,
                       .switches = 1u << HEAP_LOCK},
    [HEAP_WORST_FIT] = {.name = "worst-fit",
                        .about = "worst-fit",
                        .format = &block_format_fit,
                        .switches = 1u << HEAP_LOCK},
    [BUDDY] = {.name = "buddy",
               .about = "slots of 128 bytes, two at a time",
               .format = &block_format_buddy,
               .switches = 1u << HEAP_LOCK},
};
const unsigned heap_n_policies = BUDDY + 1;
