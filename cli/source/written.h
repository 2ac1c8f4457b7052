/* written.h: what a program has written, as the lines that a page shows. */
#ifndef WRITTEN_H
#define WRITTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WRITTEN_LINES_MAX 10000u /* older ones are forgotten */
#define WRITTEN_LINE_BYTES 4096u /* what is longer goes on in the next line */

struct written {
    char **line; /* oldest first, printable UTF-8, owned; the last one may go on */
    size_t n, room;
    uint64_t n_forgotten; /* lines */
    char open[WRITTEN_LINE_BYTES + 8]; /* the last line as far as it has come */
    size_t n_open;
    bool returned; /* the cursor went back to its start: what comes next takes its place */
    unsigned escape; /* within a control sequence: which part of it */
};

/* Bytes of a terminal's output, as a page without one shows them: control sequences are left out, a
 * carriage return begins the line anew, other controls are nothing. False on no memory: something
 * is lost. */
bool written_take(struct written *w, const char *bytes, size_t n);

/* The last line, which may go on; "" if it has not begun. */
const char *written_open_line(const struct written *w);

/* The last that has anything in it, whether it may go on or not; "". */
const char *written_last_line(const struct written *w);

void written_release(struct written *w);

#endif
