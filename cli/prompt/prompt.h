/* prompt.h: what the files of cli/prompt share: the state of one prompt_run. */
#ifndef PROMPT_H
#define PROMPT_H

#include <signal.h>
#include <time.h>

#include "cli/command/lab.h"
#include "cli/prompt/keys.h"
#include "cli/prompt/pager.h"
#include "cli/prompt/screen.h"
#include "cli/source/target.h"

struct prompt {
    struct target_timeout timeout; /* first: the session's timeout leads back here */
    struct session_ear ear; /* the session's, while commands are watched */
    struct lab *lab;
    struct keys keys;
    struct pager pager;
    struct screen screen;
    int signal_fd;
    sigset_t mask_before;
    int ending; /* the signal that ends us, 0 */
    bool hung_up; /* the terminal went away */
    bool quit;
    bool resized;
    bool suspend; /* Ctrl-Z was asked for */
    bool resumed; /* somebody else stopped and continued us */
    bool interrupted; /* Ctrl-C during a command */
    size_t after_q; /* how many keys of `qui` there were: the q took a page away */
    bool paste_told; /* the screen says that a paste has not ended */
    int deaf_fd; /* the target's descriptor that has hung up without its death being known, -1: none
                  */
    /* The command that runs. */
    const char *running;
    uint64_t looks_shown; /* how many looks at a running program there were when it was painted */
    char told[160]; /* how far it is, in its own words; "" before it has said so */
    struct timespec painted;
    struct timespec framed; /* when the present step of what is played came on the screen */
    char *story; /* what the last command told line by line, behind the heap that it left: Enter
                    shows it; NULL */
    bool mouse; /* as the face knows it */
    enum theme_name theme;
};

/* signals.c. Block what the loop wants to hear and open signal_fd; catch what kills, so that the
 * terminal is saved. False and errno. */
bool prompt_signals_open(struct prompt *p);
void prompt_signals_close(struct prompt *p);
void prompt_signals_read(
    struct prompt *p); /* never waits; sets ending, resized, suspend, resumed, interrupted */
void prompt_suspend(struct prompt *p); /* stop; returns when continued */
/* The whole foreground job stops, as it would by the terminal's own Ctrl-Z: the shell waits for all
 * of it (think of `make run`). The target is no part of it. Returns when continued. */
void prompt_stop_job(void);

/* running.c. */
void prompt_run_line(
    struct prompt *p,
    const char *line); /* every command of it; what is long to read opens the pager */
void prompt_run_sides(struct prompt *p,
                      const char *line); /* the same in several labs: running_sides.c */
/* Hear keys and signals without waiting. True: what is being done is to end. */
bool prompt_listen(struct prompt *p);
bool prompt_read_keys(struct prompt *p); /* what stdin has now; false: it has ended */
void prompt_watch_commands(struct prompt *p, bool on); /* be asked while a command runs */

/* playing.c. */
bool prompt_play_key(struct prompt *p,
                     const struct key *key); /* true: the key was for what is played */
int prompt_play_wait(
    const struct prompt *p); /* milliseconds until the next step, -1: none comes by itself */
void prompt_play_tick(struct prompt *p); /* show the next step, if it is time */

/* actions.c. */
void prompt_key(struct prompt *p, const struct key *key);

#endif
