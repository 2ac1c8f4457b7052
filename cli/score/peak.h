/* peak.h: where the bytes of a heap were when it was as large as ever: told by the payloads alone,
 * for what lies between them is known to nobody but the allocator. */
#ifndef PEAK_H
#define PEAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "allocator/format/own.h"
#include "cli/score/trace.h"

enum { PEAK_COSTLY = 10 };

/* What lies between two payloads, or behind the last one. */
struct peak_gap {
    uint64_t address, bytes;
    uint64_t freed; /* bytes of it that were in a payload which ended when both neighbours were
                       already there: they are free for sure */
    int64_t after, before; /* the neighbours' ids; -1: the heap's start, its end */
    uint32_t after_size; /* bytes that were asked for */
};

struct peak {
    uint32_t op, line; /* of all moments at which the heap was largest, that with the most payload;
                          op from 1 on */
    uint64_t heap, live; /* bytes then */
    size_t n_live;
    uint64_t most_live; /* of the whole trace, and the first operation after which it lived */
    uint32_t most_live_op, most_live_line;
    uint32_t grew_op, grew_line; /* when the heap became so large; 0: in init */
    uint64_t grew_largest; /* bytes of the largest gap before that operation */
    uint64_t least; /* bytes of the smallest gap between two payloads; 0: there are no two */
    /* A gap below this has no room for a block of its own: twice the smallest gap (the bytes around
     * the payload before it, and around one inside), and a payload of the least size. */
    uint64_t small;
    size_t n_small, n_large;
    uint64_t small_bytes, large_bytes, largest; /* of large ones without the least that each has */
    uint64_t freed; /* of large_bytes */
    uint64_t head, top, top_freed; /* before the first payload, behind the last */
    struct peak_gap costly[PEAK_COSTLY]; /* the largest gaps, the top among them */
    size_t n_costly;
};

struct peak_heap {
    uint64_t start; /* address */
    uint64_t at_init; /* bytes that init took */
    unsigned align; /* of payloads */
};

/* place: of the trace's operations, from a run that was valid. Hostile: any numbers are taken.
 * False: no memory, or the heap was never larger than nothing. O(n log n). */
bool peak_find(struct peak *p, const struct trace *t, const struct own_place *place,
               const struct peak_heap *heap);

#endif
