/* surroundings.h: what a program inherits from whoever started it, set as brkview relies on it, and
 * streams that others have set not to wait. */
#ifndef SURROUNDINGS_H
#define SURROUNDINGS_H

#include <stdio.h>

#include "cli/source/spawn.h"

/* First thing in main. Standard descriptors are open; no signal is blocked; those whose fate
 * brkview relies on have it: a reader that leaves and a file that may not grow are errors with
 * words (SIGPIPE, SIGXFSZ), a child's end is waited for (SIGCHLD), a new size is heard (SIGWINCH).
 * Nothing that is shared with others (the flags of open files, the terminal, umask) is changed. */
void surroundings_take(void);

/* getc, but of a stream that does not wait it waits for the next byte: EOF is the end, or an error
 * with errno. */
int surroundings_getc(FILE *from);

/* From now on standard output and error wait until there is room, although their files are set not
 * to. For plain text only: who asks for their descriptors gets none. */
void surroundings_output_waits(void);

/* Signals as they were before surroundings_take, for a program that we start. */
const struct spawn_signals *surroundings_signals(void);

#endif
