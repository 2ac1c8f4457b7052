/* shown.c: beginning, ending, and moving aside. */
#include "cli/command/shown.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/session/watch.h"

/* The session has started, or not, and says why. */
static bool begun(struct shown *shown, bool started, char *error, size_t error_bytes)
{
    if (started && !shown->session.no_memory) return true;
    snprintf(error, error_bytes, "%s", started ? "out of memory" : shown->session.error);
    if (started) session_release(&shown->session);
    page_free(shown->page);
    return false;
}

static bool prepare(struct shown *shown, char *error, size_t error_bytes)
{
    *shown = (struct shown){.page = page_new()};
    view_init(&shown->view);
    if (!shown->page) snprintf(error, error_bytes, "out of memory");
    return shown->page != NULL;
}

bool shown_attach(struct shown *shown, const struct watch_setup *setup, char *error,
                  size_t error_bytes)
{
    if (!prepare(shown, error, error_bytes)) {
        watch_drop(setup);
        return false;
    }
    return begun(shown, session_attach(&shown->session, setup), error, error_bytes);
}

bool shown_begin(struct shown *shown, const struct session_setup *setup, bool aslr,
                 struct target_timeout *timeout, char *error, size_t error_bytes)
{
    return prepare(shown, error, error_bytes) &&
           begun(shown, session_start(&shown->session, setup, aslr, timeout), error, error_bytes);
}

void shown_release(struct shown *shown)
{
    session_release(&shown->session);
    marks_release(&shown->marks);
    animation_end(&shown->animation);
    free(shown->steps_text);
    shown->steps_text = NULL;
    page_free(shown->page);
    shown->page = NULL;
}

/* How things are shown is the person's choice, and stays so wherever it is made. */
static void carry_display(struct view *to, const struct view *from)
{
    to->theme = from->theme;
    to->ascii = from->ascii;
    to->offsets = from->offsets;
    to->projector = from->projector;
}

bool shown_set_aside(struct shown *shown, struct shown *aside, const struct session_setup *setup,
                     const struct watch_setup *watched, char *error, size_t error_bytes)
{
    animation_end(&shown->animation);
    *aside = *shown;
    const struct session *s = &aside->session;
    if (!(watched ? shown_attach(shown, watched, error, error_bytes)
                  : shown_begin(shown, setup, s->aslr, s->timeout, error, error_bytes))) {
        *shown = *aside;
        return false;
    }
    shown->session.timeout = s->timeout;
    shown->session.ear = s->ear;
    shown->session.seq = s->seq;
    shown->animation.ms = aside->animation.ms;
    shown->animation.by_hand = aside->animation.by_hand;
    carry_display(&shown->view, &aside->view);
    return true;
}

void shown_bring_back(struct shown *shown, const struct shown *aside)
{
    uint32_t seq = shown->session.seq;
    struct view view = shown->view;
    char left[sizeof shown->session.left];
    shown_release(shown);
    snprintf(left, sizeof left, "%s", shown->session.left); /* what could not be ended */
    *shown = *aside;
    if (*left) snprintf(shown->session.left, sizeof left, "%s", left);
    shown->session.away = shown->session.seq = seq;
    log_close(&shown->session.log, false, 0, 0); /* the command that set it aside */
    carry_display(&shown->view, &view);
}
