/* textbuf.h: a sentence in the making, in a buffer of the caller's, cut where the room ends. */
#ifndef TEXTBUF_H
#define TEXTBUF_H

#include <stddef.h>

struct textbuf {
    char *text; /* always terminated */
    size_t n, room;
};

/* Append, as printf does. */
void textbuf_add(struct textbuf *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
