/* course.h: what may be under way in a lab beside the person's own commands: a lesson, a quiz. It
 * has a heap of its own (shown.h), and runs its commands as if the person had typed them: whoever
 * runs commands asks for them after each command (lab_feed). What it is stands in its kind. */
#ifndef COURSE_H
#define COURSE_H

#include "cli/command/lab.h"

/* What the first line of its text says of an answer: it is shown in colour and shape, too. */
enum course_mark { COURSE_NO_MARK, COURSE_GOOD, COURSE_BAD };

/* What stands on the screen. Strings are borrowed until the next command. */
struct course_page {
    char title[128]; /* "The header: page 3 of 12" */
    const char *number; /* within title: "page 3 of 12"; NULL: it has no pages */
    const char *text;
    char hint[64]; /* what the person can do */
    enum course_mark mark; /* of text's first line */
    const char *back,
        *on; /* the commands by which its pages are turned; NULL: there is no such page */
};

struct course_kind {
    const char *name; /* "lesson" */
    void (*free)(struct course *c); /* all but what was set aside */
    const char *(*locks)(const struct course *c); /* why the person's commands may not change the
                                                     heap now; NULL: they may */
    /* The next command that it wants run, malloc'd; NULL: there is no memory for it. False: it is
     * the person's turn. */
    bool (*next)(struct course *c, const struct lab *lab, char **command);
    /* That was run, and is known; the snapshot before is still there. Puts what there is to say
     * into out. */
    void (*heard)(struct course *c, struct lab *lab, struct outcome *out);
    /* Take an answer; NULL: nobody knows. False with the error in out. */
    bool (*answer)(struct course *c, struct lab *lab, const char *given, struct outcome *out);
    bool (*asks)(const struct course *c); /* is a question open? */
    const char *(*empty)(
        const struct course *c); /* the command that an empty line means; NULL: none */
    /* What its page says once its command was stopped: it is the person's to go on. NULL: it goes
     * on by itself. */
    const char *stopped;
    const char *unseen; /* the same for a command that was not done for want of memory, or whose
                           doing nobody could see */
    void (*page)(const struct course *c, const struct lab *lab, struct course_page *page);
};

struct course {
    const struct course_kind *kind;
    struct shown *aside; /* the person's heap, owned */
    const char
        *paused; /* it waits for the person: what its page says meanwhile; NULL: it does not */
};

/* Set the person's heap aside, and begin c in a fresh one made with setup, or, if watched is not
 * NULL, in that process, which is taken over in each case. c is malloc'd, and the lab's from then
 * on. False with one line in error: c is freed, the lab is as it was but for a course that was
 * under way: that has ended. */
struct watch_setup;
bool course_begin(struct lab *lab, struct course *c, const struct session_setup *setup,
                  const struct watch_setup *watched, char *error, size_t error_bytes);
/* Leave: the person's heap is back. Harmless when none is under way. */
void course_end(struct lab *lab);

/* Why a command of the person may not change the heap now; NULL: it may. */
const char *course_locks(const struct lab *lab);
/* Its next command, to be run by lab_run; malloc'd, NULL: it is the person's turn, or, if
 * lab->confined is set, there is no memory for it. See lab_run_taught. */
char *course_command(struct lab *lab);
/* What the person stopped is not gone on with before they say so. */
void course_pause(struct lab *lab);
/* Of lab_run, while the snapshot before is still there: a command was run. Puts what the course
 * says into out. */
void course_heard(struct lab *lab, struct outcome *out);
bool course_answer(struct lab *lab, const char *given, struct outcome *out);
char *course_answer_line(
    const char *text); /* the command that gives text as an answer, whatever is in it; malloc'd */
/* What a line means that was typed at the prompt: an empty one goes on, one that is no command
 * answers. *typed is malloc'd; NULL: it means itself. False: there is no memory to tell. */
bool course_typed(struct lab *lab, const char *line, char **typed);
/* False: none is under way. */
bool course_page(const struct lab *lab, struct course_page *page);
/* What its commands do from here on is one change for who reads its next page. */
void course_turn_page(struct lab *lab);

#endif
