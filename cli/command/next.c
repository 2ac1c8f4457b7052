/* next.c: the next command to be run: of a text, or of what is taught. One that there is no memory for has failed, and the others follow. */
#include <stdlib.h>

#include "cli/command/command.h"
#include "cli/teach/course.h"

const struct outcome *lab_run_next(struct lab *lab, const char *text, size_t *at)
{
    char *command, brief[COMMAND_BRIEF];
    if (!command_next(text, at, &command, brief)) return NULL;
    const struct outcome *out = command ? lab_run(lab, command) : lab_refuse(lab, brief);
    free(command);
    return out;
}

const struct outcome *lab_run_taught(struct lab *lab)
{
    char *command = course_command(lab);
    if (!command && !(lab->course && lab->confined)) return NULL;
    bool lesson = course_is_lesson(lab);
    const struct outcome *out = command  ? lab_run(lab, command)
                                : lesson ? lab_refuse(lab, "# a command of the lesson")
                                         : lab_refuse(lab, "# a command of the quiz");
    free(command);
    return out;
}
