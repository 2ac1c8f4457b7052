/* mm-merge.c: lesson 12, the fourth: boundary tags as they should be. Its search looks at every
 * block, used or free. */
#define PUT_REST(block, size) put(block, size, 0)
#include "mm-tags.h"
