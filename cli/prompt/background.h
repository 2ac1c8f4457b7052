/* background.h: is the terminal's background light or dark? */
#ifndef BACKGROUND_H
#define BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/prompt/keys.h"

enum background { BACKGROUND_UNKNOWN, BACKGROUND_DARK, BACKGROUND_LIGHT };

#define BACKGROUND_WAIT_MS 150

/* Of the answer to OSC 11, "rgb:RR…/GG…/BB…" (one to four hex digits each), and of the variable
 * COLORFGBG, "front;back", either may be NULL. */
enum background background_of_color(const char *text, size_t n);
enum background background_of_variable(const char *colorfgbg);
/* May a terminal of that TERM, inside tmux or screen (their variables; NULL: not set), be asked?
 * Those that might show the question may not. */
bool background_may_ask(const char *term, const char *tmux, const char *screen);

/* Ask the terminal, and wait for BACKGROUND_WAIT_MS at most: a question that all terminals answer
 * is sent behind, and ends the wait. Then the variable. What was typed meanwhile goes to keys, and
 * so does an answer that is late, which they drop. */
enum background background_find(struct keys *keys);

#endif
