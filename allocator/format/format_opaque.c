/* format_opaque.c: whatever record an allocator of one's own keeps, nobody here knows it: there is
 * nothing to walk. */
#include "check_private.h"
#include "format.h"

const struct format format_opaque = {.blocks = &block_format_opaque, .check_list = check_no_rover};
