/* window.h: a piece of memory at hand, for whoever reads many small things: in large pieces where
 * they lie close together, each alone where they lie far apart, so that what is read costs by
 * things, not by the bytes between them. */
#ifndef WINDOW_H
#define WINDOW_H

#include <stdbool.h>

#include "memory.h"

struct window {
    const struct memory *memory;
    const unsigned char *bytes; /* those at base */
    uintptr_t base, end; /* [base, end) is at hand */
    uint64_t want; /* bytes to ask for next: more while the reading goes on where it ended, few
                      where it leaps */
    uint32_t asked; /* how often something of what is at hand was asked for */
    uintptr_t limit; /* nothing is read at or beyond it */
};

struct window window_of(const struct memory *m, uintptr_t limit);

/* Bring the least bytes at address to hand (the caller has seen that they end at or below limit);
 * false if they can't be read. */
bool window_move(struct window *w, uintptr_t address, size_t least);

/* The least bytes at address, which end at or below limit; valid until the next call. NULL if they
 * can't be read. */
static inline const unsigned char *window_at(struct window *w, uintptr_t address, size_t least)
{
    if ((address < w->base || address > w->end || w->end - address < least) &&
        !window_move(w, address, least))
        return NULL;
    w->asked++;
    return w->bytes + (address - w->base);
}

static inline uint64_t window_word(const unsigned char *bytes, size_t offset)
{
    uint64_t word;
    __builtin_memcpy(&word, bytes + offset, sizeof word);
    return word;
}

#endif
