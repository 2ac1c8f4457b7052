/* image.h: a copy of what a look at a program's heap may read, to be spoiled and looked at again.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "tests/support/heapwork.h"

struct image {
    struct memory memory; /* first: what the look gets is the reader */
    struct glibc_map map[4096];
    unsigned char *bytes[4096]; /* of each mapping that a look may want; else NULL */
    size_t n;
    uint64_t brk;
    bool strayed; /* bytes outside the mappings were asked for */
    unsigned char *held; /* what was given last */
};

/* Of heapwork, as it stands. */
void image_of(struct image *m, struct heapwork *h);
void image_release(struct image *m);

/* Where the bytes at address are kept; fails the test if they are not. */
unsigned char *image_at(struct image *m, uint64_t address);
uint64_t image_word(struct image *m, uint64_t address);
void image_put(struct image *m, uint64_t address, uint64_t word);

#endif
