/* paste.h: what a paste becomes in the line. */
#ifndef PASTE_H
#define PASTE_H

#include <stdbool.h>
#include <stddef.h>

/* The text to insert for n pasted bytes, malloc'd; NULL on no memory. Line ends between commands
 * become "; ", comments and empty lines go, a line end at the end goes, tabs become spaces; other
 * controls and what is not valid UTF-8 (without utf8: not ASCII) are dropped. */
char *paste_text(const char *bytes, size_t n, bool utf8);

#endif
