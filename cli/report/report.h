/* report.h: outcomes for scripts and pipes: results on stdout, diagnostics on stderr, flushed after
 * each command. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command/lab.h"
#include "cli/command/run.h"

enum report_form { REPORT_PLAIN, REPORT_JSON };

/* Where a report goes and how. */
struct report {
    enum report_form form;
    bool echo; /* plain: repeat the command before what it came to */
    struct outcome_sink sink; /* see report_attach */
    struct lab *lab;
};

/* While *r lives, long texts of lab's outcomes are told as they are made, not when they are whole.
 */
void report_attach(struct report *r, struct lab *lab);

/* Flush stdout. False, and said on stderr unless it is the reader who has gone, if not all that was
 * written could be. */
bool report_end(void);

/* Tell one outcome; what can't be told for want of memory is told as that, and is a failure of the
 * lab. False if stdout can't be written, as report_end: stop. */
bool report_outcome(const struct report *r, struct lab *lab, const struct outcome *out);

/* Write the JSON of an outcome, its rows one by one, while listener (NULL: nobody) listens. False:
 * not all of it could be written, or it was stopped; or, *begun false, none of it was, for want of
 * memory. */
bool report_put_outcome(struct lab *lab, const struct outcome *out, struct session *listener,
                        FILE *to, bool *begun);
/* The same as a line; nobody listens, for where lines are written a signal ends the program. False:
 * there was no memory, and what was written says so. */
bool report_json_line(struct lab *lab, const struct outcome *out, FILE *to);
/* Write j in one line of printable ASCII, without its end. False: not all of it could be written.
 */
bool report_put_json(const json_t *j, FILE *to);

/* One line of diagnosis: "brkview: " and the text, as report_safe_line writes it. All that goes to
 * stderr goes this way. */
void report_complain(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Write text to a stream with all that can't be seen escaped, but for newlines and tabs, and with
 * it what is not UTF-8 and what turns the text around it: what comes from files, names and options
 * never reaches a terminal raw. */
void report_safe(FILE *to, const char *text);
/* The same as one line: a newline is escaped too. */
void report_safe_line(FILE *to, const char *text);

/* After lab_release: a target that could not be ended, on standard error; nothing if there is none.
 */
void report_left(const struct lab *lab);

#endif
