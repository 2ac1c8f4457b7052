/* options.h: the command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/score/own_open.h"
#include "cli/session/setup.h"
#include "viz/theme.h"

/* Whose options: the first word of the command line says it. */
enum options_of { OPTIONS_LAB = 1, OPTIONS_ATTACH = 2, OPTIONS_RUN = 4, OPTIONS_REPLAY = 8 };

enum { OPTIONS_FILES_MAX = 64 };

struct options {
    enum options_of of;
    char **words; /* what is no option: argv's, behind the options; */
    int n_words; /* of run, all that follows its first word, options of the program too */
    struct session_setup setup;
    struct own_files allocator; /* --allocator; no files: it was not said */
    char *files[OPTIONS_FILES_MAX]; /* of it */
    const char *commands; /* -e, NULL */
    const char *script; /* SCRIPT, NULL */
    bool policy_said, checkheap;
    bool json, plain, screen_reader, ascii, aslr, stop_on_error, mouse, offsets, projector;
    enum theme_name theme; /* THEME_N: not said */
    bool theme_auto; /* said: as the terminal is */
    double timeout; /* seconds */
    bool never_stop; /* attach, run: its threads are never held for a look */
    double rate; /* attach, run: looks a second */
    double every; /* run: seconds between the lines of a summary; 0: none but the last */
    const char *summary, *record; /* run: files, NULL */
    bool follow; /* run: and its children */
    const char *trace, *at; /* replay: a file, and where to begin, as goto has it; NULL */
    const char *begin; /* a command that is run before all others; NULL */
    bool help, version;
};

/* What is parsed must stay where it is: allocator points to files. argv[0] is the program's name,
 * or the subcommand. False with one line in error: what was wrong, what was expected. */
bool options_parse(struct options *o, enum options_of of, int argc, char **argv, char *error,
                   size_t error_bytes);

/* The text of --help. */
const char *options_help(void);

#endif
