/* lesson_program.h: the program that a lesson about real programs watches: brkview-class, whose
 * source is lessons/class.c. It is started on a terminal of its own, and does what lines tell it.
 */
#ifndef LESSON_PROGRAM_H
#define LESSON_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/session/watch.h"

/* Start it, and wait until it reads its first line: nothing was asked of its malloc then. It is
 * setup's, to be attached or dropped (watch_drop). False with one line in error. */
bool lesson_program_start(struct watch_setup *setup, char *error, size_t error_bytes);

#endif
