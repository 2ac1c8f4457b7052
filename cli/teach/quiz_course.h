/* quiz_course.h: a quiz as what is under way in a lab (course.h). Its heap is not to be changed: it
 * would not be fair. */
#ifndef QUIZ_COURSE_H
#define QUIZ_COURSE_H

#include "cli/command/course.h"
#include "cli/teach/quiz.h"

/* Begin; the person's heap is set aside. False with one line in error. */
bool course_begin_quiz(struct lab *lab, const struct quiz_options *options, char *error,
                       size_t error_bytes);
const struct quiz *course_quiz(const struct lab *lab); /* NULL: no quiz is under way */

#endif
