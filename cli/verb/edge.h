/* edge.h: what C, this heap and glibc make of size 0 and of NULL. */
#ifndef EDGE_H
#define EDGE_H

#include "cli/tell/outcome.h"

enum edge { EDGE_ZERO, EDGE_REALLOC_ZERO, EDGE_FREE_NULL };

/* Tell it in lines, and add it to the JSON as "promises". call is as it would be written:
 * "malloc(0)". */
void edge_tell(struct outcome *out, enum edge edge, const char *call);

#endif
