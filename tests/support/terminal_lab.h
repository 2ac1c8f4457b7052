/* terminal_lab.h: brkview inside the terminal of terminal.h, and what its screen says. */
#ifndef TERMINAL_LAB_H
#define TERMINAL_LAB_H

#include "tests/support/terminal.h"

#define LAB_PROMPT "heap>"

/* Start brkview with up to four more arguments (NULL at the end) and wait for its prompt. */
struct terminal *lab_start(int rows, int columns, const char *const *env, const char *const *more);
/* Type a command and Enter; wait until the prompt stands there empty and a row matches regex (POSIX
 * extended). */
void lab_command(struct terminal *t, const char *command, const char *regex);
void lab_must_match(struct terminal *t, const char *regex);
bool lab_matches(struct terminal *t, const char *regex);
/* The prompt's row is exactly that. */
void lab_must_prompt(struct terminal *t, const char *row);
/* Leave by `quit`; the status must be 0, the terminal as before. */
void lab_leave(struct terminal *t);
void lab_must_be_restored(struct terminal *t);
pid_t lab_target(struct terminal *t); /* the process that is watched, never 0 */

/* The break that the title shows, and the one that brkview --json -e commands ends with. */
uint64_t lab_brk(struct terminal *t);
uint64_t lab_json_brk(const char *commands);

/* Compare two words, and print the screen if they differ. */
void lab_must_equal(struct terminal *t, uint64_t is, uint64_t should_be, const char *what);

#endif
