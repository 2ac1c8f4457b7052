/* execute.h: one command, wherever it stands: the person's own, within another, in a replay. */
#ifndef EXECUTE_H
#define EXECUTE_H

#include "cli/command/lab.h"

/* Run one command inside another (or in a replay): no look, no sentence, no number of its own; its
 * text and error go to out. What it changed goes to the log's open entry, if there is one. False:
 * it failed. */
bool command_execute(struct lab *lab, const char *line, struct outcome *out);

#endif
