/* headers.h: the headers that allocators of the malloc lab include, for who has only mm.c. */
#ifndef HEADERS_H
#define HEADERS_H

#include <stdbool.h>
#include <stddef.h>

/* Folders that they are in, below the one that they are written into; NULL ends them. */
extern const char *const headers_folders[];

/* Write them, and those folders, into folder. False and errno: not all of them. */
bool headers_write(const char *folder);

#endif
