/* steps.h: telling what the allocator did, in order, while it does it.
 *
 * The steps of one verb, applied as memory writes and moves of brk to a picture of the heap before
 * it, give the picture after it (unless some were skipped): every word of header, links or root
 * that a verb changes is told as STEP_WRITE, at the time it is written (but for the switches and
 * the limit, which the caller knows: he has just set them); every run of guard or poison bytes as
 * STEP_FILL. The other kinds say what the writes are for. Memory that the verb itself has grown is
 * zero in that picture: what lies behind brk is in nobody's. Telling goes through the macro-free
 * functions in steps.c; with -DHEAP_STEPS=0 they are empty inlines and cost nothing. */
#ifndef STEPS_H
#define STEPS_H

#include <stdbool.h>
#include <stdint.h>

#include "block.h"

#ifndef HEAP_STEPS
#define HEAP_STEPS 1
#endif

/* Part of the wire: append, never renumber. */
enum step_kind {
    STEP_PROBE, /* looked at block; why; a = its payload bytes, b = payload bytes wanted */
    STEP_TAKE, /* the free block was chosen for the request; a = its payload bytes */
    STEP_SPLIT, /* block was cut; a = whole bytes it keeps, b = whole bytes of the rest, c = the
                   rest's address */
    STEP_COALESCE, /* block absorbed the block at c; a = whole bytes before, b = whole bytes
                      after */
    STEP_LINK, /* block was put into the free list; a = the block before it there, or 0 */
    STEP_UNLINK, /* block was taken out of the free list */
    STEP_WRITE, /* a word was written: field, offset from block (block 0: from the root), a = old, b
                   = new */
    STEP_SBRK, /* sbrk was called: a = bytes asked (two's complement), b = brk before, c = brk after
                  (b if it failed); why */
    STEP_TRIM, /* sbrk was called to give back: a = bytes, b = brk before, c = brk after */
    STEP_MARK_FREE, /* block was marked free, and no more; a = its payload bytes */
    STEP_COPY, /* a bytes of payload were copied from b to c (block is the new block) */
    STEP_FENCE, /* brk was not ours: a foreign gap of a bytes at b was found, and stepped over to
                   c */
    STEP_SKIPPED, /* a probes are not told one by one */
    STEP_WAIT, /* another thread has the lock: this one waits for it. Told without the lock */
    STEP_LOCK, /* having waited, it has the lock now */
    STEP_FILL, /* b bytes from a on were filled with the byte c: a rear guard, or poison; block is
                  that of the guard, or 0 */
    STEP_QUARANTINE, /* block was freed, and put into quarantine; a = how many blocks are in it
                        now */
    STEP_MAP, /* own: mem_map was asked for a bytes of pages, and gave b to c; both 0: none */
    STEP_UNMAP, /* own: mem_unmap took the a bytes of pages from b to c back */
    STEP_N_KINDS
};

/* Why: of a probe, a failed sbrk, or what kept brk in its place. */
enum step_why {
    WHY_NONE,
    WHY_IN_USE, /* probe */
    WHY_TOO_SMALL, /* probe */
    WHY_FITS, /* probe */
    WHY_BEST_SO_FAR, /* probe: best-fit and worst-fit alike */
    WHY_NOT_BETTER, /* probe: fits, but no better than the best so far */
    WHY_MISALIGNED, /* probe: large enough, but the aligned block can't be cut out of it */
    WHY_LIMIT, /* sbrk: the limit refused */
    WHY_KERNEL, /* sbrk: the kernel refused */
    WHY_FOREIGN, /* sbrk: not the allocator, the command sbrk asked */
    WHY_N
};

/* 40 bytes, fixed layout: it goes over the wire as it is. */
struct step {
    uint8_t kind; /* enum step_kind */
    uint8_t why; /* enum step_why */
    uint16_t field; /* enum block_field, of STEP_WRITE */
    uint32_t offset; /* of STEP_WRITE, bytes */
    uint64_t block;
    uint64_t a, b, c;
};

/* Who is told. tell is called with the heap's lock held, but for STEP_WAIT and while the lock is
 * switched off; it must not call the heap. It may take its time: a thread that tells is held there
 * (race.h). */
struct step_sink {
    void (*tell)(struct step_sink *sink, const struct step *step);
};

/* A sink that keeps steps in an array. Of a run of probes it keeps the first and at least the last
 * STEP_LOG_RUN and counts those between as one STEP_SKIPPED; when the array is full, further steps
 * are counted as skipped too. */
#define STEP_LOG_MAX 512u
#define STEP_LOG_RUN 48u
struct step_log {
    struct step_sink sink; /* first, so that the log is a sink */
    uint32_t n;
    uint32_t run; /* how many probes in the present run */
    struct step steps[STEP_LOG_MAX];
};

/* Empty the log. Call before each verb. */
void step_log_reset(struct step_log *log);

/* "probe", "in use": the names that JSON uses. NULL out of range; why WHY_NONE is "". */
const char *step_kind_name(enum step_kind kind);
const char *step_why_name(enum step_why why);

#if HEAP_STEPS
/* Tell sink one step; the sink is somebody. */
void step_tell_to(struct step_sink *sink, enum step_kind kind, enum step_why why, uintptr_t block,
                  uint64_t a, uint64_t b, uint64_t c);
/* Tell sink (NULL: nobody) one step. */
static inline void step_tell(struct step_sink *sink, enum step_kind kind, enum step_why why,
                             uintptr_t block, uint64_t a, uint64_t b, uint64_t c)
{
    if (sink != NULL) step_tell_to(sink, kind, why, block, a, b, c);
}
/* Tell that field of block (0: root) changed from old to new; says nothing if they are equal.
 * index: of the word, in a field that is an array, else 0. */
void step_tell_write(struct step_sink *sink, enum block_field field, uintptr_t block,
                     uint32_t index, uint64_t old, uint64_t new_value);
#else
static inline void step_tell(struct step_sink *sink, enum step_kind kind, enum step_why why,
                             uintptr_t block, uint64_t a, uint64_t b, uint64_t c)
{
    (void)sink;
    (void)kind;
    (void)why;
    (void)block;
    (void)a;
    (void)b;
    (void)c;
}
static inline void step_tell_write(struct step_sink *sink, enum block_field field, uintptr_t block,
                                   uint32_t index, uint64_t old, uint64_t new_value)
{
    (void)sink;
    (void)field;
    (void)block;
    (void)index;
    (void)old;
    (void)new_value;
}
#endif

#endif
