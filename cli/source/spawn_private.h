/* spawn_private.h: what the files of spawn.h share. */
#ifndef SPAWN_PRIVATE_H
#define SPAWN_PRIVATE_H

#include "cli/source/spawn.h"

/* Have the signals that come for us wait in s->signals from now on. False and errno. */
bool spawn_hear(struct spawn *s);

/* What a child tells before the program runs. */
enum spawn_told {
    TOLD_PROGRAM, /* its number */
    TOLD_ERROR, /* errno: it can't be run */
    TOLD_TROUBLE /* errno: it is not to blame */
};
void spawn_tell(int told, enum spawn_told what, int value);

/* The same descriptor where standard input, output and error are not, closed by exec. */
int spawn_told_high(int told);

/* In the child: become the program, with these signals; or tell why not. */
_Noreturn void spawn_exec(char *const *argv, const struct spawn_signals *signals, int told);

/* In the child: be the keeper of a session on the terminal of which we have master. */
_Noreturn void spawn_keep(int master, char *const *argv, const struct spawn_setup *setup,
                          const struct spawn_signals *signals, int told, pid_t viewer);
void spawn_keeper_end(struct spawn *s);

/* A new terminal, our end. -1 and errno. */
int spawn_terminal(const struct spawn_setup *setup);

#endif
