/* shown.h: the heap on show, whole: where it comes from and what is known of it, where one looks,
 * and what of it is marked, kept and played. It holds no pointer to itself, so it moves as a whole:
 * it is set aside for a lesson, and comes back. */
#ifndef SHOWN_H
#define SHOWN_H

#include <stdbool.h>

#include "cli/command/animation.h"
#include "cli/command/page_store.h"
#include "cli/command/trace_player.h"
#include "cli/session/mark.h"
#include "cli/session/session.h"
#include "viz/view.h"

struct shown {
    struct session session;
    struct view view;
    struct trace_player *player; /* a trace is played on it (trace_player.h); borrowed, NULL */
    bool stale; /* the target was changed since the last look */
    struct step_trace
        marked; /* of the last command that changed the target, while its marks stand */
    struct animation animation; /* of the last command */
    char *steps_text; /* the last change's steps as numbered lines, owned; NULL */
    struct marks marks; /* states kept by name */
    struct lab_page *page; /* what the scenes borrow, owned */
};

/* Start the session, and look. False with one line in error, and nothing is to be released. */
bool shown_begin(struct shown *shown, const struct session_setup *setup, bool aslr,
                 struct target_timeout *timeout, char *error, size_t error_bytes);
/* The same with a process of somebody else's (session_attach). */
bool shown_attach(struct shown *shown, const struct watch_setup *setup, char *error,
                  size_t error_bytes);
void shown_release(struct shown *shown);

/* The same in a lab that shows another: the new one goes on with its numbers, its listener and the
 * way things are shown, which are the person's; *aside is what was shown. watched: it is that
 * process, which is taken over in each case; NULL: a fresh heap of the lab. False with one line in
 * error: all is as it was. */
bool shown_set_aside(struct shown *shown, struct shown *aside, const struct session_setup *setup,
                     const struct watch_setup *watched, char *error, size_t error_bytes);
/* End the present one, and bring the other back. Commands go on being numbered. */
void shown_bring_back(struct shown *shown, const struct shown *aside);

#endif
