/* program.h: a program that was started on a terminal of its own, and what it has written there. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdint.h>

#include "cli/source/spawn.h"

#define PROGRAM_LINES_MAX 10000u /* older ones are forgotten */
#define PROGRAM_LINE_BYTES 4096u /* what is longer goes on in the next line */

struct program {
    struct spawn spawn;
    char **line; /* oldest first, printable UTF-8, owned; the last one may go on */
    size_t n, room;
    uint64_t n_forgotten; /* lines */
    char open[PROGRAM_LINE_BYTES + 8]; /* the last line as far as it has come */
    size_t n_open;
    bool returned; /* the cursor went back to its start: what comes next takes its place */
    unsigned escape; /* within a control sequence: which part of it */
};

/* Take what it has written, as far as it is there. True: there was something. False: nothing, or on
 * no memory, which is lost. */
bool program_read(struct program *p);

/* Bytes of a terminal's output, as a page without one shows them: control sequences are left out, a
 * carriage return begins the line anew, other controls are nothing. For program_read, and tests. */
bool program_take(struct program *p, const char *bytes, size_t n);

/* The last line, which may go on; "" if it has not begun. */
const char *program_open_line(const struct program *p);

void program_release(struct program *p); /* its memory and the terminal; the program is left */

#endif
