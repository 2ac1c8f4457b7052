/* lesson_allocators.h: the allocators of the malloc lab's form that a lesson is about: libraries
 * that were made with brkview of lessons/mm-*.c, and stand beside it. */
#ifndef LESSON_ALLOCATORS_H
#define LESSON_ALLOCATORS_H

#include "cli/score/own_open.h"
#include "cli/session/setup.h"
#include "cli/teach/lesson_format.h"

struct lesson_allocators {
    struct own_open *open; /* owned, one for each that the lesson names; NULL: it names none */
    struct own_list list;
};

/* Find each, and make setup one that begins with the first; nothing is done where the lesson names
 * none. False with one line in error. To be released in each case, behind the sessions that were
 * made of it. */
bool lesson_allocators_open(struct lesson_allocators *a, const struct lesson *lesson,
                            struct session_setup *setup, char *error, size_t bytes);
void lesson_allocators_release(struct lesson_allocators *a);

#endif
