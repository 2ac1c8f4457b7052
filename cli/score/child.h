/* child.h: a process that is started, waited for and gone when the call returns, with all of its
 * group: the compiler, and the runner of a stranger's code. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stddef.h>

enum { CHILD_FDS = 5 };

struct child_setup {
    char *const *argv; /* argv[0] is found as execvp does */
    int fd[CHILD_FDS]; /* what stands at 0 to 4; -1: /dev/null at 0 to 2, else nothing */
    const char *temporary; /* its TMPDIR; NULL: as ours */
    double seconds; /* of its own time on a processor; and several times as many on the clock */
    size_t memory; /* bytes of address space */
    size_t file; /* bytes of each file that it writes */
};

enum child_end {
    CHILD_ENDED, /* status is waitpid's */
    CHILD_LATE, /* it was ended, for it took too long on the clock, or a part of a second of its
                   own time where that is the limit */
    CHILD_STOPPED, /* it was ended, for we are asked to end */
    CHILD_NOT_STARTED /* error says why */
};

enum child_end child_run(const struct child_setup *setup, int *status, char *error,
                         size_t error_bytes);

/* From here on SIGINT, SIGTERM and SIGHUP are kept until child_signal_again; a child that runs is
 * ended by them. */
void child_signals_keep(void);
bool child_signalled(void);
/* As they were; one that came comes now. */
void child_signal_again(void);

#endif
