/* record.h: a session played again from its log, with a look after every entry. It happens in a
 * session of its own, with a target of its own: the person's is not touched. */
#ifndef RECORD_H
#define RECORD_H

#include "cli/command/lab.h"

#define RECORD_STEPS_MAX 10000u

/* One state that the session went through. */
struct record_step {
    struct lab *lab; /* the replay's; its picture is that of the step */
    const struct outcome
        *out; /* what the entry came to; NULL for the fresh heap at the beginning */
    const char *command; /* as typed, or how the target died; "" at the beginning */
    const char *words; /* the sentence, the error, or the first line of the text; "" */
    bool failed;
};

struct record_taker {
    bool (*take)(struct record_taker *self,
                 const struct record_step *step); /* false ends it: it could not be kept */
};

/* Play person's log and hand every state over, the newest RECORD_STEPS_MAX of them; *n_left_out is
 * how many came before those. Stops when the person says so. False with one line in error, which
 * stays "" if it was the taker that ended it. Costs what the session's commands cost. */
bool record_play(struct lab *person, struct record_taker *taker, size_t *n_left_out, char *error,
                 size_t error_bytes);

#endif
