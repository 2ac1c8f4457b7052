/* face_curses.h: a canvas on the terminal, through ncurses. face_curses.c is the only file of the
 * project that includes curses. Input is not read here: no wgetch, keypad off. See cli/prompt for
 * the loop. One face at a time (curses is global). */
#ifndef FACE_CURSES_H
#define FACE_CURSES_H

#include "canvas.h"

struct face_options {
    enum theme_name theme; /* on a terminal without colours the mono theme tells styles apart */
    bool mouse; /* ask the terminal for SGR mouse reports */
};

/* Can TERM address the cursor? If not, *why is one clear line: plain mode it is; NULL where TERM
 * itself says so (unset, empty or dumb). Does not touch the screen. */
bool face_curses_possible(const char **why);
/* Take the terminal over (alternate screen, raw, no echo, bracketed paste on). False, *why set,
 * terminal untouched on failure. */
bool face_curses_open(const struct face_options *options, const char **why);
void face_curses_size(int *rows, int *columns); /* as curses knows it, at least 1 × 1 */
void face_curses_resized(
    void); /* after SIGWINCH: ask the kernel, resizeterm, repaint wholly at the next show */
void face_curses_show(
    const struct canvas *c); /* only differences are written; nothing changed: nothing is written */
void face_curses_set_theme(enum theme_name theme);
void face_curses_set_mouse(bool on);
void face_curses_suspend(void); /* give the terminal back, sane (before SIGSTOP or a pager) */
void face_curses_resume(void);
void face_curses_close(void); /* give it back for good; harmless when not open */
/* Async-signal-safe last resort for fatal signals: writes the strings prepared at open that make
 * the terminal sane, restores termios. */
void face_curses_emergency(void);

#endif
