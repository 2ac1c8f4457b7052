/* lesson_check.h: does a lesson do what its author thinks? Every command is really run, in a lab of
 * its own, and every answer held against the heap. */
#ifndef LESSON_CHECK_H
#define LESSON_CHECK_H

#include "cli/teach/lesson_format.h"

/* Tell every mistake that shows when a lesson without mistakes of form is played: a command that is
 * not known, that fails (or does not, though it should), that belongs to the session and not to a
 * lesson; an answer that the heap contradicts, or that no command follows; a claim that it
 * contradicts; a page that a screen of 24 rows and 80 columns can't hold. How many; the lab could
 * not be started: one, with the reason. */
size_t lesson_check(const struct lesson *lesson, lesson_mistake *mistake, void *user);

#endif
