/* bad_coalesce.c: sound, but free neighbours never merge. */
#define MERGES 0
#include "tags.c"
