/* format_bump.c: no header, no record: there is nothing to walk. */
#include "check_private.h"
#include "format.h"

const struct format format_bump = {.blocks = &block_format_bump, .check_list = check_no_rover};
