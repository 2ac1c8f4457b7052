/* bad_exit.c: it ends the process at the first free. */
#include <stdlib.h>
#define ON_FREE(b) exit(size_of(b) ? 3 : 4);
#include "tags.c"
