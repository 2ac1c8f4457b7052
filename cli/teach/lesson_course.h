/* lesson_course.h: a lesson as what is under way in a lab (course.h). It may be explored: what the
 * person changed meanwhile is taken back before it goes on, so that what it says is true. */
#ifndef LESSON_COURSE_H
#define LESSON_COURSE_H

#include "cli/command/course.h"
#include "cli/teach/lesson_player.h"

/* Begin; the person's heap is set aside. The lesson is taken over in any case. False with one line
 * in error. */
bool course_begin_lesson(struct lab *lab, struct lesson *lesson, const char *name, char *error,
                         size_t error_bytes);
const struct player *course_player(const struct lab *lab); /* NULL: no lesson is under way */

/* The commands' sides, while one is. False with the error in out. */
bool lesson_show(struct lab *lab, struct outcome *out);
bool lesson_next(struct lab *lab, struct outcome *out);
bool lesson_back(struct lab *lab, struct outcome *out); /* look at the page before again */

#endif
