/* waste.h: by how much a heap came to be larger than first fit needs for the same trace. */
#ifndef WASTE_H
#define WASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/score/runner.h"
#include "cli/score/trace.h"

struct waste {
    uint32_t op; /* from 1 on: the first behind which it was as many bytes as were asked for; 0:
                    none was */
    uint64_t heap, needed; /* bytes behind that operation: what the heap had at most by then, and
                              what first fit needs; where there is none, when most were wasted */
    bool grew; /* that operation moved brk; else init had taken as many */
    bool has_gap; /* the heap is one run, and was seen before that operation */
    uint64_t gap; /* bytes of the largest gap in it that held no payload then */
};

/* Of a run that was valid and placed. False: no memory, or places. */
bool waste_find(struct waste *w, const struct runner *r, const struct trace *t,
                const struct runner_end *end, uint64_t bytes);
/* What is wasted: heap without needed. */
uint64_t waste_bytes(const struct waste *w);
/* "malloc(64) of id 3 made the heap …". Returns text. */
const char *waste_words(const struct waste *w, const struct trace *t, char *text, size_t bytes);

#endif
