/* store.h: the file of earlier lines: private to its owner, added to by one write a line, so that
 * two programs can share it, and cut to its newest STORE_LINES_MAX lines. What cannot be done is
 * said once and is no failure. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stddef.h>

#define STORE_LINES_MAX 1000u
#define STORE_LINE_BYTES_MAX 4096u

struct store {
    char *path; /* NULL: there is no place for it */
    char notice[256]; /* "" or one line: why lines are not kept */
    size_t n_lines; /* in the file, as far as this program knows */
};

/* $XDG_STATE_HOME/brkview/history, else ~/.local/state/brkview/history; directories are made
 * (0700). Each of the newest lines goes to seen, oldest first. */
void store_open(struct store *s, void (*seen)(const char *line));
void store_add(struct store *s,
               const char *line); /* controls in it become spaces; too long a line is left out */
void store_close(struct store *s); /* cut it to its size */

/* Where a file of that name stands beside the history, malloc'd; NULL and errno: nowhere. */
char *store_place(const char *name);
bool store_make_way(
    char *path); /* make the directories above it that are missing. False and errno */

#endif
