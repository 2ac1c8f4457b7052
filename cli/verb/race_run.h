/* race_run.h: a race under way, for the files of the command race: verb_race.c leads it,
 * race_judge.c says what came of it. */
#ifndef RACE_RUN_H
#define RACE_RUN_H

#include "cli/command/command.h"
#include "cli/tell/outcome.h"

struct race_run {
    struct lab *lab;
    struct outcome *out;
    unsigned n_lines;
    uint64_t n_led; /* steps of those that were asked for */
    bool grown; /* thread 1 has just moved brk */
    char did[300]; /* "thread 1 looks at #1: in use; ": the last step */
};

#define TELL(r, ...)                                                                               \
    (outcome_text((r)->out, "%3u. ", ++(r)->n_lines), outcome_text((r)->out, __VA_ARGS__))

/* Look at the heap from outside, and say what came of the race: the text, the result and the
 * sentence of r->out. */
void race_judge(struct race_run *r);

#endif
