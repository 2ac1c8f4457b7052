/* lesson_restore.h: what a person tried in a lesson's heap is taken back before the lesson goes on,
 * so that what it says is true. */
#ifndef LESSON_RESTORE_H
#define LESSON_RESTORE_H

#include "cli/session/log.h"
#include "cli/teach/lesson_player.h"

struct lesson_restore {
    size_t n_log; /* entries of the log when the lesson's last command was done, */
    uint32_t log_seq; /* and the number of the last of them */
    bool active; /* the command that runs mends */
    bool again; /* everything is being run again from the beginning, */
    size_t item; /* from this item on */
};

/* The next command that makes the heap what the lesson's commands made it: undo, redo, or, where
 * neither will do, undo all and then the lesson's commands so far, one by one. malloc'd; NULL: it
 * is what it should be. */
char *lesson_restore_command(struct lesson_restore *m, const struct log *log,
                             const struct player *player);

/* A command of the lesson, or one of these, is done: what the log has now is the lesson's. */
void lesson_restore_note(struct lesson_restore *m, const struct log *log);

#endif
