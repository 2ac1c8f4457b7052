/* run.c: a command of the person: do, look, explain, log. */
#include "cli/command/run.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/course.h"
#include "cli/command/execute.h"
#include "cli/command/live.h"
#include "cli/command/page.h"
#include "cli/source/own_target.h"
#include "cli/tell/explain.h"
#include "cli/tell/lost.h"
#include "cli/tell/narrate.h"
#include "cli/tell/outcome.h"
#include "cli/tell/spoken.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define LARGE_BYTES (1 << 18)
#define WORDS_TOLD 8

/* https://no-color.org: what is asked for by an option or a command comes later, and wins. */
enum theme_name lab_theme_unasked(void)
{
    const char *no_color = getenv("NO_COLOR");
    return no_color && *no_color ? THEME_MONO : THEME_DARK;
}

bool lab_init(struct lab *lab, const struct session_setup *setup, bool aslr, char *error,
              size_t error_bytes)
{
    return lab_init_within(lab, setup, aslr, NULL, error, error_bytes);
}

static void prepare(struct lab *lab)
{
    *lab = (struct lab){.mouse = true, .nested_most = LAB_NESTED_MAX};
#ifdef M_MMAP_THRESHOLD
    mallopt(
        M_MMAP_THRESHOLD,
        LARGE_BYTES); /* the columns of a large heap go back to the system when they are let go */
#endif
    lost_watch();
}

bool lab_init_within(struct lab *lab, const struct session_setup *setup, bool aslr,
                     struct target_timeout *timeout, char *error, size_t error_bytes)
{
    prepare(lab);
    if (!shown_begin(&lab->shown, setup, aslr, timeout, error, error_bytes)) return false;
    lab->shown.view.theme = lab_theme_unasked();
    return true;
}

bool lab_attach(struct lab *lab, const struct watch_setup *setup, char *error, size_t error_bytes)
{
    prepare(lab);
    if (!shown_attach(&lab->shown, setup, error, error_bytes)) return false;
    lab->shown.view.theme = lab_theme_unasked();
    return true;
}

void lab_release(struct lab *lab)
{
    course_end(lab);
    shown_release(&lab->shown);
    outcome_free(lab->last);
    outcome_free(lab->told);
    lab->last = lab->told = NULL;
}

/* A target that could not be ended is not forgotten in silence. */
static void tell_left(struct session *s, struct outcome *out)
{
    if (!s->left[0]) return;
    outcome_text(out, "%s\n", s->left);
    outcome_extra(out, "left", json_string(s->left));
    s->left[0] = '\0';
}

/* Line by line, each behind the name of who printed it. */
static void tell_printed_lines(struct lab *lab, struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    for (const char *line = s->printed; *line;) {
        size_t n = strcspn(line, "\n");
        outcome_text(out, "%s: %.*s\n", s->setup.own->title, (int)n, line);
        line += n + (line[n] == '\n');
    }
    if (s->n_printed > strlen(s->printed))
        outcome_text(out, "%s: ... and %" PRIu64 " bytes more\n", s->setup.own->title,
                     s->n_printed - strlen(s->printed));
    if (lab->screen.there && out->error) { /* which alone has a place there */
        char *why = strdup(out->error);
        if (why)
            outcome_fail(out, "%s; it printed: %.*s", why, (int)strcspn(s->printed, "\n"),
                         s->printed);
        free(why);
    }
}

/* Where it has a place on the screen it stands there by itself. */
static void tell_printed(struct lab *lab, struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    if (!s->printed || !s->setup.own) return;
    if (!lab->screen.there || !lab->screen.output) tell_printed_lines(lab, out);
    char *whole = text_utf8(s->printed);
    if (whole)
        outcome_extra(out, "printed", json_string(whole));
    else
        lost_note();
    free(whole);
}

/* The stranger's own checker, after what has changed its heap. */
static void checkheap(struct lab *lab, struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    if (!s->trace.changed || lab_checkheap(lab)) return;
    if (out->ok) out->ok = outcome_fail(out, "%s", s->error);
}

/* The words that a stranger's allocator has changed, beside the payloads in use. */
static void tell_words(struct lab *lab, struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    const struct own_view *v = &s->own;
    size_t n = v->n_words < OWN_VIEW_WORDS ? v->n_words : OWN_VIEW_WORDS;
    if (s->setup.policy != HEAP_OWN || n == 0 || !s->trace.changed) return;
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct own_word *w = &v->word[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "address",
                                              value_address(w->address), "old",
                                              value_address(w->was), "new", value_address(w->now)));
        if (i < WORDS_TOLD && s->trace.n_verbs == 1 && !lab->screen.there)
            outcome_text(out, "0x%" PRIx64 "  0x%" PRIx64 " -> 0x%" PRIx64 "\n", w->address, w->was,
                         w->now);
    }
    char extent[OWN_VIEW_TEXT];
    own_view_extent(v, s->target.brk - s->target.hello.heap_start, extent);
    if (lab->screen.there) /* where they are marked */
        outcome_note(out, "%zu word%s beside the payloads changed%s", v->n_words,
                     v->n_words == 1 ? "" : "s", extent);
    else if (s->trace.n_verbs == 1 && v->n_words > WORDS_TOLD)
        outcome_text(out, "... and %zu words more\n", v->n_words - WORDS_TOLD);
    outcome_extra(out, "words", list);
    outcome_extra(out, "words_changed", value_number(v->n_words));
}

/* What was told of a heap that could not be read is not known to be true, and a command of which
 * nothing could be seen has not succeeded. */
static void judge_sight(struct lab *lab, struct outcome *out)
{
    char words[sizeof lab->shown.session.error];
    bool refused = process_memory_refused(&lab->shown.session.memory, words, sizeof words);
    out->unseen = refused || (lab->shown.stale && !lab->shown.session.quiet);
    if (!out->unseen || (!refused && !out->ok)) return; /* why it failed has been said */
    if (refused) outcome_forget(out);
    out->ok = outcome_fail(out, "%s", refused ? words : lab->shown.session.error);
    outcome_result(out, NULL);
}

/* The title is what was typed, and not all of that was done. */
static void tell_interrupted(struct log_entry *e)
{
    char *title = NULL;
    if (asprintf(&title, "%s%s", e->title, LOG_INTERRUPTED) < 0) {
        lost_note();
        return;
    }
    free(e->title);
    e->title = title;
}

/* How the log remembers it: what the heap came to. */
static void close_log(struct lab *lab)
{
    struct session *s = &lab->shown.session;
    const struct snapshot_stats *stats = snapshot_stats(s->snapshot);
    struct log_entry *open = s->log.open;
    if (open && open->death) open->signal = s->target.signal;
    if (open && s->stop) tell_interrupted(open);
    if (open) {
        open->brk_bytes = s->target.brk - s->target.hello.heap_start;
        open->next_id = s->ledger.next_id;
        open->n_live = ledger_n_live(&s->ledger);
    }
    log_close(&s->log, s->trace.changed && open && open->n_lines > 0, stats->heap_bytes,
              stats->live_bytes);
}

static void explain(struct lab *lab, struct outcome *out)
{
    char text[1024];
    struct session *s = &lab->shown.session;
    if (out->sentence || !s->target.alive || s->watch || s->quiet) return;
    if (!s->trace.changed && s->target.brk != out->brk_before)
        outcome_sentence(out,
                         "someone else has moved brk from 0x%" PRIx64 " to 0x%" PRIx64
                         ": neither brkview nor the allocator did",
                         out->brk_before, s->target.brk);
    if (!s->trace.changed) return;
    explain_trace(s, s->before, s->snapshot, text, sizeof text);
    if (*text) outcome_sentence(out, "%s", text);
}

static void end_sentence(struct outcome *out)
{
    if (!out->ok || !out->note) return;
    char *said = out->sentence ? strdup(out->sentence) : NULL;
    if (out->sentence && !said)
        lost_note();
    else
        outcome_sentence(out, "%s%s%s", said ? said : "", said ? "; " : "", out->note);
    free(said);
}

/* The steps as numbered lines: for `steps`, and in plain mode for every command while `speed` is
 * on. */
static void number_steps(struct lab *lab, struct outcome *out)
{
    struct session *s = &lab->shown.session;
    char *text = NULL, line[256];
    size_t bytes = 0, n = step_trace_n(&s->trace);
    if (s->quiet || (!s->trace.changed && n == 0)) return;
    FILE *to = open_memstream(&text, &bytes);
    if (!to) {
        lost_note();
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct step step = step_trace_at(&s->trace, i);
        narrate_step(s->before, &step, line, sizeof line);
        fprintf(to, "%3zu. %s\n", i + 1, line);
    }
    if (n == 0) fputs("the allocator did nothing that it tells step by step\n", to);
    fclose(to);
    free(lab->shown.steps_text);
    lab->shown.steps_text = text;
    bool wanted = (lab->shown.animation.ms || lab->shown.animation.by_hand) && !lab->screen.there;
    if (wanted && text && n > 0) outcome_text(out, "%s", text);
}

/* What is marked on the screen is what the last command that changed the target changed. */
static void keep_marks(struct lab *lab, const struct outcome *out)
{
    struct session *s = &lab->shown.session;
    if (out->changed) lab->shown.marked = s->trace;
    if (out->changed && !lab->confined) lab->shown.view.held_page = 0;
    if (out->changed && lab->screen.there)
        view_follow(&lab->shown.view, s->snapshot, &s->changes, lab->screen.map_cells,
                    lab->screen.table_rows);
}

/* A new command begins: what the last one told is kept, if it changed something, and else what is
 * kept already. */
static void begin(struct lab *lab, struct outcome *out)
{
    bool keep = lab->last && lab->last->changed;
    outcome_free(keep ? lab->told : lab->last);
    if (keep) lab->told = lab->last, lab->told_pid = lab->shown.session.target.pid;
    lab->last = out;
}

/* made: NULL on no memory. */
static struct outcome *or_spare(struct lab *lab, struct outcome *made, const char *command)
{
    struct outcome *out = made;
    for (size_t i = 0; i < 3 && !out; i++)
        if (&lab->spare[i] != lab->last && &lab->spare[i] != lab->told)
            outcome_make_spare(out = &lab->spare[i], lab->shown.session.seq, command);
    out->sink = lab->sink;
    return out;
}

/* What can't be logged is not done: undo and save could not bring it back. */
static bool can_log(struct lab *lab, const char *title, struct outcome *out)
{
    struct session *s = &lab->shown.session;
    if (!s->death_unlogged && log_open(&s->log, title, s->seq, &s->setup)) return true;
    lost_note();
    return outcome_fail(out, "out of memory: nothing was done, for it could not have been logged");
}

static void tell_unlogged(struct session *s, struct outcome *out)
{
    const struct log_entry *open = s->log.open;
    if (!open || !open->incomplete || !s->trace.changed) return;
    lost_note();
    out->ok = outcome_fail(out, "out of memory: it was done, but it is not in the log; expected "
                                "`reset` or `policy` before the next `undo`");
}

static bool interrupted(const struct log_entry *e, size_t n_done, struct outcome *out)
{
    if (out->error) return false;
    if (n_done == 0) return outcome_fail(out, "interrupted before it began: nothing was done");
    return outcome_fail(out, "interrupted after %zu of %zu commands", n_done, e->n_lines);
}

static bool run_lines(struct lab *lab, const struct log_entry *e, struct outcome *out)
{
    bool ok = true;
    for (size_t i = 0; i < e->n_lines; i++) {
        if (!session_go_on(&lab->shown.session)) return interrupted(e, i, out);
        lab->n_nested = 0; /* what was one command then may be as many as it was */
        if (!e->fates || e->fates[i] != LOG_KILLED)
            ok = command_execute(lab, e->lines[i], out) && ok;
    }
    return ok;
}

static void speak(struct lab *lab, struct outcome *out)
{
    struct picture p;
    lab_picture(lab, &p);
    spoken_changes(&p, out);
}

/* out: its own, or a spare one, and then nothing is done. */
static const struct outcome *run_entry(struct lab *lab, const struct log_entry *entry,
                                       struct outcome *out)
{
    struct session *s = &lab->shown.session;
    begin(lab, out);
    lost_any();
    s->no_memory = false;
    animation_end(&lab->shown.animation);
    session_forget(s);
    session_notice_death(s);
    session_forget(s);
    step_trace_reset(&s->trace, s->target.brk);
    process_memory_forgive(&s->memory);
    s->stop = 0;
    lab->unsound = false;
    session_forget_printed(s);
    if (!lab->one_look && live_wait(lab) == 0) lab->shown.stale = true;
    s->ledger.now =
        lab->course ? 0 : s->seq; /* pages and answers are no commands that one would count */
    s->ledger.away = s->away;
    out->brk_before = s->target.brk;
    out->ok = !out->spare && can_log(lab, entry->title, out) && run_lines(lab, entry, out);
    checkheap(lab, out);
    tell_unlogged(s, out);
    if (!out->ok) outcome_result(out, NULL); /* the promise: no result without success */
    bool sight =
        s->trace.changed || s->memory.refused; /* a command that needs none is as good as ever */
    lab_look(lab);
    lab_note_death(lab);
    explain(lab, out);
    tell_words(lab, out);
    end_sentence(out);
    number_steps(lab, out);
    if (sight) judge_sight(lab, out);
    tell_printed(lab, out);
    tell_left(s, out);
    out->changed = s->trace.changed;
    keep_marks(lab, out);
    out->brk_after = s->target.brk;
    close_log(lab);
    if (lab->witness) lab->witness->saw(lab->witness, lab, out);
    course_heard(lab, out);
    if (!out->ok && !out->expected) lab->failed = true;
    if (lab->screen.there) animation_begin(&lab->shown.animation, s);
    session_forget(s);
    page_update(lab);
    if (lab->reads && out->changed) speak(lab, out);
    outcome_end_text(out);
    if (lost_any() || s->no_memory || out->spare) {
        outcome_lose(out);
        lab->failed = true;
    }
    return out;
}

const struct outcome *lab_run_entry(struct lab *lab, const struct log_entry *entry)
{
    struct outcome *made = outcome_new(++lab->shown.session.seq, entry->title);
    return run_entry(lab, entry, or_spare(lab, made, entry->title));
}

const struct outcome *lab_refuse(struct lab *lab, const char *command)
{
    char *title = (char *)(uintptr_t)command; /* a title is only read */
    ++lab->shown.session.seq;
    return run_entry(lab, &(struct log_entry){.title = title}, or_spare(lab, NULL, command));
}

const struct outcome *lab_run(struct lab *lab, const char *command)
{
    char *line = (char *)(uintptr_t)command; /* a line is only read */
    return lab_run_entry(lab, &(struct log_entry){.title = line, .lines = &line, .n_lines = 1});
}
