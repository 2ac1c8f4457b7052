/* bad_list.c: what is taken from its list stays in it. */
#define TAKE(c, b) (void)(b)
#include "lists.c"
