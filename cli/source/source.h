/* source.h: where the heap on show comes from, and what can be done there. A kind of target is a
 * row; what it can't do is told here, and nowhere else. Memory is not part of it: whatever the
 * source, it is read from outside (process_memory.h). */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target;
struct target_answer;
struct target_timeout;
struct wire_request;
struct segments;

enum source_can {
    SOURCE_ASK = 1, /* its allocator does what it is asked for: alloc, free, sbrk, set */
    SOURCE_WRITE = 2, /* bytes can be written there */
    SOURCE_REPLAY =
        4, /* the same requests make the same heap again: undo, save, a session's exports */
    SOURCE_PAUSE = 8 /* it runs by itself, and can be held and let go */
};

struct source {
    const char *name; /* "the lab" */
    unsigned can; /* enum source_can */
    const char
        *decides, /* who does what can't be asked for: "a running program decides for itself" */
        *instead; /* what is expected instead */
    /* target_ask of it; NULL without SOURCE_ASK. */
    bool (*ask)(struct target *t, const struct wire_request *request, const void *data,
                struct target_answer *answer, const struct target_timeout *timeout);
    void (*segments)(const struct target *t, uint64_t brk,
                     struct segments *to); /* as they are now; brk: as far as the heap is shown */
    bool (*pause)(
        struct target *t); /* hold it; NULL without SOURCE_PAUSE. False with t->ended or errno */
    bool (*resume)(struct target *t);
    bool (*has_ended)(struct target *t); /* since it was asked last? Never waits. True once */
    bool (*end)(struct target *t, const char *why); /* let go of it: what we started ends. False: it
                                                       could not be, and t->left says so */
};

#define SOURCE_LACKS_MAX 200u

extern const struct source source_lab;
extern const struct source source_process; /* target_watch */

/* Why it can't do what needs all of needs (enum source_can): one line without an end, to be
 * followed by what was expected. NULL: it can. */
const char *source_lacks(const struct source *source, unsigned needs, char *text, size_t bytes);

#endif
