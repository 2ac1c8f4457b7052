/* loop.h: the lab on a terminal: the screen, the prompt, and the one loop that waits for keys, signals and the target's end. */
#ifndef LOOP_H
#define LOOP_H

#include "cli/command/lab.h"

struct prompt_options {
    const char *begin; /* a line that is run first, as if typed; NULL: none */
    const char *greeting; /* one line that stands until the first command; NULL: none */
};

#define PROMPT_IMPOSSIBLE (-1)

/* Let the person work until they leave: 0; until a signal ended it: 128 + its number, and 129 when the terminal went away. The terminal is as
 * before. PROMPT_IMPOSSIBLE: it could not be taken over; *why is one line. The locale is set and stdin and stdout are the terminal. The target
 * is the caller's to end (lab_release). */
int prompt_run(struct lab *lab, const struct prompt_options *options, const char **why);

#endif
