/* growth.h: where the heap's memory comes from. growth.c is the only caller of sbrk in the
 * project. */
#ifndef GROWTH_H
#define GROWTH_H

#include <stdbool.h>
#include <stdint.h>

#include "heap_state.h"

/* The seam. sbrk behaves as sbrk(2): moves the break by delta, returns where it was, (void *)-1 and
 * errno ENOMEM on failure. Tests put an arena, a failing call or a foreign gap behind it. */
struct growth {
    void *(*sbrk)(const struct growth *self, intptr_t delta);
};

/* The process's own break. */
extern const struct growth growth_os;

enum growth_result {
    GROWTH_DONE,
    GROWTH_MOVED, /* brk has moved since growth_place: nothing was kept, ask for the place again */
    GROWTH_REFUSED /* h->failure is HEAP_LIMIT, HEAP_NO_MEMORY or HEAP_TOO_FAR, and brk is where it
                      was */
};

/* Where brk is now; 0 if even that can't be told. */
uintptr_t growth_brk(const struct heap *h);

/* Where the next bytes would begin: root.top when brk is still ours (or was found below it), else a
 * multiple of HEAP_ALIGN behind the foreign gap, with at least reserve bytes of ours before it (for
 * a fence; a multiple of HEAP_ALIGN). 0 if brk can't be told. */
uintptr_t growth_place(const struct heap *h, uint64_t reserve);

/* Add need bytes (a multiple of HEAP_ALIGN) at place, which growth_place has just given for the
 * same reserve. If brk was found below top, the difference is grown again by the same call.
 * root.top is not touched. Tells STEP_SBRK and STEP_FENCE. */
enum growth_result growth_extend(struct heap *h, uintptr_t place, uint64_t need, uint64_t reserve);

/* Bytes: the header of any block, or a fence and the header of a block of the fits. */
#define GROWTH_KEPT 32u

/* Give the bytes [to, root.top) back (at least GROWTH_KEPT), if brk is still at root.top. False if
 * it is not, or if the kernel refuses: then nothing has moved, and of the bytes from to on only the
 * first GROWTH_KEPT are what they were for sure: those behind them may have been the kernel's for a
 * moment, if a stranger moved brk just then. root.top is not touched. Tells STEP_TRIM. */
bool growth_trim(struct heap *h, uintptr_t to);

/* Move brk up by bytes, whatever their number, for an allocator that lays out its memory by itself:
 * the limit is obeyed, root.top goes along. *before becomes where it was, 0 on failure. Tells
 * STEP_SBRK, but of 0 bytes nothing. */
enum heap_status growth_give(struct heap *h, uint64_t bytes, uintptr_t *before);

/* Move brk by delta as a stranger: the limit is obeyed, root.top is not touched. Tells STEP_SBRK
 * with WHY_FOREIGN. */
enum heap_status growth_foreign(struct heap *h, intptr_t delta, uintptr_t *before);

#endif
