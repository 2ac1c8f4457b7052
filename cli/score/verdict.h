/* verdict.h: what a run on a trace came to, in words. */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/score/runner.h"
#include "cli/score/trace.h"

/* What went wrong. Its words hold no escapes, and may hold anything else that a file is named. */
struct verdict {
    const char *class; /* one of a few names, which scripts are promised; NULL: nothing did */
    uint32_t op; /* from 1 on; 0: none is to blame */
    uint32_t line; /* of the trace; 0: none */
    bool again; /* it was not in the trace's first run */
    bool touched; /* class outside: no payload lay there, but memory behind brk was touched */
    char message[1400];
    char at[320]; /* "mm.c:57"; "": not known */
    struct {
        uint32_t op, line; /* that did the harm, or handed out what was not free; 0: not known */
        char at[320]; /* "mm.c:88", which wrote it; "": not known */
        char message[800]; /* "": nothing is known; else there may be no op nevertheless */
    } blame;
};

/* Judge one end of runner_run. name is how the trace is called, and as text_printable makes it.
 * True, v->class NULL: it is sound. */
bool verdict_of(struct verdict *v, const struct runner *r, const struct runner_end *end,
                const struct trace *t, enum runner_pass pass, const char *name);

/* A verdict of that class which no operation is to blame for. */
void verdict_say(struct verdict *v, const char *class, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
