/* policy_own.c: what can be said of an allocator that was loaded. */
#include "block.h"
#include "root.h"

const struct heap_policy_info heap_policy_own = {
    .name = "own", .about = "an allocator of your own", .format = &block_format_opaque};
