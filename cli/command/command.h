/* command.h: the commands: one table row each, from which help, usage, completion and the manual's
 * list come. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/command/lab.h"
#include "cli/source/source.h"

/* What may stand at a place of a command's arguments: the completion's and the usage's business. */
enum argument_kind {
    ARG_NONE,
    ARG_SIZE,
    ARG_ID,
    ARG_NAME,
    ARG_POLICY,
    ARG_OPTION,
    ARG_VALUE,
    ARG_FILE,
    ARG_COMMAND,
    ARG_WORD,
    ARG_CHOICE, /* one of those that the row lists */
    ARG_CHOICE_OR_PATH /* or a file, which has a / in it */
};

struct command;
struct arguments; /* parse.h */

enum command_flags {
    COMMAND_CHANGES = 1, /* goes to the log if it changed the target */
    COMMAND_NEEDS_LIFE = 2, /* refused with words while the target is dead */
    COMMAND_COMPOSES = 4, /* runs other commands (repeat, source), or may be cut short (free, race):
                             it sees to the log by itself */
    COMMAND_LISTS = 8, /* without a word it only tells what there is */
    COMMAND_ALONE = 16, /* not inside another (repeat, source) */
    COMMAND_OUTSIDE = 32, /* reaches files, or the lesson itself: refused to a lesson's own
                             commands, at any depth */
    COMMAND_HOLDS = 64, /* its second word and what follows are commands (command_body) */
    COMMAND_TURNS_BACK = 128, /* changes the target by the log, and is no entry of it */
    COMMAND_WHILE_ASKED = 512, /* typed while a question is open it means itself, and is no answer;
                                  so do those that look, and the screen's */
    COMMAND_LEADS = 1024, /* makes a running program go on, stand still or do something */
    COMMAND_UNSTEADY = 256 /* the same line may do something else the next time, or does something
                              outside the heap */
};

/* What goes to the log if it changed the target, and is refused while the target is dead. */
#define COMMAND_CHANGE (COMMAND_CHANGES | COMMAND_NEEDS_LIFE)

/* Take one word. */
typedef void command_choice(void *user, const char *word);

struct command {
    const char *name;
    const char *aliases; /* separated by spaces, NULL if none */
    const char *usage; /* of the arguments: "SIZE [as NAME]"; NULL if it takes none */
    const char *summary; /* one line, no full stop */
    const char *help; /* a few sentences and an example */
    const char
        *group; /* "allocate", "look", "memory", "faults", "session", "class", "watch", "screen" */
    int least, most; /* words of arguments; most -1: any number */
    enum argument_kind kinds[4]; /* the last one goes on */
    unsigned flags;
    unsigned needs; /* of the source (enum source_can): refused with words where that can't; 0:
                       nothing */
    bool (*run)(struct lab *lab, const struct arguments *args, struct outcome *out);
    /* The same for a heap that is not the lab's, where other things can be told of it; NULL: run.
     */
    bool (*run_watched)(struct lab *lab, const struct arguments *args, struct outcome *out);
    void (*choices)(command_choice *add, void *user); /* of ARG_CHOICE: calls add for each */
    bool (*steady)(const struct arguments
                       *args); /* for the words at hand, in place of COMMAND_UNSTEADY; NULL */
    bool (*plain_size)(
        const struct arguments *args,
        uint64_t *size); /* it is no more than one allocation of that size; NULL: never */
    bool (*help_line)(
        unsigned i, char *text,
        size_t bytes); /* what its help lists behind its text, the i-th; NULL: nothing */
};

extern const struct command *const command_table[]; /* commands.c */
extern const size_t command_table_size;

/* The command that a word names: exact name or alias, else the only one it is a prefix of. NULL
 * otherwise, with one line in error: the ambiguous ones, or the nearest name. */
const struct command *command_find(const char *word, char *error, size_t error_bytes);

/* "alloc SIZE [as NAME]" */
void command_usage(const struct command *command, char *text, size_t bytes);

/* Split text at newlines and ';' outside double quotes, dropping comments and empty commands: the
 * next command from *at on, malloc'd. NULL at the end, where text[*at] is the zero; and on no
 * memory, where *at is the beginning of the command, which is still to come. */
char *command_split(const char *text, size_t *at);
/* Is there one from at on? Needs no memory. */
bool command_follows(const char *text, size_t at);
/* Where the next one from at on begins, behind blanks, empty lines and comments. */
size_t command_start(const char *text, size_t at);
/* The same for who goes on with the others: false at the end. *command NULL: there is no memory for
 * this one, it is passed over, and brief has what fits of it. */
#define COMMAND_BRIEF 64
bool command_next(const char *text, size_t *at, char **command, char brief[COMMAND_BRIEF]);

/* Visit every command of text that is one, and those in its repeats; depth is how many repeats
 * stand around it. Stops early when visit returns false. False: it did, or they stand deeper in one
 * another than any command may, or there is no memory to see them all. */
typedef bool command_visit(void *user, const struct command *command, const struct arguments *args);
bool command_each(const char *text, unsigned depth, command_visit *visit, void *user);
/* What a command that holds others has in its second word or from there on, of at least two words;
 * borrowed from args. */
const char *command_body(const struct arguments *args);

/* Completions of the word that ends at point in line: a NULL-terminated array of whole words, all
 * malloc'd, best first; *start is where the word begins. NULL if there are none. Asks nothing of
 * the target. */
char **command_complete(struct lab *lab, const char *line, size_t point, size_t *start);

#endif
