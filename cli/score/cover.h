/* cover.h: which bytes of a heap somebody has, by grains of 4. */
#ifndef COVER_H
#define COVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cover {
    uint64_t *word; /* owned; a bit a grain */
    size_t n;
};

void cover_release(struct cover *c);
/* Is a byte of [from, to) taken, of what begins with a grain? O(bytes / 256). */
bool cover_any(const struct cover *c, uint64_t from, uint64_t to);
/* They are taken, or free again. False: no memory. */
bool cover_set(struct cover *c, uint64_t from, uint64_t to, bool taken);

#endif
