/* run.h: running commands of the person in a lab: do, look, explain, log. */
#ifndef RUN_H
#define RUN_H

#include "cli/command/lab.h"

/* When nobody chose one, and no terminal was asked: NO_COLOR's, or dark. */
enum theme_name lab_theme_unasked(void);

/* False with one line in error. */
bool lab_init(struct lab *lab, const struct session_setup *setup, bool aslr, char *error,
              size_t error_bytes);
/* The same with another timeout than the usual, for the start and after it; borrowed. */
bool lab_init_within(struct lab *lab, const struct session_setup *setup, bool aslr,
                     struct target_timeout *timeout, char *error, size_t error_bytes);
/* The same with a process of somebody else's on show (session_attach). */
bool lab_attach(struct lab *lab, const struct watch_setup *setup, char *error, size_t error_bytes);
void lab_release(struct lab *lab);

/* Run one command as typed (no separators in it; see command_split). The outcome stays the lab's,
 * until the next. Never NULL: what there is no memory for has failed. */
const struct outcome *lab_run(struct lab *lab, const char *command);
/* In place of lab_run for a command that there was no memory to take: it has failed, and nothing
 * was done. command: what is known of it. */
const struct outcome *lab_refuse(struct lab *lab, const char *command);
/* Whoever runs the commands of a text hears of each. */
struct lab_feeder {
    /* It is about to be run; NULL: nobody asks. command NULL: there is no memory for it; more:
     * others follow in the text. */
    void (*begin)(struct lab_feeder *self, const char *command, bool more);
    bool (*told)(struct lab_feeder *self, const struct outcome *out,
                 bool more); /* false: what follows is not to be run */
};
/* Run every command of text, each with those that a lesson or a quiz wants run after it. False:
 * told said so. */
bool lab_feed(struct lab *lab, const char *text, struct lab_feeder *feeder);
/* Run the next command that the lesson or the quiz wants run (course_command). NULL: it is the
 * person's turn. */
const struct outcome *lab_run_taught(struct lab *lab);

/* The same for an entry of a log: what was typed, and the lines that make it again, in order. */
const struct outcome *lab_run_entry(struct lab *lab, const struct log_entry *entry);

#endif
