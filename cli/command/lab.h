/* lab.h: the whole of what a person works with: the session, where they look, and what their last
 * command came to. */
#ifndef LAB_H
#define LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command/shown.h"
#include "cli/tell/outcome.h"

#define LAB_DEPTH_MAX 32u /* commands in one another */
#define LAB_NESTED_MAX 10000000u /* commands that one command may run */

/* The screen's measures that commands of the view need; zero outside the screen. */
struct lab_screen {
    uint64_t map_cells;
    uint64_t bytes_per_cell;
    size_t table_rows;
    bool there;
    bool output; /* what a stranger's allocator prints has a place there */
    int rows, columns;
}; /* rows: of the scenes, without the prompt */

struct lab;
struct course;

/* Whoever wants to know what every command came to, while the snapshot before it is still there. */
struct lab_witness {
    void (*saw)(struct lab_witness *self, struct lab *lab, const struct outcome *out);
};

struct lab {
    struct shown shown; /* the person's heap, or, while a course is under way, the course's */
    struct lab_screen screen;
    bool checkheap; /* set checkheap on|off */
    bool unsound; /* the checker that it calls has said no behind something of the present command
                   */
    bool mouse; /* set mouse on|off */
    bool theme_auto; /* as the terminal's background is: whoever has the terminal sets view.theme,
                        and takes this away */
    bool (*keep_theme)(enum theme_name theme); /* for the next start; THEME_N: forget it. False and
                                                  errno. NULL: nobody keeps it */
    bool quit; /* quit was asked for */
    bool stop_on_error;
    bool one_look; /* a heap that changes by itself is looked at when it is asked for, and not
                      before each command */
    bool reads; /* --screen-reader: every command tells what it changed */
    bool failed; /* some command has failed: exit status 1 */
    bool confined; /* what runs is a lesson's or a quiz's own command, which may do nothing that is
                      COMMAND_OUTSIDE */
    uint32_t depth; /* commands being run, one within the other */
    uint32_t source_depth; /* files being sourced, one within the other */
    uint64_t n_nested,
        nested_most; /* commands that the present command of the person has run, and may run */
    struct lab_source *sources; /* those files, innermost first */
    struct course *course; /* the lesson or quiz under way (course.h), owned; NULL */
    struct lab_witness *witness; /* borrowed; NULL: nobody */
    struct outcome_sink *sink; /* borrowed: takes long texts as they are made; NULL: they are kept,
                                  up to OUTCOME_TEXT_MAX */
    struct outcome spare[3]; /* for what there is no memory for: one is never last or told */
    struct outcome *last; /* owned; NULL before the first command */
    struct outcome *told; /* the last one before it that changed the target, owned; NULL */
    int64_t told_pid; /* and which target that was */
    void (*progress)(struct lab *lab,
                     const char *words); /* a long command tells how far it is; NULL: nobody asks.
                                            May set session.stop */
};

/* Look at the heap again, if a command has changed it since. */
void lab_look(struct lab *lab);
/* The same; false, and out says why, if that can't be done. */
bool lab_sees(struct lab *lab, struct outcome *out);

/* The checker of an allocator of one's own, behind an operation, where `set checkheap on` asks for
 * it and it was not called since. False with session.error: it says no (session_check_after). */
bool lab_checkheap(struct lab *lab);

/* Record line in the log's open entry: a command of files, of chance, or that was cut short records
 * what it came to, not what was typed. ok: it succeeded. */
void lab_record(struct lab *lab, const char *line, bool ok);
/* There is no memory for a line that should be recorded: the entry is not whole. */
void lab_lost_line(struct lab *lab);
/* If the target is dead, the line recorded last is the one that it died of, or found it dead: the
 * log's open entry says so. */
void lab_note_death(struct lab *lab);
/* Was the present command cut short by what will not come again when its line is played: a stop,
 * the limit of the number of commands, a checker's no, or somebody who killed the target? What ends
 * for its own reasons ends so again. */
bool lab_cut_short(const struct lab *lab);

#endif
