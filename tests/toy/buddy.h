/* buddy.h: a toy format and a toy policy, as a newcomer would add them: slots of one size, two at a
 * time. */
#ifndef BUDDY_H
#define BUDDY_H

#include "allocator/format/format.h"

#define BUDDY_SLOT 128u /* whole bytes */
#define BUDDY_HEADER 16u /* +0 size, always 112; +8 is_free */

enum { BUDDY = HEAP_N_POLICIES }; /* its number: its place in the tables */

extern const struct block_format block_format_buddy;
extern const struct format format_buddy;
extern const struct policy policy_buddy;

#endif
