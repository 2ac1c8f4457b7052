/* subcommand.h: the words that may stand first on the command line, with options of their own. */
#ifndef SUBCOMMAND_H
#define SUBCOMMAND_H

#include <stddef.h>

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv); /* argv[0] is the name; returns the exit status */
    const char *summary; /* one line for --help */
    const char *(*help)(int argc, char **argv); /* its own text of --help, by the words so far */
};

/* NULL: word is none. A script of such a name is run as ./NAME. */
const struct subcommand *subcommand_find(const char *word);

/* The i-th, in order of the alphabet; NULL behind the last. */
const struct subcommand *subcommand_at(size_t i);

#endif
