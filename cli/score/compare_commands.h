/* compare_commands.h: commands in several labs side by side, without a screen. */
#ifndef COMPARE_COMMANDS_H
#define COMPARE_COMMANDS_H

#include "cli/score/sides.h"

/* Run all commands of text, and tell what came of each in each heap, and at last what each came to
 * and where they parted. The exit status. */
int compare_commands(struct sides *s, const char *text, bool json);

#endif
