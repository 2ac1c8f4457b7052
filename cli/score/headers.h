/* headers.h: the headers that allocators of the malloc lab include, for who has only mm.c. */
#ifndef HEADERS_H
#define HEADERS_H

#include <stdbool.h>
#include <stddef.h>

/* Write them into folder. False and errno: not all of them. */
bool headers_write(const char *folder);

#endif
