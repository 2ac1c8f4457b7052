/* sides.h: heaps side by side, a lab each: what is typed is done in all of them, and so are the
 * operations of a trace. Payloads of a trace are named after their ids: t5.
 *
 * Commands of its own: step [N], run, until divergence|N, undo [N]. A lesson, a quiz, another
 * policy and files are for one heap alone. */
#ifndef SIDES_H
#define SIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command/lab.h"
#include "cli/score/trace.h"
#include "viz/panes.h"

enum { SIDES_MOST = PANES_MOST };

struct side {
    struct lab *lab; /* borrowed */
    const char *name; /* borrowed */
    struct curve_point *point; /* owned: after each command that changed something */
    size_t n_points, room;
    uint64_t refused_bytes; /* what the program has freed, and the allocator did not take */
};

/* Where all stood before a command. */
struct sides_mark {
    size_t at, n_done;
    bool parted;
    size_t n_log[SIDES_MOST], n_points[SIDES_MOST];
    uint64_t refused_bytes[SIDES_MOST];
};

struct sides {
    struct side side[SIDES_MOST];
    size_t n;
    const struct trace *trace; /* borrowed; NULL: none is played */
    size_t at; /* its operations done */
    size_t n_done; /* commands done, operations with them */
    bool parted; /* payload's offset, brk or success was another */
    uint64_t parted_x; /* when: as points have it */
    char parted_words[256];
    struct sides_mark *mark; /* owned; before each command that can be undone */
    size_t n_marks, room_marks;
    char said[256]; /* by a command of its own; "" nothing */
    bool failed; /* it did */
    bool stopped; /* somebody has stopped the last one */
};

/* Labs that live as long as s, and look the same to whoever compares. False on no memory. To be
 * released either way. */
bool sides_init(struct sides *s, struct lab *const *labs, const char *const *names, size_t n,
                const struct trace *trace);
void sides_release(struct sides *s);

enum sides_took {
    SIDES_OWN, /* said and failed tell what came of it */
    SIDES_ONE, /* the first lab did it: it is about no heap */
    SIDES_ALL /* each lab's last outcome tells what came of it there */
};
/* Run one command, as lab_run does. Ears and timeouts of the first lab are those of all. */
enum sides_took sides_run(struct sides *s, const char *command);

/* For the panes: curves; where the trace stands ("" without one), where they have parted. */
void sides_curve(const struct sides *s, size_t i, struct curve *curve);
const char *sides_position(const struct sides *s, char *text, size_t bytes);

/* command_complete, with its own commands. */
char **sides_complete(struct sides *s, const char *line, size_t point, size_t *start);

/* What help lists of its own commands. */
extern const char sides_commands[];

#endif
