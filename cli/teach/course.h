/* course.h: a lesson or a quiz that is under way in a lab. It has a session of its own (park.h) and runs its commands as if the person had
 * typed them: whoever runs commands (the prompt, a script) asks for them after each command, with course_command. */
#ifndef COURSE_H
#define COURSE_H

#include "cli/command/lab.h"
#include "cli/teach/lesson_player.h"
#include "cli/teach/quiz.h"

struct course; /* lab->course; NULL: none is under way */

/* Begin; the person's session is set aside. The lesson is taken over in any case. False with one line in error. */
bool course_begin_lesson(struct lab *lab, struct lesson *lesson, const char *name, char *error, size_t error_bytes);
bool course_begin_quiz(struct lab *lab, const struct quiz_options *options, char *error, size_t error_bytes);
/* Leave: the person's session is back. Harmless when none is under way. */
void course_end(struct lab *lab);

/* The lesson's or the quiz's next command, to be run by lab_run; malloc'd, NULL: it is the person's turn, or, if lab->confined is set, there is no
 * memory for it. See lab_run_taught. */
char *course_command(struct lab *lab);
/* What the person stopped is not gone on with before they say so. */
void course_pause(struct lab *lab);
/* Of lab_run, while the snapshot before is still there: a command was run. Puts what the course says into out. */
void course_heard(struct lab *lab, struct outcome *out);
char *course_answer_line(const char *text); /* the command that gives text as an answer, whatever is in it; malloc'd */
/* What a line means that was typed at the prompt: an empty one goes on, one that is no command answers. *typed is malloc'd; NULL: it means itself.
 * False: there is no memory to tell. */
bool course_typed(struct lab *lab, const char *line, char **typed);

/* The commands' sides. False with the error in out. */
bool course_show(struct lab *lab, struct outcome *out);
bool course_next(struct lab *lab, struct outcome *out);
bool course_back(struct lab *lab, struct outcome *out); /* of a lesson: look at the page before again */
bool course_answer(struct lab *lab, const char *given, struct outcome *out); /* NULL: nobody knows */

bool course_is_lesson(const struct lab *lab);
bool course_is_quiz(const struct lab *lab);
const struct player *course_player(const struct lab *lab); /* NULL */
const struct quiz *course_quiz(const struct lab *lab); /* NULL */
/* May a command of the person change the heap now? A quiz would not be fair. */
bool course_allows(const struct lab *lab);

/* What stands on the screen: its title ("lesson header, page 3"), its text, what the person can do. */
struct course_page {
    char title[128];
    const char *text;
    char hint[64];
    enum player_mark mark; /* of text's first line */
};
bool course_page(const struct lab *lab, struct course_page *page);

#endif
