/* spawn_private.h: what the files of spawn.h share. */
#ifndef SPAWN_PRIVATE_H
#define SPAWN_PRIVATE_H

#include "cli/source/spawn.h"

/* Have the signals that come for us wait in s->signals from now on. False and errno. */
bool spawn_hear(struct spawn *s);

#endif
