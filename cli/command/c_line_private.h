/* c_line_private.h: a statement while it is read: what the files that translate lines of C share.
 */
#ifndef C_LINE_PRIVATE_H
#define C_LINE_PRIVATE_H

#include "cli/command/c_line.h"
#include "cli/command/c_scan.h"

struct c_statement {
    struct c_scan scan;
    const char *line; /* the whole of it, borrowed */
    struct c_line *c; /* what it comes to */
    char target[C_WORD_MAX]; /* the variable that is assigned to, "" */
};

/* That is the command. False with the error: no memory. */
bool c_statement_emit(struct c_statement *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The whole line is nothing that the lab understands, and what it does is said. Always false. */
bool c_statement_cannot(struct c_statement *t);
/* Behind a function's name, which is word: its arguments; the command is emitted. False with the
 * error. */
bool c_statement_call(struct c_statement *t, const char *word);

/* Is word the name of a function that is understood? */
bool c_function_is(const char *word);

#endif
