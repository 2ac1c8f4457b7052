/* score_known.h: the options of `brkview score`, blame and shrink: one table says which of them has
 * an option, and how its help tells it. */
#ifndef SCORE_KNOWN_H
#define SCORE_KNOWN_H

#include <getopt.h>
#include <stdbool.h>

/* Of those that have no letter. */
enum score_known_option {
    OPT_CC = 256,
    OPT_CFLAGS,
    OPT_ALIGN,
    OPT_HEAP,
    OPT_WITHIN,
    OPT_WASTE,
    OPT_JSON,
    OPT_WHY,
    OPT_SCALE,
    OPT_REFERENCE,
    OPT_M32,
    OPT_INSTRUCTIONS,
    OPT_GENERATE,
    OPT_SEED,
    OPT_OPS,
    OPT_HELP
};

/* For getopt_long: those of all commands. */
const struct option *score_known_long(void);
const char *score_known_short(void);

/* command: "score", "blame" or "shrink". */
bool score_known_has(const char *command, int option);
const char *score_known_name(int option); /* without its dashes; NULL: it has a letter alone */

/* before, the lines of the command's options, and after; valid until the next call. */
const char *score_known_help(const char *command, const char *before, const char *after);

#endif
