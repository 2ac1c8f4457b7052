/* log.h: the session is a log: the commands that changed the target, each as the lines that make it again.
 * A line of a log is free of files and of chance: `source` stands as the lines that it read, `random` with its seed. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/setup.h"

struct session;

struct log_entry {
    char *title; /* what the person typed */
    char **lines; /* what makes it again, in order */
    size_t n_lines;
    uint32_t seq; /* the number of the command */
    bool fresh; /* the first line makes a fresh heap (reset, policy): replay can begin here, */
    size_t n_to_fresh; /* the last line that makes a fresh heap, counted from 1; 0: none does */
    struct session_setup setup; /* with the setup that was in force before it */
    bool death; /* the target died: from outside (lines is empty), or of what the lines did */
    int signal; /* by what, 0 if by none */
    uint64_t heap_bytes, live_bytes; /* after it */
};

struct log {
    struct log_entry **entries;
    size_t n, room;
    struct log_entry **undone;
    size_t n_undone, room_undone;
    struct log_entry *open; /* being recorded, NULL between commands */
    int suspended; /* >0: lines are not recorded (inside a repeat that was recorded as one line) */
};

void log_init(struct log *l);
void log_release(struct log *l);

/* Append to one of the two lists. False on no memory, the list as it was. */
bool log_push(struct log_entry ***list, size_t *n, size_t *room, struct log_entry *e);

/* Begin an entry; then each leaf command records its line; close keeps it if it changed the target, else drops it. Keeping clears what
 * could be redone. False on no memory. */
bool log_open(struct log *l, const char *title, uint32_t seq, const struct session_setup *setup);
bool log_record(struct log *l, const char *line);
void log_close(struct log *l, bool keep, uint64_t heap_bytes, uint64_t live_bytes);
bool log_add_death(struct log *l, uint32_t seq, int signal, const char *words, uint64_t heap_bytes, uint64_t live_bytes);

/* How many of its lines make an entry again: all, but for the last one where the target was killed while that ran. A fault of its own
 * comes again by itself. */
size_t log_n_to_play(const struct log_entry *e);

#endif
