/* window.c: see window.h. */
#include "window.h"

#define WINDOW_ALONE 64u /* bytes: one header, and its guard */
#define WINDOW_LEAST 4096u
#define WINDOW_MOST (UINT64_C(1) << 24)
/* Bytes from one thing to the next: reading what lies between costs more than another call. */
#define WINDOW_SPARSE 4096u

struct window window_of(const struct memory *m, uintptr_t limit)
{
    return (struct window){.memory = m, .want = WINDOW_LEAST, .limit = limit};
}

/* How much to read at address. More than the time before, if the reading goes on there and needed
 * what was read. */
static uint64_t window_want(const struct window *w, uintptr_t address)
{
    bool first = w->bytes == NULL,
         goes_on = address >= w->base && (address <= w->end || address - w->end <= w->want);
    if (first) return WINDOW_LEAST;
    if (!goes_on || (address - w->base) / WINDOW_SPARSE > w->asked) return WINDOW_ALONE;
    if (w->want < WINDOW_LEAST) return WINDOW_LEAST;
    return w->want < WINDOW_MOST ? w->want * 2 : WINDOW_MOST;
}

bool window_move(struct window *w, uintptr_t address, size_t least)
{
    size_t most = w->limit - address, got = 0;
    w->want = window_want(w, address);
    if (most > w->want) most = w->want;
    w->bytes = w->memory->bytes(w->memory, address, least, most < least ? least : most, &got);
    w->base = address;
    w->end = w->bytes == NULL || got < least ? address : address + (got < most ? got : most);
    w->asked = 0;
    return w->end - address >= least;
}
