/* options.h: the command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/session/setup.h"
#include "viz/theme.h"

struct options {
    struct session_setup setup;
    const char *commands; /* -e, NULL */
    const char *script; /* SCRIPT, NULL */
    bool json, plain, screen_reader, ascii, aslr, stop_on_error, mouse, offsets, projector;
    enum theme_name theme; /* THEME_N: not said */
    bool theme_auto; /* said: as the terminal is */
    double timeout; /* seconds */
    bool help, version;
};

/* False with one line in error: what was wrong, what was expected. */
bool options_parse(struct options *o, int argc, char **argv, char *error, size_t error_bytes);

/* The text of --help. */
const char *options_help(void);

#endif
