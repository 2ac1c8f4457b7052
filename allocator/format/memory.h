/* memory.h: any memory that can be read: a process's from outside, or plain bytes. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* A reader of memory. bytes returns a pointer to the bytes from address on, valid until the next
 * call: at least least of them, at most most; *got is how many. NULL if the first least can't be
 * read. How many more than least come is the reader's choice. */
struct memory {
    const unsigned char *(*bytes)(const struct memory *self, uintptr_t address, size_t least,
                                  size_t most, size_t *got);
};

#endif
