/* lesson_restore.c: by the log: its length and the number of its last entry tell whether anybody
 * else has been at it. */
#include "cli/teach/lesson_restore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The next of the lesson's commands that were run already; NULL: that was the last. */
static char *command_again(struct lesson_restore *m, const struct player *p)
{
    const struct lesson *l = p->lesson;
    for (; m->item < p->at; m->item++)
        if (l->item[m->item].kind == ITEM_RUN || l->item[m->item].kind == ITEM_FAILS) {
            char *command = strdup(l->item[m->item].text);
            m->item += command != NULL;
            m->active = true;
            return command;
        }
    m->again = false;
    return NULL;
}

static char *count_command(struct lesson_restore *m, const char *verb, size_t n)
{
    char *command = NULL;
    m->active = true;
    return asprintf(&command, "%s %zu", verb, n) < 0 ? NULL : command;
}

static char *next_command(struct lesson_restore *m, const struct log *l, const struct player *p)
{
    if (m->again) return command_again(m, p);
    bool ours = l->n >= m->n_log && (m->n_log == 0 || l->entries[m->n_log - 1]->seq == m->log_seq);
    size_t missing = m->n_log > l->n ? m->n_log - l->n : 0;
    if (ours) return l->n > m->n_log ? count_command(m, "undo", l->n - m->n_log) : NULL;
    if (missing > 0 && missing <= l->n_undone &&
        l->undone[l->n_undone - missing]->seq == m->log_seq)
        return count_command(m, "redo", missing);
    m->again = true;
    m->item = 0;
    m->active = l->n > 0;
    return l->n > 0 ? strdup("undo all") : command_again(m, p);
}

char *lesson_restore_command(struct lesson_restore *m, const struct log *log,
                             const struct player *player)
{
    m->active = false;
    return next_command(m, log, player);
}

void lesson_restore_note(struct lesson_restore *m, const struct log *log)
{
    m->n_log = log->n; /* also if mending did not succeed: it is not tried for ever */
    m->log_seq = log->n > 0 ? log->entries[log->n - 1]->seq : 0;
}
