/* record.c: a second lab that does what the log says. */
#include "cli/export/record.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command/command.h"
#include "cli/command/execute.h"
#include "cli/command/run.h"
#include "cli/tell/lost.h"
#include "cli/tell/outcome.h"

#define FRESH "a fresh heap: nothing was asked of it yet"

struct record {
    struct lab lab; /* first: its progress leads back here */
    struct session_ear ear; /* its session's: the person's ear */
    struct lab *person;
};

/* The person hears how far it is, and may stop it. */
static void pass_on(struct lab *lab, const char *words)
{
    struct lab *person = ((struct record *)lab)->person;
    if (person->progress) person->progress(person, words);
    if (person->shown.session.stop) lab->shown.session.stop = 1;
}

static void hear(const struct session_ear *self, struct session *s)
{
    const struct record *r =
        (const struct record *)((uintptr_t)self -
                                offsetof(struct record, ear)); /* NOLINT: container of */
    if (!session_go_on(&r->person->shown.session)) s->stop = 1;
}

static bool stopped(struct record *r, size_t done, size_t total)
{
    char words[96];
    snprintf(words, sizeof words, "playing the session again: %zu of %zu commands", done, total);
    pass_on(&r->lab, words);
    return r->person->shown.session.stop != 0;
}

/* The lines of an entry whose target died. What is seen of it afterwards is the look before them.
 */
static void play_last_lines(struct lab *lab, const struct log_entry *e, struct outcome *out)
{
    size_t n = log_n_to_play(e);
    lab_look(lab);
    session_forget(&lab->shown.session);
    for (size_t i = 0; i < n; i++)
        command_execute(lab, e->lines[i], out);
}

/* The target dies as it died then; the outcome says so. */
static const struct outcome *play_death(struct lab *lab, const struct log_entry *e)
{
    struct session *s = &lab->shown.session;
    struct outcome *out = outcome_new(
        s->seq = e->seq, e->title + (e->n_lines ? 0 : 2)); /* a death from outside is a comment */
    if (!out) return NULL;
    lost_any();
    s->no_memory = false;
    out->brk_before = s->target.brk;
    session_forget(s);
    step_trace_reset(&s->trace, s->target.brk);
    play_last_lines(lab, e, out);
    if (s->target.alive) kill(s->target.pid, e->signal ? e->signal : SIGKILL);
    for (int i = 0; s->target.alive && i < 2000 && !session_notice_death(s); i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    outcome_fail(out, "the target was %s", s->target.ended);
    if (lost_any() || s->no_memory) outcome_lose(out);
    outcome_result(out, NULL);
    out->brk_after = s->target.brk;
    outcome_free(lab->last);
    return lab->last = out;
}

static const char *words_of(const struct outcome *out, char *text, size_t bytes)
{
    if (out->error) return out->error;
    if (out->sentence) return out->sentence;
    snprintf(text, bytes, "%.*s", out->text ? (int)strcspn(out->text, "\n") : 0,
             out->text ? out->text : "");
    return text;
}

static bool take(struct record *r, struct record_taker *taker, const struct outcome *out)
{
    char text[256];
    struct record_step step = {.lab = &r->lab, .out = out, .command = "", .words = FRESH};
    if (out) {
        step.command = out->command;
        step.words = words_of(out, text, sizeof text);
        step.failed = !out->ok;
    }
    return taker->take(taker, &step);
}

/* The same; false, and error says so, if there was no memory for all that belongs there. */
static bool take_whole(struct record *r, struct record_taker *taker, const struct outcome *out,
                       char *error, size_t error_bytes)
{
    lost_any();
    bool ok = take(r, taker, out), whole = !lost_any();
    if (ok && !whole) snprintf(error, error_bytes, "out of memory");
    return ok && whole;
}

static bool play_all(struct record *r, struct record_taker *taker, size_t n_left_out, char *error,
                     size_t error_bytes)
{
    const struct log *l = &r->person->shown.session.log;
    if (n_left_out == 0 && !take_whole(r, taker, NULL, error, error_bytes)) return false;
    for (size_t i = 0; i < l->n; i++) {
        const struct log_entry *e = l->entries[i];
        r->lab.shown.session.seq = e->seq - 1;
        const struct outcome *out = e->death ? play_death(&r->lab, e) : lab_run_entry(&r->lab, e);
        bool stop = stopped(r, i + 1, l->n), lost = !out || out->lost || out->unseen;
        if (stop || lost) {
            snprintf(error, error_bytes, "%s",
                     stop                               ? "it was stopped"
                     : out && out->unseen && out->error ? out->error
                                                        : "out of memory");
            return false;
        }
        if (i + 1 >= n_left_out && !take_whole(r, taker, out, error, error_bytes)) return false;
    }
    return true;
}

bool record_play(struct lab *person, struct record_taker *taker, size_t *n_left_out, char *error,
                 size_t error_bytes)
{
    struct record *r = calloc(1, sizeof *r);
    size_t states = person->shown.session.log.n + 1;
    *n_left_out = states > RECORD_STEPS_MAX ? states - RECORD_STEPS_MAX : 0;
    *error = '\0';
    if (!r ||
        !lab_init_within(&r->lab, &person->shown.session.first_setup, person->shown.session.aslr,
                         person->shown.session.timeout, error, error_bytes)) {
        if (!r) snprintf(error, error_bytes, "out of memory");
        free(r);
        return false;
    }
    r->person = person;
    r->lab.progress = pass_on;
    r->lab.shown.session.timeout = person->shown.session.timeout;
    r->ear = (struct session_ear){hear, 0};
    r->lab.shown.session.ear = &r->ear;
    r->lab.shown.view.theme = person->shown.view.theme;
    bool before = lost_any(); /* each command of the second lab asks for itself */
    bool ok = play_all(r, taker, *n_left_out, error, error_bytes);
    if (before) lost_note();
    lab_release(&r->lab);
    free(r);
    return ok;
}
