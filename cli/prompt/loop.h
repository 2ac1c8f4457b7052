/* loop.h: the lab on a terminal: the screen, the prompt, and the one loop that waits for keys,
 * signals and the target's end. */
#ifndef LOOP_H
#define LOOP_H

#include "cli/command/lab.h"
#include "cli/command/run.h"

struct sides; /* sides.h */

struct prompt_options {
    const char *begin; /* a line that is run first, as if typed; NULL: none */
    const char *greeting; /* one line of help that stands until the first command; NULL: none */
    const char *warning; /* one line of what is wrong, in its place; NULL: nothing is */
    struct sides *sides; /* several labs, the prompt's the first of them; NULL: it is alone */
    bool theme_unsaid; /* no option chose one: the remembered one, else as the terminal is */
};

#define PROMPT_IMPOSSIBLE (-1)

/* Let the person work until they leave: 0; until a signal ended it: 128 + its number, and 129 when
 * the terminal went away. The terminal is as before. PROMPT_IMPOSSIBLE: stdin and stdout are no
 * terminal, or TERM is unset or dumb; or the terminal could not be taken over, and one line on
 * stderr says why. The locale is set. The target is the caller's to end (lab_release). */
int prompt_run(struct lab *lab, const struct prompt_options *options);

#endif
