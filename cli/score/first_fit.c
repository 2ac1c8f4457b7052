/* first_fit.c: see first_fit.h. Blocks are a list by address, those that are free another, by
 * address as well. I1: no two neighbours are both free. I2: the sum of all sizes is the heap. */
#include "cli/score/first_fit.h"

#include <stdlib.h>

#define NONE UINT32_MAX
enum { HEADER = 8 };

struct first_fit_block {
    uint64_t size; /* bytes, the header among them */
    uint32_t before, behind; /* by address */
    uint32_t before_free, behind_free; /* while it is free */
    bool free;
};

static uint64_t least(const struct first_fit *f) { return (uint64_t)f->align * 2; }

static uint64_t rounded(const struct first_fit *f, uint32_t size)
{
    uint64_t bytes = ((uint64_t)size + HEADER + f->align - 1) / f->align * f->align;
    return bytes < least(f) ? least(f) : bytes;
}

static struct first_fit_block *at(const struct first_fit *f, uint32_t b) { return &f->block[b]; }

/* ── The lists ── */

static uint32_t insert(struct first_fit *f, uint64_t size, uint32_t before)
{
    uint32_t b = f->unused, behind = before == NONE ? NONE : at(f, before)->behind;
    if (b != NONE)
        f->unused = at(f, b)->behind;
    else
        b = f->n_blocks++;
    *at(f, b) = (struct first_fit_block){.size = size, .before = before, .behind = behind};
    if (before != NONE) at(f, before)->behind = b;
    if (behind == NONE)
        f->last = b;
    else
        at(f, behind)->before = b;
    return b;
}

/* b has become part of the block before it. */
static void take_out(struct first_fit *f, uint32_t b)
{
    uint32_t before = at(f, b)->before, behind = at(f, b)->behind;
    at(f, before)->size += at(f, b)->size;
    at(f, before)->behind = behind;
    if (behind == NONE)
        f->last = before;
    else
        at(f, behind)->before = before;
    at(f, b)->behind = f->unused;
    f->unused = b;
}

static void unlink_free(struct first_fit *f, uint32_t b)
{
    uint32_t before = at(f, b)->before_free, behind = at(f, b)->behind_free;
    *(before == NONE ? &f->first_free : &at(f, before)->behind_free) = behind;
    if (behind != NONE) at(f, behind)->before_free = before;
    at(f, b)->free = false;
}

static void link_free(struct first_fit *f, uint32_t b)
{
    uint32_t before = at(f, b)->before;
    while (before != NONE && !at(f, before)->free)
        before = at(f, before)->before;
    uint32_t *next = before == NONE ? &f->first_free : &at(f, before)->behind_free;
    at(f, b)->free = true;
    at(f, b)->before_free = before;
    at(f, b)->behind_free = *next;
    if (*next != NONE) at(f, *next)->before_free = b;
    *next = b;
}

/* ── Blocks ── */

static void split(struct first_fit *f, uint32_t b, uint64_t size)
{
    uint64_t rest = at(f, b)->size - size;
    if (rest < least(f)) return;
    at(f, b)->size = size;
    uint32_t other = insert(f, rest, b), behind = at(f, other)->behind;
    if (behind != NONE && at(f, behind)->free) {
        unlink_free(f, behind);
        take_out(f, behind);
    }
    link_free(f, other);
}

/* The last block, which is not in the free list, has so many bytes at least. */
static void extend(struct first_fit *f, uint64_t size)
{
    if (at(f, f->last)->size >= size) return;
    f->heap += size - at(f, f->last)->size;
    at(f, f->last)->size = size;
}

static uint32_t make(struct first_fit *f, uint64_t size)
{
    uint32_t b = f->first_free;
    while (b != NONE && at(f, b)->size < size)
        b = at(f, b)->behind_free;
    if (b == NONE && f->last != NONE && at(f, f->last)->free) b = f->last;
    if (b != NONE) {
        unlink_free(f, b);
        if (b == f->last) extend(f, size);
        split(f, b, size);
        return b;
    }
    f->heap += size;
    return insert(f, size, f->last);
}

static void drop(struct first_fit *f, uint32_t b)
{
    uint32_t behind = at(f, b)->behind, before = at(f, b)->before;
    if (behind != NONE && at(f, behind)->free) {
        unlink_free(f, behind);
        take_out(f, behind);
    }
    if (before != NONE && at(f, before)->free)
        take_out(f, b);
    else
        link_free(f, b);
}

static uint32_t resize(struct first_fit *f, uint32_t b, uint64_t size)
{
    uint32_t behind = at(f, b)->behind;
    bool may = behind != NONE && at(f, behind)->free;
    uint64_t room = at(f, b)->size + (may ? at(f, behind)->size : 0);
    bool last = b == f->last || (may && behind == f->last);
    if (size > room && !last) {
        uint32_t fresh = make(f, size);
        drop(f, b);
        return fresh;
    }
    if (size > at(f, b)->size && may) {
        unlink_free(f, behind);
        take_out(f, behind);
    }
    if (b == f->last) extend(f, size);
    split(f, b, size);
    return b;
}

/* ── A trace ── */

bool first_fit_begin(struct first_fit *f, const struct trace *trace, unsigned align)
{
    *f = (struct first_fit){
        .trace = trace, .align = align, .last = NONE, .first_free = NONE, .unused = NONE};
    f->block = calloc(trace->n_ops * 2 + 2, sizeof *f->block); /* an operation makes two at most */
    f->of_id = malloc((trace->n_ids + (size_t)1) * sizeof *f->of_id);
    for (uint32_t id = 0; f->of_id && id < trace->n_ids; id++)
        f->of_id[id] = NONE;
    return f->block && f->of_id;
}

void first_fit_step(struct first_fit *f)
{
    const struct trace_op *op = &f->trace->op[f->at++];
    if (op->id < 0) return;
    uint32_t *b = &f->of_id[op->id];
    if (op->kind == TRACE_ALLOC) *b = NONE; /* what had this name can't be freed any more */
    bool had = *b != NONE;
    if (op->kind == TRACE_FREE || op->size == 0) {
        if (had) drop(f, *b);
        *b = NONE;
        return;
    }
    *b = had ? resize(f, *b, rounded(f, op->size)) : make(f, rounded(f, op->size));
}

void first_fit_release(struct first_fit *f)
{
    free(f->block);
    free(f->of_id);
    *f = (struct first_fit){.n_blocks = 0};
}
