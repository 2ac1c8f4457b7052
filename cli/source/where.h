/* where.h: the line of the source that an address of a library stands for. */
#ifndef WHERE_H
#define WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct where {
    char file[256]; /* without its folders */
    char function[64]; /* "": not known */
    int line;
};

/* The first of the n addresses that the library has a line for; addresses are as they lie in the
 * library. Behind the first they are those to which a call returns: the call stands before. False:
 * none has. */
bool where_find(struct where *w, const char *library, const uint64_t *address, size_t n);

#endif
