/* words.h: a sentence in the making, in a buffer of the caller's, cut where the room ends. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

struct words {
    char *text; /* always terminated */
    size_t n, room;
};

/* Append, as printf does. */
void words_say(struct words *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
