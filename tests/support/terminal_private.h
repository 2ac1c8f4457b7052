/* terminal_private.h: what terminal.c and terminal_screen.c share. */
#ifndef TERMINAL_PRIVATE_H
#define TERMINAL_PRIVATE_H

#include <vterm.h>

#include "tests/support/terminal.h"

struct terminal {
    int fd;
    pid_t pid;
    bool ended; /* nothing more will come */
    bool reaped;
    const char *background; /* the answer to OSC 11, NULL: none */
    char *raw; /* all that came */
    size_t n_raw, room_raw;
    int rows, columns;
    VTerm *vt;
    VTermScreen *screen;
    VTermPos cursor;
    bool cursor_visible, alternate, mouse;
    char **row_text;
    int n_row_text;
};

bool terminal_screen_open(struct terminal *t, int rows, int columns);
void terminal_screen_close(struct terminal *t);
void terminal_screen_take(struct terminal *t, const char *bytes, size_t n);
void terminal_screen_resize(struct terminal *t, int rows, int columns);

#endif
