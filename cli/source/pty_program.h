/* pty_program.h: a program that was started on a terminal of its own, and what it has written
 * there. */
#ifndef PTY_PROGRAM_H
#define PTY_PROGRAM_H

#include "cli/source/spawn.h"
#include "cli/source/written.h"

struct pty_program {
    struct spawn spawn;
    unsigned rows, columns; /* of the screen that it was last fitted to; 0: of none yet */
    struct written written;
};

/* Take what it has written, as far as it is there. True: there was something. False: nothing, or on
 * no memory, which is lost. */
bool pty_program_read(struct pty_program *p);

void pty_program_release(
    struct pty_program *p); /* its memory and the terminal; the program is left */

#endif
