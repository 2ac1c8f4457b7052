/* pty_program.h: a program that was started on a terminal of its own, and what it has written
 * there. */
#ifndef PTY_PROGRAM_H
#define PTY_PROGRAM_H

#include <stdint.h>

#include "cli/source/spawn.h"

#define PTY_PROGRAM_LINES_MAX 10000u /* older ones are forgotten */
#define PTY_PROGRAM_LINE_BYTES 4096u /* what is longer goes on in the next line */

struct pty_program {
    struct spawn spawn;
    unsigned rows, columns; /* of the screen that it was last fitted to; 0: of none yet */
    char **line; /* oldest first, printable UTF-8, owned; the last one may go on */
    size_t n, room;
    uint64_t n_forgotten; /* lines */
    char open[PTY_PROGRAM_LINE_BYTES + 8]; /* the last line as far as it has come */
    size_t n_open;
    bool returned; /* the cursor went back to its start: what comes next takes its place */
    unsigned escape; /* within a control sequence: which part of it */
};

/* Take what it has written, as far as it is there. True: there was something. False: nothing, or on
 * no memory, which is lost. */
bool pty_program_read(struct pty_program *p);

/* Bytes of a terminal's output, as a page without one shows them: control sequences are left out, a
 * carriage return begins the line anew, other controls are nothing. For pty_program_read, and for
 * tests. */
bool pty_program_take(struct pty_program *p, const char *bytes, size_t n);

/* The last line, which may go on; "" if it has not begun. */
const char *pty_program_open_line(const struct pty_program *p);

void pty_program_release(
    struct pty_program *p); /* its memory and the terminal; the program is left */

#endif
