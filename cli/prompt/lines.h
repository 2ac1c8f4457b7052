/* lines.h: a person at a terminal without a screen: each line is edited by readline, with history
 * and completion; what is told goes by. */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>

#include "cli/command/lab.h"

struct lines_taker {
    bool (*take)(struct lines_taker *self, const char *line); /* false: no more */
};

/* Ask for lines until the terminal's end, a signal that ends us, lab->quit, or until taker wants no
 * more. Ctrl-C abandons the line, and stops a command that runs (session.stop); Ctrl-Z suspends.
 * Returns 0, or 128 and the number of the signal. */
int lines_run(struct lab *lab, const char *prompt, struct lines_taker *taker);

#endif
