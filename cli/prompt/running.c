/* running.c: commands, and the ear that stays open for Ctrl-C while they run. */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command/command.h"
#include "cli/command/course.h"
#include "cli/command/run.h"
#include "cli/prompt/prompt.h"
#include "cli/prompt/story.h"

#define INTERRUPT 0x03
#define SILENT_SECONDS 2.0 /* so long a target may think before it is shown as running */
#define STATUS_EVERY 0.25
#define LISTEN_EVERY_MS 20

/* Typed ahead beyond all room, it stays where it is until there is some: nothing is lost. */
bool prompt_read_keys(struct prompt *p)
{
    unsigned char bytes[512];
    size_t room = KEYS_ROOM - p->keys.n;
    ssize_t n;
    if (room == 0) return true;
    do
        n = read(STDIN_FILENO, bytes, room < sizeof bytes ? room : sizeof bytes);
    while (n < 0 && errno == EINTR);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    keys_push(&p->keys, bytes, (size_t)n);
    return true;
}

static double seconds_since(const struct timespec *then)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - then->tv_sec) + (double)(now.tv_nsec - then->tv_nsec) / 1e9;
}

static void show_status(struct prompt *p, const char *words)
{
    if (seconds_since(&p->painted) < STATUS_EVERY) return;
    clock_gettime(CLOCK_MONOTONIC, &p->painted);
    screen_paint_status(&p->screen, words);
}

/* Hear keys and signals without waiting. True: the command is to stop. A Ctrl-C stops what is being
 * done when it comes, no more: the heap is drawn after it. What ends us stops everything. */
bool prompt_listen(struct prompt *p)
{
    bool before = p->interrupted;
    p->interrupted = false;
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    while (!p->hung_up && p->keys.n < KEYS_ROOM && poll(&in, 1, 0) > 0)
        if ((in.revents & POLLNVAL) || !prompt_read_keys(p)) p->hung_up = true;
    prompt_signals_read(p);
    if (keys_take_interrupt(&p->keys, INTERRUPT)) p->interrupted = true;
    if (p->interrupted || p->ending || p->hung_up) p->lab->shown.session.stop = true;
    p->interrupted = p->interrupted || before;
    return p->lab->shown.session.stop;
}

/* The target has not answered for so long. */
static bool waiting(const struct target_timeout *self, double seconds)
{
    struct prompt *p = (struct prompt *)self;
    bool stop = prompt_listen(p);
    if (p->ending || p->hung_up) return false;
    if (seconds < SILENT_SECONDS) return true;
    if (stop) return false;
    char words[160];
    snprintf(words, sizeof words, "running for %.0f s, no answer (Ctrl-C ends the target): %.80s",
             seconds, p->running);
    show_status(p, words);
    return true;
}

/* Between its steps: whatever takes long is shown as running, whether it tells how far it is or
 * not. */
static void hear(const struct session_ear *self, struct session *s)
{
    struct prompt *p = (struct prompt *)((uintptr_t)self -
                                         offsetof(struct prompt, ear)); /* NOLINT: container of */
    char status[200];
    if (prompt_listen(p)) s->stop = true; /* it may be another lab's than the first */
    if (s->watch && s->looks != p->looks_shown) { /* until: what is waited for is seen to come */
        p->looks_shown = s->looks;
        p->screen.stale = true;
        screen_paint(&p->screen);
        p->painted = (struct timespec){0}; /* the prompt's row says again what is done */
    }
    snprintf(status, sizeof status, "running (Ctrl-C stops): %.110s",
             p->told[0]   ? p->told
             : p->running ? p->running
                          : "");
    show_status(p, status);
}

static void progress(struct lab *lab, const char *words)
{
    struct prompt *p = (struct prompt *)lab->shown.session.timeout;
    snprintf(p->told, sizeof p->told, "%s", words);
    hear(&p->ear, &lab->shown.session);
}

void prompt_watch_commands(struct prompt *p, bool on)
{
    p->timeout.waiting = waiting;
    p->ear = (struct session_ear){hear, LISTEN_EVERY_MS};
    p->lab->shown.session.timeout = on ? &p->timeout : NULL;
    p->lab->shown.session.ear = on ? &p->ear : NULL;
    p->lab->progress = on ? progress : NULL;
}

/* ── A line ── */

/* The commands of a line. */
struct line_feeder {
    struct lab_feeder base;
    struct prompt *prompt;
    struct story *words;
    bool only; /* none came before or follows */
};

static void begin(struct lab_feeder *self, const char *command, bool more)
{
    struct line_feeder *f = (struct line_feeder *)self;
    struct prompt *p = f->prompt;
    f->only = f->only && !more;
    p->running = command;
    p->told[0] = '\0';
    clock_gettime(CLOCK_MONOTONIC, &p->painted);
    p->lab->shown.session.stop = false;
}

static bool told(struct lab_feeder *self, const struct outcome *out, bool more)
{
    const struct line_feeder *f = (const struct line_feeder *)self;
    struct prompt *p = f->prompt;
    struct lab *lab = p->lab;
    p->running = NULL;
    prompt_listen(p);
    bool stop = lab->quit || p->interrupted || p->ending || p->hung_up;
    const char *text = out->ok ? out->text : out->error;
    bool fits = text && !strchr(text, '\n') && (!more || stop) &&
                (stop || !story_has_told(out)); /* the command's own rows show it */
    if (!fits || f->words->text) story_add_outcome(f->words, lab, out, f->only);
    if (p->interrupted) course_pause(lab);
    return !stop && (out->ok || out->expected || !lab->stop_on_error);
}

/* Keep what the last command told line by line for later, if the heap that it left is to be seen
 * first. A lesson has its own words, and its own use for Enter. */
static bool keep_story(struct prompt *p, char *text)
{
    struct course_page page;
    const struct outcome *last = p->lab->last;
    if (!text || !last || !last->behind || !last->ok || text[0] == '>' ||
        course_page(p->lab, &page))
        return false;
    p->story = text;
    p->screen.story = true;
    return true;
}

/* Enter alone behind such a command. */
static bool tell_story(struct prompt *p, const char *line)
{
    char *story = line[strspn(line, " \t")] == '\0' ? p->story : NULL;
    if (story)
        pager_open(&p->pager, story);
    else
        free(p->story);
    if (story) free(story);
    p->story = NULL;
    p->screen.story = false;
    p->screen.stale = true;
    return story != NULL;
}

void prompt_run_line(struct prompt *p, const char *line)
{
    struct story words = {0};
    struct lab *lab = p->lab;
    if (p->screen.sides) {
        prompt_run_sides(p, line);
        return;
    }
    if (tell_story(p, line)) return;
    screen_warn(&p->screen, "");
    p->interrupted = false;
    char *typed;
    struct line_feeder feeder = {{begin, told}, p, &words, true};
    if (course_typed(lab, line, &typed))
        lab_feed(lab, typed ? typed : line, &feeder.base);
    else
        told(&feeder.base, lab_refuse(lab, line), false);
    free(typed);
    clock_gettime(CLOCK_MONOTONIC, &p->framed);
    lab->shown.session.stop = false;
    p->interrupted = false;
    p->deaf_fd = -1;
    if (keep_story(p, words.text)) words.text = NULL;
    if (words.text && words.n) pager_open(&p->pager, words.text);
    free(words.text);
    p->screen.stale = true;
}
