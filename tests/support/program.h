/* program.h: the program itself, from outside: what it writes, how it ends. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What a run came to. Text ends with a zero byte. */
struct program {
    char *out, *err;
    size_t n_out, n_err;
    int status; /* exit status, or 128 + the signal */
    double seconds;
};

/* Run $BRKVIEW (./brkview without it) with arguments (NULL at the end), input on standard input
 * (NULL: nothing), and wait; before, which may be NULL, is called in the child. Fails the test
 * after a minute. */
void program_run(struct program *p, const char *input, void (*before)(void),
                 const char *const *arguments);
#define PROGRAM(p, input, ...) program_run(p, input, NULL, (const char *const[]){__VA_ARGS__, NULL})
void program_release(struct program *p);

size_t program_lines(const char *text);
/* out or err holds expected, else the test fails. */
void program_says(const struct program *p, const char *expected);
void program_complains(const struct program *p, const char *expected);

/* A program that is talked to. */
struct talk {
    pid_t pid;
    int to, from;
    char line[65536];
    size_t n;
};
void talk_start(struct talk *t, const char *const *arguments);
void talk_start_after(struct talk *t, void (*before)(void),
                      const char *const *arguments); /* before, in the child */
/* The next line of output. */
const char *talk_hear(struct talk *t);
/* Send a line; the answer is the next line of output. */
const char *talk(struct talk *t, const char *line);
int talk_end(struct talk *t); /* close its input: its exit status */

#endif
