/* front.h: what a person, or a script, meets of a heap on show, however it came there. */
#ifndef FRONT_H
#define FRONT_H

#include "cli/command/lab.h"
#include "cli/options.h"
#include "cli/prompt/loop.h"

/* Show the lab's heap as the options want it, until there is no more to do, and release the lab.
 * *prompt: what the screen begins with. Returns the exit status. */
int front_run(struct lab *lab, const struct options *o, struct prompt_options *prompt);

#endif
