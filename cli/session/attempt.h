/* attempt.h: one try to take a picture of a process that is watched: read its heap, at one moment,
 * and make a picture of what was read. Which tries there are is look_process.c's. */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include "cli/session/free_blocks.h"
#include "cli/session/session.h"
#include "cli/session/watch.h"

/* One try. */
struct attempt {
    struct session *session;
    struct watch *watch;
    struct snapshot *snapshot;
    const struct snapshot *older; /* whose first region begins there, too; NULL */
    struct free_blocks free;
    struct walk_damage damage; /* the first one */
    uint64_t n_met;
    size_t room; /* for blocks */
    enum glibc_result found;
    uint64_t start, brk;
    bool whole; /* all agreed */
    bool held; /* its threads are: what does not agree may be damage, and is shown */
    bool no_memory, stopped;
};

/* Read it: what must be done at one moment. O(chunks). */
void attempt_read(struct attempt *a);
/* Make a->snapshot of what was read, for which the process need not stand still. True: it agrees.
 * False: it does not, and there is a snapshot only if a->held; or a->no_memory, a->stopped.
 * O(blocks).
 */
bool attempt_build(struct attempt *a);
/* Forget what was made, for another try. */
void attempt_again(struct attempt *a);

#endif
