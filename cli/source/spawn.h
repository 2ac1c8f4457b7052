/* spawn.h: start the program that `run` watches, as env(1) does: found through PATH, with our
 * environment, its exit status its own.
 *
 * Plain, it has our standard input, output and error, our terminal and process group, and the
 * descriptors, signals and limits that we were started with; nothing of it is touched, and it runs
 * on when we die. On a pty, it has a terminal of its own, which we read and write; when we die, the
 * terminal hangs up (SIGHUP). In both it is our own child, so that yama lets us read it. */
#ifndef SPAWN_H
#define SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum spawn_mode { SPAWN_PLAIN, SPAWN_PTY };

/* Signals as they were when we were started, to be handed on. */
struct spawn_signals {
    sigset_t mask;
    sigset_t ignored;
};
/* Take them: first thing in main, before anybody changes them. */
void spawn_signals_take(struct spawn_signals *s);

struct spawn_setup {
    enum spawn_mode mode;
    const struct spawn_signals *signals; /* NULL: as they are now */
    unsigned rows, columns; /* of the pty */
    const char *terminal; /* TERM on the pty; NULL: ours */
};

/* What it does. */
enum spawn_news {
    SPAWN_RUNS,
    SPAWN_STOPPED, /* by a signal: s->signal. It goes on with spawn_continue, or SIGCONT */
    SPAWN_ENDED /* s->wait_status, spawn_exit_status */
};

/* Zero is none. */
struct spawn {
    pid_t pid;
    enum spawn_mode mode;
    int fd; /* the pty's, ours; -1 without one, or once it is closed */
    enum spawn_news news;
    int wait_status; /* once ended */
    int signal; /* that stopped it */
    pid_t keeper; /* pty: who leads the session, 0 */
    /* plain, while spawn_wait may be called: */
    int signals; /* a signalfd, -1 */
    sigset_t mask; /* ours before */
};

#define SPAWN_CANNOT_RUN 126 /* it was found, and can't be run */
#define SPAWN_NOT_FOUND 127

/* Start argv[0] with argv, NULL at its end. 0; or the exit status that env has (126, 127; 125 for
 * what is our own trouble), with one line in error and *s zero. */
int spawn_start(struct spawn *s, char *const *argv, const struct spawn_setup *setup, char *error,
                size_t error_bytes);

/* What is new? Never waits. What is held by ptrace counts as running. Both modes. */
enum spawn_news spawn_poll(struct spawn *s);

/* Plain: wait for news, or for so many seconds (less than 0: for ever). Signals that somebody sends
 * to us alone are passed on to it; those of the terminal it has itself. When it stops, we stop,
 * too, and when we go on, it does: SPAWN_STOPPED is never returned. */
enum spawn_news spawn_wait(struct spawn *s, double seconds);

/* What a shell would call its end: its own status, or 128 and the signal's number. */
int spawn_exit_status(const struct spawn *s);

/* Pty. Bytes of its output that came, 0: none now, -1: there will be no more (s->fd is closed). */
ssize_t spawn_read(struct spawn *s, void *to, size_t bytes);
/* As many bytes as the terminal takes now; -1 and errno. What is typed ahead of a program is kept
 * by the kernel, up to 4,095 bytes a line. */
ssize_t spawn_write(struct spawn *s, const void *from, size_t bytes);
void spawn_resize(struct spawn *s, unsigned rows, unsigned columns);

/* Let it go on after a stop. */
void spawn_continue(struct spawn *s);

/* End it: the terminal hangs up (plain: SIGTERM), and what has not ended within so many seconds is
 * killed. It is buried when this returns, unless a debugger holds it: false. */
bool spawn_end(struct spawn *s, double seconds);

/* Close what is ours; the program is left as it is. */
void spawn_release(struct spawn *s);

#endif
