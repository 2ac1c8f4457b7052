/* verb_replay.h: what the commands of a trace give to others. */
#ifndef VERB_REPLAY_H
#define VERB_REPLAY_H

#include "cli/score/replay.h"

/* A replay_init of which the commands know. */
void replay_command(struct replay *r);

/* "operation 7 of 11, line 11: r 1 38 (before: a 4 4072; next: f 2)" */
void replay_position(struct replay *r, const struct lab *lab, char *text, size_t bytes);
/* The lab's; NULL, and told, if no trace is played there. */
struct replay *replay_of(const struct lab *lab, struct outcome *out);
/* A fresh heap and the first `to` operations, told and recorded. */
bool replay_go_to(struct replay *r, struct lab *lab, size_t to, struct outcome *out);
/* n more operations, told and recorded. */
bool replay_do(struct replay *r, struct lab *lab, size_t n, struct outcome *out);
/* The same for what was done already: played false: not all that was to be. */
bool replay_tell(struct replay *r, struct lab *lab, bool played, const struct play_done *done,
                 struct outcome *out);
/* What `score` says, with the addresses of the heap on show. */
void replay_tell_verdict(const struct replay *r, const struct lab *lab, struct outcome *out);
/* False, and told, if there is no operation left. */
bool replay_has_more(struct replay *r, const struct lab *lab, struct outcome *out);

/* until, of a trace (verb_replay_until.c). */
bool replay_until(struct trace_player *self, struct lab *lab, const struct arguments *args,
                  struct outcome *out);

#endif
