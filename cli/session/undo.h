/* undo.h: making an earlier state again, by replaying the log in a fresh target. Nothing else needs
 * to know about undo. */
#ifndef UNDO_H
#define UNDO_H

#include "cli/session/session.h"

/* Run one line of a log without recording, looking or explaining; supplied by the commands. False
 * stops the replay: it was told to (session.stop), or the line did not end as it did then; s->error
 * says so. */
struct undo_player {
    bool (*play)(const struct undo_player *self, struct session *s, const char *line,
                 enum log_fate fate);
    bool (*progress)(const struct undo_player *self, size_t done,
                     size_t total); /* once a second at most; false: stop */
};

/* Leave the last n entries off (as many as there are), and make the state before them again in a
 * fresh target; or do the last n undone again. *undone and *redone are how many. Stopped, or if
 * anything comes out otherwise than it did then: heap, ledger and log are as they were before the
 * call; false and s->error. They do not look: the snapshot is the caller's to renew. O(log since
 * the last fresh heap). */
bool undo_back(struct session *s, size_t n, const struct undo_player *player, size_t *undone);
bool undo_forward(struct session *s, size_t n, const struct undo_player *player, size_t *redone);

#endif
