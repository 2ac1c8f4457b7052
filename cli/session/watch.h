/* watch.h: a process that runs by itself, as far as the session watches it: where its heap was
 * found, what the looks at it came to, and how its bytes went over time. */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "allocator/format/glibc.h"
#include "cli/source/process.h"
#include "cli/source/pty_program.h"
#include "viz/snapshot.h"

/* What is known of the heap. */
enum watch_heap {
    WATCH_GLIBC, /* its blocks are read */
    WATCH_NONE, /* nothing was asked of malloc yet */
    WATCH_FOREIGN /* it is another allocator's: its blocks can't be read, brk and segments can */
};

/* How the looks went. */
struct watch_counts {
    uint64_t whole; /* at a process that ran: everything agreed at the first try, */
    uint64_t again; /* or at a later one */
    uint64_t held; /* whole while its threads were held */
    uint64_t torn; /* tries that did not agree, in all */
    uint64_t failed; /* looks that were given up: the picture stayed an older one */
};

/* One look's sums, in bytes. */
struct watch_moment {
    uint64_t heap, live, free, cached;
};
#define WATCH_MOMENTS_MAX 1024u

/* A look that is kept, to be played back. */
struct watch_kept {
    struct snapshot *snapshot; /* held */
    double at; /* seconds after the first look */
};
#define WATCH_KEPT_MAX 600u
#define WATCH_KEPT_BYTES                                                                           \
    (UINT64_C(256) << 20) /* of all of them; every second one goes then, and                       \
                             those that follow are kept half as often */

struct watch {
    struct process *process; /* owned */
    struct pty_program *program; /* it was started by us, on a terminal of its own, owned; NULL */
    struct glibc_heap heap;
    enum watch_heap kind;
    char words[200]; /* of what is no heap of glibc's: why no blocks are shown; else "" */
    bool sound; /* all that the last look read agrees */
    int maps_error; /* errno of the last try that could not even read what is mapped; else 0 */
    bool unasked; /* the look that is taken now comes by itself, at the rate */
    bool never_stop; /* its threads are never held for a look */
    unsigned n_execs; /* so often another program took the process's place */
    bool paused; /* they are held until they are let go on purpose */
    double rate; /* looks a second that were asked for */
    struct watch_counts n;
    struct timespec seen; /* when the picture that there is was taken */
    double cost; /* seconds of the last look */
    double held_seconds; /* in all */
    struct watch_moment moment[WATCH_MOMENTS_MAX]; /* oldest first */
    size_t n_moments;
    struct watch_kept kept[WATCH_KEPT_MAX]; /* oldest first */
    size_t n_kept;
    uint64_t kept_bytes;
    double keep_every; /* seconds between two; INFINITY: the first alone is kept */
    struct timespec first; /* when the first look was */
    struct watch_moment peak; /* the most that was seen of each */
};

struct session;

/* What is watched, and how. */
struct watch_setup {
    struct process *process; /* opened, malloc'd */
    struct spawn *spawn; /* what has started it, borrowed; NULL: we have not, or program has */
    struct pty_program *program; /* what has started it on a terminal of its own, malloc'd; NULL */
    bool lends_program; /* where it comes to nothing, program is the caller's again, and runs on */
    double rate; /* looks a second */
    bool never_stop;
};

/* NULL and errno on no memory. The process and the program are the watch's from now on, in each
 * case but that of lends_program. */
struct watch *watch_new(const struct watch_setup *setup);
/* The end of what a setup holds that nobody took; its program ends, too, unless it is lent. */
void watch_drop(const struct watch_setup *setup);
void watch_free(struct watch *w); /* NULL is allowed; lets go of the process */

/* Note a look that came to be. */
void watch_note(struct watch *w, struct snapshot *snapshot);

/* Seconds since the picture that there is was taken. */
double watch_age(const struct watch *w);

/* Seconds until the next look is due: at the rate, but so that looks take a tenth of a core at
 * most; and sooner at the beginning, for a program may be short. 0: now. */
double watch_wait(const struct watch *w);
/* The looks a second that come of it. */
double watch_rate(const struct watch *w);

#endif
