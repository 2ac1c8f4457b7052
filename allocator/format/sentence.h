/* sentence.h: words and numbers put one behind the other, where there is no stdio. */
#ifndef SENTENCE_H
#define SENTENCE_H

#include <stddef.h>
#include <stdint.h>

/* A sentence under construction; it never overflows, as its end is cut off. */
struct sentence {
    char *at, *end; /* end: the last byte that it may have, for its NUL */
};

/* An empty one in text, which has bytes bytes, at least one. */
struct sentence sentence_in(char *text, size_t bytes);
void sentence_put(struct sentence *s, const char *text);
/* In base 10, or 16 with 0x before it. */
void sentence_put_number(struct sentence *s, uint64_t n, unsigned base);

#endif
