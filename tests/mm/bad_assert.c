/* bad_assert.c: an assertion fails at the first free. */
#include <assert.h>
#define ON_FREE(b) assert(in_use(b) && size_of(b) == 3);
#include "tags.c"
