/* lockstep_private.h: what lockstep.c and lockstep_play.c share. */
#ifndef LOCKSTEP_PRIVATE_H
#define LOCKSTEP_PRIVATE_H

#include "cli/score/lockstep.h"

/* What an operation came to in one heap. */
struct lockstep_record {
    bool failed, grew;
    uint64_t offset, brk;
};

bool lockstep_no_memory(struct lockstep *l);
bool lockstep_heap_begin(struct lockstep *l, struct lockstep_heap *h,
                         const struct lockstep_setup *setup);
void lockstep_heap_release(struct lockstep_heap *h);
/* One operation, in one round trip; what is wrong with it is told in words. */
void lockstep_heap_do(struct lockstep_heap *h, const struct trace_op *op);
/* brk is there behind the operation that was done last. */
void lockstep_heap_count(struct lockstep_heap *h, uint64_t brk);
/* An id names nothing any more; it names a payload. */
void lockstep_forget(struct lockstep_heap *h, int32_t id);
void lockstep_keep(struct lockstep_heap *h, const struct trace_op *op, uint32_t block,
                   uint64_t address);
static inline bool lockstep_frees(const struct trace_op *op)
{
    return op->kind == TRACE_FREE || (op->kind == TRACE_REALLOC && op->size == 0);
}
/* The operations up to n, many in a round trip. False with l->error. */
bool lockstep_heap_play(struct lockstep *l, struct lockstep_heap *h, size_t n,
                        struct lockstep_record *record);

#endif
