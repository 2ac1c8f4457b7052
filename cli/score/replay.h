/* replay.h: a trace on the lab's heap, played forward and, from the beginning, to any operation.
 * Blocks of the trace are named after its ids, t5, beside the numbers that the lab gives them. */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/command/lab.h"
#include "cli/command/trace_player.h"
#include "cli/score/checkpoint.h"
#include "cli/score/runner.h"
#include "cli/score/trace.h"
#include "cli/score/verdict.h"
#include "cli/session/play.h"

/* How far one target's heap is. */
struct replay_heap {
    pid_t pid; /* 0: of no target yet */
    size_t at; /* operations done */
    struct play_slot *slot; /* owned, by id of the trace */
    uint32_t *named; /* owned, by id: the block that has its name; 0: none */
    /* It descends from the first checkpoint, and nothing was done in it but the trace, up to so
     * many requests of the session. */
    bool kept;
    uint64_t n_asked;
    double ms; /* that its operations took to play */
    uint64_t n_steps; /* that they told */
};

struct replay {
    struct trace_player base; /* see verb_replay.h */
    const struct trace *trace; /* borrowed, with */
    const char *name; /* its name, printable */
    struct play_op *op; /* owned: the same, for the session */
    /* Of the present target, and, while an undo makes another, of the one that may come back. */
    struct replay_heap heap[2];
    struct checkpoints checkpoints;
    size_t peak; /* behind so many operations most bytes live */
    const struct runner *runner; /* of the allocator, if it is a stranger's; borrowed; NULL */
    bool judged; /* it was run on the trace, and verdict is what came of it */
    struct verdict verdict;
    uint64_t heap_lo, heap_hi; /* of the heap that verdict speaks of */
    int32_t victim; /* the id whose payload was spoiled, or lay where another came; -1: none */
};

/* False on no memory. To be released either way. */
bool replay_init(struct replay *r, const struct trace *trace, const char *name,
                 const struct runner *runner);
void replay_release(struct replay *r);

/* Operations done in the heap on show. */
size_t replay_at(struct replay *r, const struct lab *lab);
/* The next n operations, at most as many as there are; with `set checkheap on` up to the one behind
 * which the checker says no (done->unsound, s->error). False with s->error: the target died in the
 * one at replay_at, or it was stopped. */
bool replay_play(struct replay *r, struct lab *lab, size_t n, struct play_done *done);
/* A fresh heap, and the first n operations: from the last checkpoint before, what they returned is
 * known. */
bool replay_from_start(struct replay *r, struct lab *lab, size_t n, struct play_done *done);
/* What `score` says of it, once. False with one line in error: there is no stranger's allocator, or
 * it could not be run. */
bool replay_judge(struct replay *r, char *error, size_t error_bytes);
/* text, where addresses of the heap that verdict speaks of are those of the heap on show: both
 * begin on a page. Malloc'd; NULL on no memory. */
char *replay_placed(const struct replay *r, const struct lab *lab, const char *text);
/* The block that an id of the trace stands for now, 0. */
uint32_t replay_block(struct replay *r, const struct lab *lab, int32_t id);

#endif
