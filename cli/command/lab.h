/* lab.h: the whole of what a person works with: the session, where they look, and what their last command came to. */
#ifndef LAB_H
#define LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command/animation.h"
#include "cli/session/mark.h"
#include "cli/session/session.h"
#include "cli/tell/outcome.h"
#include "viz/picture.h"
#include "viz/view.h"

#define LAB_DEPTH_MAX 32u /* commands in one another */
#define LAB_NESTED_MAX 10000000u /* commands that one command may run */

/* The screen's measures that commands of the view need; zero outside the screen. */
struct lab_screen {
    uint64_t map_cells;
    uint64_t bytes_per_cell;
    size_t table_rows;
    bool there;
    int rows, columns;
}; /* rows: of the scenes, without the prompt */

struct lab;
struct course;

/* Whoever wants to know what every command came to, while the snapshot before it is still there. */
struct lab_witness {
    void (*saw)(struct lab_witness *self, struct lab *lab, const struct outcome *out);
};

struct lab {
    struct session session;
    struct view view;
    struct lab_screen screen;
    bool mouse; /* set mouse on|off */
    bool theme_auto; /* as the terminal's background is: whoever has the terminal sets view.theme, and takes this away */
    bool (*keep_theme)(
        enum theme_name theme); /* for the next start; THEME_N: forget it. False and errno. NULL: nobody keeps it */
    bool quit; /* quit was asked for */
    bool stop_on_error;
    bool reads; /* --screen-reader: every command tells what it changed */
    bool failed; /* some command has failed: exit status 1 */
    bool stale; /* the target was changed since the last look */
    bool confined; /* what runs is a lesson's or a quiz's own command, which may do nothing that is COMMAND_OUTSIDE */
    uint32_t depth; /* commands being run, one within the other */
    uint32_t source_depth; /* files being sourced, one within the other */
    uint64_t n_nested, nested_most; /* commands that the present command of the person has run, and may run */
    struct lab_source *sources; /* those files, innermost first */
    struct trace marked; /* of the last command that changed the target, while its marks stand */
    struct animation animation; /* of the last command */
    char *steps_text; /* the last change's steps as numbered lines, owned; NULL */
    struct marks marks; /* states kept by name */
    struct course *course; /* the lesson or quiz under way (course.h), owned; NULL */
    struct lab_witness *witness; /* borrowed; NULL: nobody */
    struct lab_page *page; /* what the scenes borrow (page.c), owned */
    struct outcome_sink *sink; /* borrowed: takes long texts as they are made; NULL: they are kept, up to OUTCOME_TEXT_MAX */
    struct outcome spare[3]; /* for what there is no memory for: one is never last or told */
    struct outcome *last; /* owned; NULL before the first command */
    struct outcome *told; /* the last one before it that changed the target, owned; NULL */
    int64_t told_pid; /* and which target that was */
    void (*progress)(struct lab *lab,
                     const char *words); /* a long command tells how far it is; NULL: nobody asks. May set session.stop */
};

/* When nobody chose one, and no terminal was asked: NO_COLOR's, or dark. */
enum theme_name lab_theme_unasked(void);

/* False with one line in error. */
bool lab_init(struct lab *lab, const struct session_setup *setup, bool aslr, char *error, size_t error_bytes);
/* The same with another timeout than the usual, for the start and after it; borrowed. */
bool lab_init_within(struct lab *lab, const struct session_setup *setup, bool aslr, struct target_timeout *timeout, char *error,
                     size_t error_bytes);
void lab_release(struct lab *lab);

/* Look at the heap again, if a command has changed it since. */
void lab_look(struct lab *lab);
/* The same; false, and out says why, if that can't be done. */
bool lab_sees(struct lab *lab, struct outcome *out);

/* Record line in the log's open entry: a command of files, of chance, or that was cut short records what it came to, not what was typed. ok:
 * it succeeded. */
void lab_record(struct lab *lab, const char *line, bool ok);
/* There is no memory for a line that should be recorded: the entry is not whole. */
void lab_lost_line(struct lab *lab);
/* Was the present command cut short by what will not come again when its line is played: a stop, the end of all timeout with the number of
 * commands, or somebody who killed the target? What ends for its own reasons ends so again. */
bool lab_cut_short(const struct lab *lab);

/* Run one command as typed (no separators in it; see command_split). The outcome stays the lab's, until the next. Never
 * NULL: what there is no memory for has failed. */
const struct outcome *lab_run(struct lab *lab, const char *command);
/* In place of lab_run for a command that there was no memory to take: it has failed, and nothing was done. command: what is known of it. */
const struct outcome *lab_refuse(struct lab *lab, const char *command);
/* Whoever runs the commands of a text hears of each. */
struct lab_feeder {
    /* It is about to be run; NULL: nobody asks. command NULL: there is no memory for it; more: others follow in the text. */
    void (*begin)(struct lab_feeder *self, const char *command, bool more);
    bool (*told)(struct lab_feeder *self, const struct outcome *out, bool more); /* false: what follows is not to be run */
};
/* Run every command of text, each with those that a lesson or a quiz wants run after it. False: told said so. */
bool lab_feed(struct lab *lab, const char *text, struct lab_feeder *feeder);
/* Run the next command that the lesson or the quiz wants run (course_command). NULL: it is the person's turn. */
const struct outcome *lab_run_taught(struct lab *lab);

/* The same for an entry of a log: what was typed, and the lines that make it again, in order. */
const struct outcome *lab_run_entry(struct lab *lab, const struct log_entry *entry);

/* Fill *p for the scenes; what it points to is the lab's and lives until the next call or command. */
void lab_picture(struct lab *lab, struct picture *p);
/* The same from inside a command that tells of the picture only: as it was before that command, unless the heap was changed since. */
void lab_picture_told(struct lab *lab, struct picture *p);

#endif
