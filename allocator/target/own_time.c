/* own_time.c: the pass that measures: the operations, and nothing between them. */
#include <stddef.h>
#include <sys/mman.h>
#include <time.h>

#include "allocator/target/own.h"

struct held {
    void *at;
    size_t size;
};

#ifndef OWN_CLOCK /* make bench measures what the processor did, whatever else runs */
#define OWN_CLOCK CLOCK_MONOTONIC
#endif
double own_now(void)
{
    struct timespec t;
    clock_gettime(OWN_CLOCK, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct held *held; /* by id */

static void run_all(struct own *o)
{
    const struct own_op *op = o->job->op, *end = op + o->job->n_ops;
    for (; op < end; op++) {
        struct held *h = &held[op->id];
        switch (op->kind) {
        case OWN_ALLOC:
            h->at = o->malloc(op->size);
            h->size = op->size;
            break;
        case OWN_REALLOC:
            h->at = own_realloc(o, h->at, h->size, op->size);
            h->size = op->size;
            break;
        case OWN_FREE:
            o->free(h->at);
            h->at = NULL;
            break;
        default:
            o->free(NULL);
        }
    }
}

/* libc's heap is not emptied by own_begin_round. */
static void give_back(struct own *o)
{
    for (uint32_t id = 0; o->job->libc && id < o->job->n_ids; id++)
        o->free(held[id].at);
}

void own_time(struct own *o)
{
    size_t bytes = (o->job->n_ids + (size_t)1) * sizeof(struct held);
    held = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if ((void *)held == MAP_FAILED) {
        o->result->fault = OWN_NO_ARENA;
        return;
    }
    for (uint32_t round = 0; round < o->job->rounds; round++) {
        for (uint32_t id = 0; id < o->job->n_ids; id++)
            held[id] = (struct held){NULL, 0};
        double from = own_now();
        if (!own_begin_round(o, round)) return;
        if (o->job->counted) own_count_begin();
        run_all(o);
        if (o->job->counted) o->result->instructions = own_count_end();
        o->result->seconds[round] = own_now() - from;
        give_back(o);
    }
}
