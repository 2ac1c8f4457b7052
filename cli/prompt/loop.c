/* loop.c: wait; hear signals, keys, the target's end; paint once; wait again. Nothing happens while
 * nothing comes. */
#include "cli/prompt/loop.h"

#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command/command.h"
#include "cli/command/live.h"
#include "cli/command/run.h"
#include "cli/prompt/background.h"
#include "cli/prompt/line.h"
#include "cli/prompt/prompt.h"
#include "cli/prompt/remember.h"
#include "cli/report/report.h"
#include "cli/score/sides.h"
#include "cli/session/session.h"
#include "viz/face_curses.h"

#define PASTE_MS 500 /* a paste without an end is told of after that time */
#define HANG_UP_STATUS (128 + SIGHUP)
#define PROMPT_WORDS "heap> "

static char **complete(void *user, const char *text, size_t point, size_t *start)
{
    const struct prompt *p = user;
    return p->screen.sides ? sides_complete(p->screen.sides, text, point, start)
                           : command_complete(p->lab, text, point, start);
}

/* As the terminal is, unless NO_COLOR wants none. */
static void find_theme(struct prompt *p)
{
    struct view *view = &p->lab->shown.view;
    p->lab->theme_auto = false;
    view->theme = lab_theme_unasked();
    if (view->theme != THEME_MONO && background_find(&p->keys) == BACKGROUND_LIGHT)
        view->theme = THEME_LIGHT;
}

/* What was said at the start, what is remembered, what the terminal says: in that order. */
static void choose_theme(struct prompt *p, const struct prompt_options *options)
{
    enum theme_name remembered = options->theme_unsaid ? theme_remembered() : THEME_N;
    if (remembered != THEME_N)
        p->lab->shown.view.theme = remembered;
    else if (options->theme_unsaid || p->lab->theme_auto)
        find_theme(p);
    p->theme = p->lab->shown.view.theme;
}

/* The commands may have asked for another face. */
static void follow_settings(struct prompt *p)
{
    if (p->lab->theme_auto) find_theme(p);
    if (p->theme != p->lab->shown.view.theme)
        face_curses_set_theme(p->theme = p->lab->shown.view.theme);
    if (p->mouse != p->lab->mouse) face_curses_set_mouse(p->mouse = p->lab->mouse);
}

static void take_size(struct prompt *p)
{
    p->resized = false;
    face_curses_resized();
    screen_resize(&p->screen);
}

static void hear_signals(struct prompt *p)
{
    prompt_signals_read(p);
    if (p->interrupted) line_abandon();
    p->interrupted = false;
    if (p->resumed) {
        p->resumed = false;
        face_curses_suspend(); /* whoever stopped us may have changed the terminal: take it anew */
        face_curses_resume();
        p->resized = true;
    }
}

static void hear_keys(struct prompt *p, bool flush)
{
    struct key key;
    while (!p->quit && !p->ending && !p->suspend && keys_next(&p->keys, flush, &key))
        prompt_key(p, &key);
}

/* The target's end of the pair was closed: it has died, or is about to. One that lives on without
 * it is not heard again. */
static void hear_target(struct prompt *p)
{
    for (int tries = 0; tries < 50; tries++) {
        if (session_notice_death(&p->lab->shown.session)) {
            p->screen.stale = true;
            return;
        }
        poll(NULL, 0, 2);
    }
    p->deaf_fd = p->lab->shown.session.target.fd;
}

static bool over(const struct prompt *p) { return p->quit || p->ending || p->hung_up; }

static void tell_paste(struct prompt *p, const char *words)
{
    p->paste_told = words[0];
    screen_warn(&p->screen, words);
}

static void hear_terminal(struct prompt *p, bool gone)
{
    bool pasting = p->keys.pasting;
    if (gone || !prompt_read_keys(p)) {
        p->hung_up = true;
        return;
    }
    /* A paste that nobody ends is left by Ctrl-C, which comes by itself then. */
    if (pasting && keys_hold_only(&p->keys, 0x03)) {
        keys_abandon_paste(&p->keys);
        tell_paste(p, "");
    }
    hear_keys(p, false);
}

/* Milliseconds until something comes by itself: a step of what is played, or a look. */
static int idle_wait(const struct prompt *p)
{
    int play = prompt_play_wait(p), look = live_wait(p->lab);
    return play < 0 || (look >= 0 && look < play) ? look : play;
}

static void turn(struct prompt *p)
{
    const struct target *target = &p->lab->shown.session.target;
    int target_fd = target->alive && target->fd != p->deaf_fd ? target->fd : -1;
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = p->signal_fd, .events = POLLIN},
                           {.fd = target_fd, .events = POLLRDHUP},
                           {.fd = live_fd(p->lab), .events = POLLIN}};
    bool undecided = keys_undecided(&p->keys), endless = p->keys.pasting && !p->paste_told;
    int ready = poll(fds, 4, undecided ? KEYS_ESCAPE_MS : endless ? PASTE_MS : idle_wait(p));
    if (ready < 0 && errno != EINTR) {
        p->hung_up = true;
        return;
    }
    if (ready <= 0) fds[0].revents = fds[2].revents = 0;
    hear_signals(p);
    if (fds[0].revents)
        hear_terminal(p, fds[0].revents & POLLNVAL);
    else if (undecided && ready == 0)
        hear_keys(p, true);
    else if (endless && ready == 0)
        tell_paste(p, "a paste has begun and does not end: Ctrl-C leaves it");
    if (fds[2].revents) hear_target(p);
    prompt_play_tick(p);
    if (live_tick(p->lab)) p->screen.stale = true;
}

static void loop(struct prompt *p)
{
    while (!over(p)) {
        follow_settings(p);
        hear_keys(p, false); /* those that came while the terminal was asked */
        if (over(p)) return;
        if (p->resized) take_size(p);
        screen_paint(&p->screen);
        turn(p);
        while (p->suspend && !over(p)) {
            prompt_suspend(p);
            hear_keys(p, false);
        }
    }
}

static bool open_all(struct prompt *p, const struct prompt_options *options, const char **why)
{
    const struct line_options line = {.prompt = PROMPT_WORDS, .complete = complete, .user = p};
    const char *notice;
    unsetenv("LINES"); /* they would freeze the size */
    unsetenv("COLUMNS");
    if (!prompt_signals_open(p)) {
        static char words[96];
        snprintf(words, sizeof words, "signals can't be heard: %s", strerror(errno));
        *why = words;
        return false;
    }
    choose_theme(p, options);
    const struct face_options face = {.theme = p->theme, .mouse = p->lab->mouse};
    line_open(&line, &notice);
    if (!face_curses_open(&face, why)) goto no_face;
    if (!screen_init(&p->screen, p->lab, &p->pager)) goto no_screen;
    p->screen.sides = options->sides;
    if (options->greeting) screen_hint(&p->screen, options->greeting);
    if (options->warning) screen_warn(&p->screen, options->warning);
    if (notice[0]) screen_warn(&p->screen, notice);
    return true;

no_screen:
    *why = "out of memory";
    face_curses_close();
no_face:
    line_close();
    prompt_signals_close(p);
    return false;
}

static int impossible(const char *why)
{
    if (why) report_complain(stderr, "%s: plain lines instead", why);
    return PROMPT_IMPOSSIBLE;
}

int prompt_run(struct lab *lab, const struct prompt_options *options)
{
    const char *why = NULL;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !face_curses_possible(&why))
        return impossible(why);
    struct prompt p = {.lab = lab, .deaf_fd = -1, .mouse = lab->mouse};
    struct target_timeout *timeout_before = lab->shown.session.timeout;
    keys_init(&p.keys, !strcmp(nl_langinfo(CODESET), "UTF-8"));
    if (!open_all(&p, options, &why)) return impossible(why);

    lab->keep_theme = theme_remember;
    prompt_watch_commands(&p, true);
    if (options->begin) prompt_run_line(&p, options->begin);
    loop(&p);
    prompt_watch_commands(&p, false);
    lab->shown.session.timeout = timeout_before;
    lab->screen.there = false;
    lab->keep_theme = NULL;

    screen_release(&p.screen);
    face_curses_close();
    line_close();
    pager_close(&p.pager);
    free(p.story);
    keys_release(&p.keys);
    prompt_signals_close(&p);
    return p.ending ? 128 + p.ending : p.hung_up ? HANG_UP_STATUS : 0;
}
