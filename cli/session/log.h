/* log.h: the session is a log: the commands that changed the target, each as the lines that make it
 * again. A line of a log is free of files, of chance and of when somebody pressed a key: `source`
 * stands as the lines that it read, `random` with its seed, and what was interrupted as what was
 * done of it. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/session/setup.h"

struct session;

/* How a line ended. What failed fails again, what succeeded succeeds again; what the target was
 * killed in is not played again. */
enum log_fate { LOG_DONE, LOG_FAILED, LOG_KILLED };

struct log_entry {
    char *title; /* what the person typed; with LOG_INTERRUPTED behind it if not all of that was
                    done */
    char **lines; /* what makes it again, in order */
    unsigned char *fates; /* enum log_fate of each line */
    size_t n_lines;
    bool incomplete; /* there was no memory for a line: nothing can make it again */
    uint32_t seq; /* the number of the command */
    bool fresh; /* the first line makes a fresh heap (reset, policy): replay can begin here, */
    size_t n_to_fresh; /* the last line that makes a fresh heap, counted from 1; 0: none does */
    struct session_setup setup; /* with the setup that was in force before it */
    bool death; /* the target died: from outside (lines is empty), or of what the lines did */
    int signal; /* by what, 0 if by none */
    uint64_t heap_bytes, live_bytes; /* after it */
    uint64_t brk_bytes; /* after it, as far as the target lived: brk above the heap's start, */
    uint32_t next_id; /* the next block's, */
    size_t n_live; /* and the blocks in use: what a replay must come to */
};

/* A comment to whoever reads the title as a command. */
#define LOG_INTERRUPTED " # interrupted"

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

/* Append to one of the two lists. False on no memory, the list as it was. With room for it, which
 * log_room makes, it can't fail. */
bool log_room(struct log_entry ***list, size_t n, size_t *room);
bool log_push(struct log_entry ***list, size_t *n, size_t *room, struct log_entry *e);

/* Begin an entry; then each leaf command records its line; close keeps it if it changed the target,
 * else drops it. Keeping clears what could be redone. False on no memory: nothing is recorded then,
 * and nothing should be done. */
bool log_open(struct log *l, const char *title, uint32_t seq, const struct session_setup *setup);
/* False on no memory: the entry is incomplete. */
bool log_record(struct log *l, const char *line, enum log_fate fate);
void log_close(struct log *l, bool keep, uint64_t heap_bytes, uint64_t live_bytes);

/* Where the open entry stands; to go back there is to forget what was recorded since, to put a line
 * in there makes it the first of that. */
struct log_place {
    size_t n_lines, n_to_fresh;
    bool fresh, death, incomplete;
};
struct log_place log_place(const struct log *l);
void log_go_back(struct log *l, const struct log_place *place);
bool log_put_before(struct log *l, const struct log_place *place, const char *line);
bool log_add_death(struct log *l, uint32_t seq, int signal, const char *words, uint64_t heap_bytes,
                   uint64_t live_bytes);

/* Is it a fault of the target's own, which comes again by itself? */
bool log_is_own_signal(int signal);
/* How many of its lines make an entry again: all, but for the last one where the target was killed
 * while that ran. */
size_t log_n_to_play(const struct log_entry *e);

#endif
