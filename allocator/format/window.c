/* window.c: see window.h. */
#include "window.h"

#define WINDOW_LEAST 4096u
#define WINDOW_MOST (UINT64_C(1) << 24)

struct window window_of(const struct memory *m, uintptr_t limit)
{
    return (struct window){.memory = m, .want = WINDOW_LEAST, .limit = limit};
}

bool window_move(struct window *w, uintptr_t address, size_t least)
{
    /* A payload may lie between: only a leap of more than was asked for last makes reading on a waste. */
    bool follows = address >= w->base && (address <= w->end || address - w->end <= w->want);
    size_t most = w->limit - address, got = 0;
    w->want = !follows ? WINDOW_LEAST : w->want < WINDOW_MOST ? w->want * 2 : WINDOW_MOST;
    if (most > w->want) most = w->want;
    w->bytes = w->memory->bytes(w->memory, address, least, most < least ? least : most, &got);
    w->base = address;
    w->end = w->bytes == NULL || got < least ? address : address + (got < most ? got : most);
    return w->end - address >= least;
}
