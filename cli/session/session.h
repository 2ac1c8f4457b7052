/* session.h: one target, and the log of the commands that made it what it is.
 *
 * The session asks the target, keeps what the heap does not hold (ids, names, requested sizes:
 * ledger.h), looks at the heap from outside after every command (look.c), and can make every
 * earlier state again (log.h). It prints nothing and parses nothing. */
#ifndef SESSION_H
#define SESSION_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "allocator/format/check.h"
#include "cli/session/free_blocks.h"
#include "cli/session/ledger.h"
#include "cli/session/log.h"
#include "cli/session/own_view.h"
#include "cli/session/setup.h"
#include "cli/session/step_trace.h"
#include "cli/source/process_memory.h"
#include "cli/source/target.h"
#include "viz/changes.h"
#include "viz/picture.h"
#include "viz/snapshot.h"

/* The longest heap that a session follows: offsets are kept in 32 bits of 16 bytes. */
#define SESSION_HEAP_MAX (UINT64_C(1) << 36)

#define SESSION_PRINTED_MAX (64u << 10)

/* Whoever hears keys and signals while a command runs. */
struct session;
struct session_ear {
    void (*hear)(const struct session_ear *self,
                 struct session *s); /* never waits; may set s->stop */
    unsigned every_ms; /* at most so often */
};

/* Two threads of the target that are being led step by step. */
struct session_race {
    bool under_way;
    uint64_t brk; /* when it began: what lies beyond is the threads' own */
    bool lock; /* the lock was on when it began */
    uint64_t bytes[2]; /* of their mallocs */
    enum race_state state[2];
    bool waited[2]; /* it had to wait for the lock */
    uint64_t payload[2]; /* once done; 0 for NULL, */
    enum heap_status status[2]; /* and why that was */
    uint32_t id[2]; /* of the blocks, 0 before and for NULL */
};

struct watch; /* watch.h */
struct own_list; /* own_target.h */

struct session {
    struct watch *watch; /* of a process that runs by itself, owned; NULL: the target is the lab */
    struct target target;
    struct process_memory memory;
    struct target_timeout *timeout; /* borrowed; NULL: TARGET_SECONDS */
    const struct session_ear
        *ear; /* borrowed; NULL: nobody listens, or signals set stop by themselves */
    struct timespec heard; /* when it was asked last */
    const struct own_list
        *owns; /* borrowed: which allocators `policy own NAME` may name; NULL: none */
    bool aslr;
    struct session_setup setup; /* in force now */
    struct session_setup first_setup; /* of the session's beginning */
    struct ledger ledger;
    struct session_race race;
    struct log log;
    struct step_trace trace; /* what the present command did */
    struct heap_root root; /* as last read from the target */
    struct snapshot *snapshot; /* never NULL after session_start */
    uint64_t looks; /* that have succeeded */
    uint32_t looked_front; /* the bytes before a payload by which the blocks of snapshot were known
                              to the ledger, */
    uint32_t
        seen_front; /* and by which those of the last picture were, which may be somebody else's */
    struct walk_damage damage; /* what that look found */
    struct snapshot *sound; /* while snapshot is damaged: the last one that was not; may be NULL */
    struct heap_root sound_root; /* its root */
    struct snapshot *before; /* the one before the last look, until session_forget; may be NULL */
    struct snapshot *spare; /* an empty one, for the next look; may be NULL */
    struct free_blocks free; /* of the last look, for the memory of it */
    char unseen[256]; /* which segments the snapshot lacks and why, a sentence; "" if none */
    struct changes changes; /* between the last command's snapshot before and after */
    bool quiet; /* in a replay: do, but do not look */
    uint64_t checked_at; /* requests of the target when its checker was heard last behind one, and
                            what it */
    uint64_t said; /* said then (WIRE_SAID); of a fresh target, whether it printed */
    volatile sig_atomic_t stop; /* a long command was interrupted: end it at the next step */
    uint32_t seq; /* number of the present command of the person */
    uint32_t away; /* of the one that brought this session back last, when another had stood in its
                      place; 0: none did */
    struct target_answer answer; /* the last one */
    char left[160]; /* "" or words: a target of this session could not be ended, and was given up */
    bool no_memory; /* some verb of this command had none to remember what it did */
    bool death_unlogged; /* there was none for the death's entry in the log: nothing else is to be
                            logged before it */
    struct own_view own; /* of a stranger's heap */
    char *printed; /* by a stranger's allocator during this command, owned; NULL: nothing */
    bool has_output; /* one of this session has printed something */
    uint64_t n_printed; /* bytes of it, of which the first SESSION_PRINTED_MAX are kept */
    char
        error[1024]; /* of the last verb that failed, one line: what was wrong, what was expected */
};

/* Start the target, with that timeout (borrowed), and look at it. False with one line in s->error.
 */
bool session_start(struct session *s, const struct session_setup *setup, bool aslr,
                   struct target_timeout *timeout);
/* Look at a process of somebody else's instead, which is the session's from now on, in each case
 * (watch.h). It has no setup, no ledger and no log. False with one line in s->error. */
struct watch_setup;
bool session_attach(struct session *s, const struct watch_setup *setup);
/* Hold it until session_continue, and look: outside malloc, if a thread can be caught so. False
 * with s->error: it can't be held, or has ended. */
bool session_pause(struct session *s);
void session_continue(struct session *s);
void session_release(struct session *s);

/* The point that every command, every request and every long loop passes: listen, if it is time to.
 * False: what is being done is to end (s->stop). A few nanoseconds. */
bool session_go_on(struct session *s);
/* The same for item n of a long run of short ones, counted from 0: listens at every
 * SESSION_ITEMS-th. */
#define SESSION_ITEMS 4096u
static inline bool session_go_on_at(struct session *s, uint64_t n)
{
    return n % SESSION_ITEMS != 0 || session_go_on(s);
}

/* ── Verbs. Each asks the target once, keeps the ledger, adds to the trace. False: s->error says
 * why, the heap is unchanged (but for the allocs and bytes before the one that failed, where there
 * are many), or the target is dead: s->target.ended. They do not look: call session_look at the end
 * of a command. ── */
struct session_block {
    uint32_t id;
    uint64_t address;
    uint64_t requested;
}; /* address is the payload's */

bool session_alloc(struct session *s, uint64_t size, struct session_block *made);
/* count allocations of size bytes in few round trips; *done is how many succeeded. */
bool session_alloc_many(struct session *s, uint64_t size, uint64_t count, uint64_t *done);
bool session_calloc(struct session *s, uint64_t count, uint64_t size, struct session_block *made);
bool session_realloc(struct session *s, uint32_t id, uint64_t size, struct session_block *now);
/* realloc(NULL, size) and free(NULL), asked of the allocator; the second leaves everything as it
 * is. */
bool session_realloc_null(struct session *s, uint64_t size, struct session_block *made);
bool session_free_null(struct session *s);
bool session_aligned(struct session *s, uint64_t alignment, uint64_t size,
                     struct session_block *made);
bool session_free(struct session *s, uint32_t id);
/* Free an address as it stands, whatever the ledger says, and leave the ledger as it is: that is
 * how heaps break. */
bool session_free_at(struct session *s, uint64_t payload);
bool session_sbrk(struct session *s, int64_t delta, bool force, uint64_t *before);
bool session_write(struct session *s, uint64_t address, const void *bytes, size_t n);
bool session_fill(struct session *s, uint64_t address, uint64_t n, uint8_t byte);
bool session_set(struct session *s, enum heap_switch which, uint64_t value);
bool session_limit(struct session *s, uint64_t limit);
/* Two threads stand ready to allocate; then thread 0 or 1 goes on, until it is held again (race.h:
 * over_probes); the blocks of those that are done go into the ledger, the steps told are in
 * s->answer. Ended, both have run to their ends. */
bool session_race_begin(struct session *s, uint64_t bytes_first, uint64_t bytes_second);
bool session_race_step(struct session *s, unsigned thread, bool over_probes);
bool session_race_end(struct session *s);
/* What a stranger's allocator answered with, which the ledger has as id: is it at the lab's
 * alignment, in the heap, and apart from all others that live? False with s->error. O(live). */
bool session_judge_own(struct session *s, uint32_t id, uint64_t address, uint64_t size);
/* Call the stranger's checker, which is given that line. *said is what it returned, if anything.
 * False with s->error: there is none, or it did not come back, or it said (bool) that the heap is
 * not sound. */
bool session_checkheap(struct session *s, int line, int *said);
/* The same after an operation, as it is judged there: also no where it prints and did not the time
 * before, where an int becomes 0 or is 0 no longer, and where mm_check's, of which CS:APP says it,
 * is 0. True where there is no checker. False with s->error: it did not come back, or says no. */
bool session_check_after(struct session *s);
/* A fresh heap, in a fresh process. */
bool session_restart(struct session *s, const struct session_setup *setup);
/* The same in a copy of a target, of that setup, which stays as it is. The ledger is empty whatever
 * that heap holds: the caller fills it. False with s->error; all is as it was. */
bool session_restart_from(struct session *s, const struct session_setup *setup,
                          struct target *stand);

/* Bytes of a used block before its payload: the header, and a front guard if canary is on. */
static inline uint32_t session_front_bytes(const struct session *s)
{
    return block_header_bytes(s->setup.policy) + (s->setup.value[HEAP_CANARY] ? GUARD_FRONT : 0);
}

/* ── Looking. ── */
/* Walk the heap from outside and replace the snapshot; s->changes becomes the difference. If the
 * target is dead, the last picture is kept and marked so. False with s->error, and the snapshot is
 * an older one: no memory, or the target's can't be read. */
bool session_look(struct session *s);
/* The same, in a replay too: what is seen of a target that is about to die is the last look at it.
 */
bool session_look_last(struct session *s);
/* A picture of the target as it is, for the caller to keep and to free (snapshot_free); of a dead
 * one, the last picture. A stop that comes meanwhile ends it. NULL with s->error as for
 * session_look. */
struct snapshot *session_picture(struct session *s);
/* What was printed is told. */
void session_forget_printed(struct session *s);
/* Let the older snapshot go. */
void session_forget(struct session *s);
/* What there is to do once the target is dead, behind "the target is dead": "(killed …); expected
 * …". */
#define SESSION_DEAD_MAX 800u
const char *session_dead(const struct session *s, char text[SESSION_DEAD_MAX]);
/* Has the target died by itself? Then the log gets an entry, the snapshot the news; true. Without
 * memory for the entry, the next call makes it. */
bool session_notice_death(struct session *s);
/* End a target of this session, as target_end does; s->left says so if that can't be done. */
void session_end_target(struct session *s, struct target *t, const char *why);
/* Copy bytes out of the target: how many could be read; none of a dead one. */
size_t session_read(struct session *s, uint64_t address, void *to, size_t n);
/* check_heap of the target, which must be alive. *stopped: it was told to end before it had judged
 * all, and what it returns is nothing. */
size_t session_check(struct session *s, struct check_finding *findings, size_t most, bool *stopped);

#endif
