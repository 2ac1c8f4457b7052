/* undo.h: making an earlier state again, by replaying the log in a fresh target. Nothing else needs to know about undo. */
#ifndef UNDO_H
#define UNDO_H

#include "cli/session/session.h"

/* Run one line of a log without recording, looking or explaining; supplied by the commands. False stops the replay. */
struct undo_player {
    bool (*play)(const struct undo_player *self, struct session *s, const char *line);
    bool (*progress)(const struct undo_player *self, size_t done, size_t total); /* once a second at most; false: stop */
};

/* Leave the last n entries off (as many as there are), and make the state before them again in a fresh target. *undone is how many.
 * Stopped or failed: the session is as it was before the call, made again if need be; false and s->error. */
bool undo_back(struct session *s, size_t n, const struct undo_player *player, size_t *undone);
bool undo_forward(struct session *s, size_t n, const struct undo_player *player, size_t *redone);

#endif
