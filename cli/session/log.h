/* log.h: the session is a log: the commands that changed the target, each as the lines that make it again.
 * A line of a log is free of files and of chance: `source` stands as the lines that it read, `random` with its seed. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct session;

struct log_entry {
    char *title;         /* what the person typed */
    char **lines;        /* what makes it again, in order */
    size_t n_lines;
    uint32_t seq;        /* the number of the command */
    bool fresh;          /* the first line makes a fresh heap (reset, policy): replay can begin here */
    bool death;          /* the target died from outside; lines is empty, signal says by what */
    int signal;
    uint64_t heap_bytes, live_bytes; /* after it */
};

struct log {
    struct log_entry **entries; size_t n, room;
    struct log_entry **undone; size_t n_undone, room_undone;
    struct log_entry *open;  /* being recorded, NULL between commands */
    int suspended;           /* >0: lines are not recorded (inside a repeat that was recorded as one line) */
};

void log_init(struct log *l);
void log_release(struct log *l);

/* Begin an entry; then each leaf command records its line; close keeps it if it changed the target, else drops it. Keeping clears what
 * could be redone. False on no memory. */
bool log_open(struct log *l, const char *title, uint32_t seq);
bool log_record(struct log *l, const char *line);
bool log_close(struct log *l, bool keep, bool fresh, uint64_t heap_bytes, uint64_t live_bytes);
bool log_add_death(struct log *l, uint32_t seq, int signal, const char *words, uint64_t heap_bytes, uint64_t live_bytes);

/* Run one line of a log without recording, looking or explaining; supplied by the commands. False stops the replay. */
struct log_player {
    bool (*play)(const struct log_player *self, struct session *s, const char *line);
    bool (*progress)(const struct log_player *self, size_t done, size_t total); /* once a second at most; false: stop */
};

/* Leave the last n entries off (as many as there are), and make the state before them again in a fresh target. *undone is how many.
 * Stopped or failed: the session is as it was before the call, made again if need be; false and s->error. */
bool log_undo(struct session *s, size_t n, const struct log_player *player, size_t *undone);
bool log_redo(struct session *s, size_t n, const struct log_player *player, size_t *redone);

#endif
