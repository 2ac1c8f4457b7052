/* terminal.h: a program inside a terminal that a test can read: a pseudo-terminal, and libvterm as
 * the screen behind it.
 *
 * Every wait is for something to be seen, up to a time that only a failure uses up. Rows and
 * columns count from 0. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#define TERMINAL_WAIT_MS 60000

struct terminal;

struct terminal_cell {
    uint32_t glyph; /* the first character; 0: empty, UINT32_MAX: second half of the wide one to the
                       left */
    int width;
    bool bold, reverse, underline;
    bool default_foreground, default_background;
    unsigned char foreground[3], background[3];
};

/* Start argv[0] in rows × columns. The environment is PATH, HOME and XDG_STATE_HOME (a directory of
 * the test's), TERM=xterm-256color, LC_ALL=C.UTF-8, laid over by env ("NAME=VALUE", or "NAME" to
 * take one away); both lists end with NULL, env may be NULL. Never NULL: the test stops if it
 * cannot be done. */
struct terminal *terminal_start(int rows, int columns, const char *const *env,
                                const char *const *argv);
/* Kill what still runs, forget everything. */
void terminal_free(struct terminal *t);

const char *terminal_home(
    void); /* the directory given as HOME: made at the first use, emptied and removed at exit */
const char *terminal_program(void); /* $BRKVIEW, else ./brkview */

/* What it answers when it is asked for its background (OSC 11), such as "rgb:ffff/ffff/ffff"; NULL,
 * as at the start: nothing; "": nor to DA1. Before the first wait. */
void terminal_set_background(struct terminal *t, const char *color);

void terminal_type(struct terminal *t, const char *text);
void terminal_send(struct terminal *t, const void *bytes, size_t n);
void terminal_click(struct terminal *t, int row, int column); /* as an SGR report */

/* Read what comes for that long. */
void terminal_pump(struct terminal *t, int milliseconds);
/* Until a row holds text (or: none does). False when the time is up. */
bool terminal_wait(struct terminal *t, const char *text, int milliseconds);
bool terminal_wait_gone(struct terminal *t, const char *text, int milliseconds);
/* Read nothing until so much is there to be read that no more comes. */
bool terminal_wait_full(struct terminal *t, int milliseconds);
/* Until a condition of the test's own holds. */
bool terminal_wait_until(struct terminal *t, bool (*holds)(struct terminal *t, void *user),
                         void *user, int milliseconds);
/* The same, and the test fails with the screen printed if it does not come. */
void terminal_must_show(struct terminal *t, const char *text);
void terminal_must_lose(struct terminal *t, const char *text);

const char *
terminal_row(struct terminal *t,
             int row); /* without blanks at the end; lives until that row is asked for again */
int terminal_find(struct terminal *t, const char *text,
                  int *column); /* the first row that holds it, -1; column may be NULL */
struct terminal_cell terminal_cell(struct terminal *t, int row, int column);
void terminal_cursor(struct terminal *t, int *row, int *column, bool *visible);
void terminal_size(struct terminal *t, int *rows, int *columns);
bool terminal_alternate(struct terminal *t); /* is the alternate screen shown? */
bool terminal_mouse(struct terminal *t); /* are mouse reports wanted? */
size_t terminal_bytes(struct terminal *t); /* how many came since the start */
bool terminal_came(struct terminal *t, const void *bytes, size_t n,
                   size_t from); /* did these come, raw, after the first from? */
void terminal_print(struct terminal *t); /* the screen, to stderr */

void terminal_resize(struct terminal *t, int rows, int columns);
void terminal_settings(struct terminal *t, struct termios *settings);
pid_t terminal_pid(struct terminal *t);
void terminal_signal(struct terminal *t, int number);
void terminal_hang_up(struct terminal *t); /* close the terminal */
/* The wait status; false when the time is up. */
bool terminal_wait_exit(struct terminal *t, int *status, int milliseconds);
bool terminal_wait_stop(struct terminal *t, int milliseconds);

/* The child of pid whose command name begins with name, 0 if there is none. */
pid_t terminal_child_of(pid_t pid, const char *name);
bool terminal_wait_gone_process(pid_t pid, int milliseconds);

#endif
