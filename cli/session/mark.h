/* mark.h: a state of the heap, kept under a name, and what differs between two of them. */
#ifndef MARK_H
#define MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/session.h"

#define MARK_BYTES_MAX (64u << 20) /* heaps beyond are kept without their bytes */
#define MARKS_MAX 1024u
#define MARKS_TOTAL_MAX                                                                            \
    ((uint64_t)1 << 30) /* bytes of all states: beyond, first their bytes are left out, then they  \
                           are refused */

struct mark {
    char name[LEDGER_NAME_MAX];
    uint32_t seq; /* the command after which it was taken */
    enum heap_policy policy;
    bool canary; /* the blocks in use have guards */
    struct snapshot *snapshot; /* owned */
    unsigned char *bytes; /* [heap_start, brk), owned; NULL if there were too many, or if the target
                             was dead */
    size_t n_bytes;
};

struct marks {
    struct mark *mark;
    size_t n, room;
};

/* Keep the present state (of a program that is watched: the last look) in *mark, in at most most
 * bytes: without the heap's bytes, if with them it would be more. False with s->error on no memory,
 * if it is more without them too, or if it was stopped. O(heap). */
bool mark_take(struct mark *mark, struct session *s, const char *name, uint64_t most);
void mark_release(struct mark *mark);

/* Keep the present state under name as the newest, in place of an older one of that name. False
 * with s->error. */
bool marks_add(struct marks *marks, struct session *s, const char *name);
const struct mark *marks_find(const struct marks *marks, const char *name); /* NULL */
void marks_release(struct marks *marks);

enum difference_kind { DIFFERENCE_ADDED, DIFFERENCE_REMOVED, DIFFERENCE_CHANGED };

/* A block of one state that is not the same in the other. Blocks are the same if address, size,
 * state, owner and request are. */
struct difference_block {
    enum difference_kind kind;
    struct snapshot_block before, after;
};
/* A run of bytes that differ, within what both states hold. */
struct difference_run {
    uint64_t address;
    size_t n_bytes;
};

struct difference {
    struct difference_block *block;
    size_t n_blocks, room_blocks;
    struct difference_run *run;
    size_t n_runs, room_runs;
    uint64_t n_bytes; /* bytes in all runs */
    bool bytes_known; /* both states have their bytes, and begin at the same address */
};

#define DIFFERENCE_STOPPED "interrupted while the states were compared: what differs is not known"

/* What must be done to a's blocks to make b's: in address order, removed before added at one
 * address. O(blocks + bytes). False on no memory, or if it was stopped; s->error says which.
 * Release in any case. */
bool difference_find(struct difference *d, struct session *s, const struct mark *a,
                     const struct mark *b);
void difference_release(struct difference *d);

#endif
