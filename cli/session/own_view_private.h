/* own_view_private.h: what own_view.c and own_report.c share. */
#ifndef OWN_VIEW_PRIVATE_H
#define OWN_VIEW_PRIVATE_H

#include "cli/session/own_view.h"

#define OWN_VIEW_HEADER_MOST 4096u /* bytes from a block's address to its payload */
#define OWN_VIEW_REPORT_MOST (1u << 22) /* blocks */

/* False on no memory. */
bool own_map_add(struct own_map *m, const struct own_part *part);

#endif
