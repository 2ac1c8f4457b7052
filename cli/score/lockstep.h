/* lockstep.h: one trace on several heaps, operation by operation, each heap in a target of its own:
 * what each came to, and where they part.
 *
 * What is live is the program's own view: what it has asked for and not freed, though an allocator
 * may have refused to take it back (bump). Offsets are from each heap's start, so that heaps are
 * compared wherever they lie. */
#ifndef LOCKSTEP_H
#define LOCKSTEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/score/cover.h"
#include "cli/score/trace.h"
#include "cli/session/play.h"
#include "cli/session/session.h"

enum { LOCKSTEP_MOST = 16 };

struct lockstep_setup {
    const char *name; /* as the person says it; borrowed */
    bool is_file; /* an allocator of one's own, which setup.own is once that is open */
    struct session_setup setup;
};

/* A heap at one moment. */
struct lockstep_moment {
    size_t op; /* behind so many operations */
    uint64_t heap_bytes, live_bytes; /* brk above the heap's start; asked for */
    uint64_t free_bytes; /* payloads of free blocks; where has_free */
    bool has_free; /* the heap was looked at, and keeps a record of what is free */
    bool guessed; /* that record is what its words seem to be: a guess */
};

/* The first operation that it did not do. */
struct lockstep_failure {
    size_t op; /* from 1 on; 0: none */
    char words[200];
};

struct lockstep_heap {
    const struct lockstep_setup *setup;
    struct session *session; /* owned */
    uint32_t *block, *size; /* by id of the trace: the ledger's id, 0 where it names none; bytes */
    uint64_t *at; /* by id, too: the payload's offset */
    struct play_slot *slot; /* by id: of play_ops */
    struct cover cover; /* of a stranger's: what the payloads have that it gave */
    size_t n_ops, n_failed; /* done, with those that failed */
    struct lockstep_failure failure, death;
    uint64_t live_bytes;
    uint64_t most_heap; /* bytes at most */
    struct lockstep_moment peak; /* when most bytes were live; the first such */
    struct lockstep_moment seen; /* when most bytes live by the trace, if nothing fails */
    uint64_t n_requests, n_looked; /* mallocs and reallocs, and the blocks that they looked at */
    bool counts_looks; /* it tells its steps */
    /* Of the last operation: */
    bool failed;
    uint64_t offset; /* of the payload, 0: none */
    uint64_t brk; /* above the start */
    bool grew; /* brk went up */
};

/* What differs: one failed, the payloads' places, brk. */
enum lockstep_by { PARTED_RESULT, PARTED_PLACE, PARTED_BRK };

/* Two heaps, after an operation that both began from the same. */
struct lockstep_parting {
    size_t op; /* from 1 on; 0: they have not parted */
    size_t one, other; /* of heap[] */
    enum lockstep_by by;
    uint64_t of_one, of_other; /* offsets: payloads, 0 for none; or brk */
};

struct lockstep {
    const struct trace *trace; /* borrowed */
    struct lockstep_heap heap[LOCKSTEP_MOST];
    size_t n;
    size_t at; /* operations done */
    size_t peak_op; /* by the trace alone: most bytes are live behind so many */
    struct lockstep_parting parted; /* payload's offset or brk */
    struct lockstep_parting grew; /* brk went up under one, and not under the other */
    struct target_timeout *timeout; /* borrowed */
    char error[512];
};

/* Start a target for each of n heaps (at least one, at most LOCKSTEP_MOST). setups and trace are
 * borrowed until lockstep_release, which is to be called either way. False with l->error. */
bool lockstep_begin(struct lockstep *l, const struct lockstep_setup *setups, size_t n,
                    const struct trace *trace, struct target_timeout *timeout);
/* The next operation, in every heap whose target lives. False: there is none, or there was no
 * memory (l->error is not ""). */
bool lockstep_step(struct lockstep *l);
/* What of each heap is free, as it stands now. False with l->error. */
bool lockstep_look(struct lockstep *l, struct lockstep_moment moment[LOCKSTEP_MOST]);
/* Once all is played: what of each heap was free at its peak. Where operations have failed, that is
 * made again in a fresh target. False with l->error. */
bool lockstep_peaks(struct lockstep *l);
/* The next operations, LOCKSTEP_MANY at most, few round trips for each heap: the same otherwise. */
enum { LOCKSTEP_MANY = 512 };
bool lockstep_play(struct lockstep *l);
void lockstep_release(struct lockstep *l);

/* The most bytes live at once by the most bytes of the heap; 0 of an empty one. */
double lockstep_utilization(const struct lockstep_heap *h);
/* Blocks looked at for a request, on average. */
double lockstep_looked(const struct lockstep_heap *h);

/* "the payload is at +0x120 under header, at +0xa0 under first-fit". Returns text. */
const char *lockstep_difference_words(enum lockstep_by by, uint64_t of_one, const char *one,
                                      uint64_t of_other, const char *other, char *text,
                                      size_t bytes);
/* "operation 12 (line 16), malloc(64) of id 3: the payload is at +0x120 under header, at +0xa0
 * under first-fit". Returns text. */
const char *lockstep_parting_words(const struct lockstep *l, const struct lockstep_parting *p,
                                   char *text, size_t bytes);

#endif
