/* reads.h: does a program that was started on a terminal of its own wait for what is typed there?
 * Then what was typed before has been read, and what it was told to do is done. */
#ifndef READS_H
#define READS_H

#include "cli/source/spawn.h"

enum reads_state {
    READS_BUSY, /* something typed is unread, or no thread waits */
    READS_WAITING, /* all was read, and a thread waits for more: in a read of that terminal, or in a
                      call that waits for several files at once */
    READS_UNKNOWN /* the kernel does not tell what its threads wait for */
};

/* Of a program on a pty, as it is now; never waits. */
enum reads_state reads_ask(const struct spawn *s);

#endif
