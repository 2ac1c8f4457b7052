/* trace_player.h: a trace that is played on the heap on show, step by step. What it is stands in
 * who plays it (score/replay.h). */
#ifndef TRACE_PLAYER_H
#define TRACE_PLAYER_H

#include <stdbool.h>
#include <stddef.h>

struct arguments;
struct lab;
struct outcome;

struct trace_player {
    /* until CONDITION, of its operations. */
    bool (*until)(struct trace_player *self, struct lab *lab, const struct arguments *args,
                  struct outcome *out);
    /* Where it stands, in a few words. */
    void (*position)(struct trace_player *self, const struct lab *lab, char *text, size_t bytes);
    /* Its lines around there, in one. */
    void (*lines)(struct trace_player *self, const struct lab *lab, char *text, size_t bytes);
};

#endif
