/* feed.c: the commands of a text, one after the other. One that there is no memory for has failed,
 * and the others follow. */
#include <stdio.h>
#include <stdlib.h>

#include "cli/command/command.h"
#include "cli/command/course.h"
#include "cli/command/run.h"

/* The next command that the lesson or the quiz wants run; false: it is the person's turn. */
static bool taught(struct lab *lab, char **command, char brief[COMMAND_BRIEF])
{
    *command = course_command(lab);
    if (!*command && !(lab->course && lab->confined)) return false;
    snprintf(brief, COMMAND_BRIEF, "# a command of the %s", lab->course->kind->name);
    return true;
}

/* Run and free it. */
static const struct outcome *run(struct lab *lab, char *command, const char *brief)
{
    const struct outcome *out = command ? lab_run(lab, command) : lab_refuse(lab, brief);
    free(command);
    return out;
}

const struct outcome *lab_run_taught(struct lab *lab)
{
    char *command, brief[COMMAND_BRIEF];
    return taught(lab, &command, brief) ? run(lab, command, brief) : NULL;
}

bool lab_feed(struct lab *lab, const char *text, struct lab_feeder *f)
{
    char *command, brief[COMMAND_BRIEF];
    size_t at = 0;
    while (!lab->quit && command_next(text, &at, &command, brief)) {
        bool more = command_follows(text, at);
        do {
            if (f->begin) f->begin(f, command, more);
            if (!f->told(f, run(lab, command, brief), more)) return false;
        } while (taught(lab, &command, brief));
    }
    return true;
}
