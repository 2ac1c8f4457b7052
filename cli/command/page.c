/* page.c: filling in a picture for the scenes. */
#include "cli/command/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/course.h"
#include "cli/command/live.h"
#include "cli/command/placed.h"
#include "cli/session/watch.h"
#include "cli/source/own_target.h"
#include "cli/tell/lost.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"

/* ── The log ── */

static void add_line(struct lab_page *page, char *text, enum style style)
{
    if (page->n_lines == LOG_LINES_MAX) {
        free((void *)(uintptr_t)page->line[0].text);
        memmove(&page->line[0], &page->line[1], (LOG_LINES_MAX - 1) * sizeof page->line[0]);
        page->n_lines--;
    }
    page->line[page->n_lines++] = (struct picture_line){text, style};
}

void page_update(struct lab *lab)
{
    const struct outcome *out = lab->last;
    char *text = NULL;
    lab->shown.page->capture.looks = 0; /* what it has marked is marked in the words, too */
    int64_t delta = (int64_t)(out->brk_after - out->brk_before);
    if (!out->changed && out->ok) return;
    char *owned;
    const char *why = placed(lab, out,
                             out->error      ? out->error
                             : out->sentence ? out->sentence
                                             : "",
                             &owned);
    if (!out->ok && asprintf(&text, "%" PRIu32 " %s: %s", out->seq, out->command, why) < 0)
        text = NULL;
    if (out->ok && asprintf(&text, "%" PRIu32 " %s  brk %+" PRId64 "  %s", out->seq, out->command,
                            delta, why) < 0)
        text = NULL;
    free(owned);
    if (text)
        add_line(lab->shown.page, text, out->ok ? STYLE_PLAIN : STYLE_BAD);
    else
        lost_note();
}

/* ── History, names ── */

static void add_history(struct lab_page *page, uint64_t heap_bytes, uint64_t live_bytes)
{
    page->heap_bytes[page->n_history] = heap_bytes;
    page->live_bytes[page->n_history++] = live_bytes;
}

_Static_assert(HISTORY_LOOKS_MAX == WATCH_MOMENTS_MAX, "each look that is followed has its bar");

/* One look, one bar. */
static void fill_moments(struct lab_page *page, const struct watch *w)
{
    for (size_t i = 0; i < w->n_moments; i++) {
        const struct watch_moment *m = &w->moment[i];
        page->moments[0][i] = m->heap;
        page->moments[1][i] = m->live;
        page->moments[2][i] = m->free;
        page->moments[3][i] = m->cached;
    }
    page->history = (struct picture_history){w->n_moments,     page->moments[0], page->moments[1],
                                             page->moments[2], page->moments[3], true};
}

static void fill_history(struct lab *lab)
{
    struct lab_page *page = lab->shown.page;
    const struct log *l = &lab->shown.session.log;
    if (l->n + 2 > page->room_history) {
        size_t room = (l->n + 2) * 2;
        uint64_t *heap = realloc(page->heap_bytes, room * sizeof *heap);
        if (heap) page->heap_bytes = heap;
        uint64_t *live = realloc(page->live_bytes, room * sizeof *live);
        if (live) page->live_bytes = live;
        if (!heap || !live) {
            lost_note();
            return;
        }
        page->room_history = room;
    }
    bool is_own = lab->shown.session.setup.policy == HEAP_OWN;
    size_t from = l->n; /* behind the entry that made the heap that there is */
    while (from > 0 && !l->entries[from - 1]->fresh)
        from--;
    page->n_history = 0;
    add_history(page, 0, 0);
    if (from > 0 && l->entries[from - 1]->heap_bytes > 0)
        from--; /* which did more than that: policy NAME replay */
    for (size_t i = from; i < l->n; i++)
        add_history(page, l->entries[i]->heap_bytes, l->entries[i]->live_bytes);
    const struct snapshot *frame = lab->shown.animation.playing ? lab->shown.animation.frame : NULL;
    if (frame != NULL && page->n_history > 1) {
        page->n_history--; /* what is played has not come to its end */
        add_history(page, snapshot_stats(frame)->heap_bytes, snapshot_stats(frame)->live_bytes);
    }
    page->history = (struct picture_history){
        .n = page->n_history,
        .heap_bytes = page->heap_bytes,
        .live_bytes = page->live_bytes,
        .apart = is_own && lab->shown.session.setup.own->heap == OWN_HEAP_PAGES};
}

static void fill_names(struct lab *lab)
{
    struct lab_page *page = lab->shown.page;
    const struct ledger *b = &lab->shown.session.ledger;
    if (b->n_names > page->room_names) {
        const char **names = realloc((void *)page->names, b->n_names * 2 * sizeof *names);
        if (names) page->names = names;
        uint32_t *ids = realloc(page->name_ids, b->n_names * 2 * sizeof *ids);
        if (ids) page->name_ids = ids;
        if (!names || !ids) {
            lost_note();
            return;
        }
        page->room_names = b->n_names * 2;
    }
    page->n_names = 0;
    for (size_t i = b->n_names; i-- > 0;) { /* the newest of a block first */
        if (!b->names[i].name[0]) continue; /* it went to another block */
        page->names[page->n_names] = b->names[i].name;
        page->name_ids[page->n_names++] = b->names[i].id;
    }
}

/* ── The selected block ── */

static bool same_block(const struct snapshot_block *a, const struct snapshot_block *b)
{
    return a->address == b->address && a->size == b->size && a->state == b->state &&
           a->header == b->header && a->id == b->id;
}

/* The target is read once for each look and each block that is selected, however often that is
 * painted. */
static void capture(struct lab *lab, const struct snapshot_block *b)
{
    struct page_capture *c = &lab->shown.page->capture;
    struct session *s = &lab->shown.session;
    if (!s->target.alive || (c->looks == s->looks && same_block(&c->block, b))) return;
    c->looks = s->looks;
    c->block = *b;
    c->n_bytes = session_read(s, b->address, c->bytes,
                              b->size < PAGE_DETAIL_BYTES ? b->size : PAGE_DETAIL_BYTES);
    c->n_words = shape_words(s, &lab->shown.marked, b, c->word);
}

static void fill_words(struct lab *lab, const struct snapshot_block *b)
{
    const struct page_capture *c = &lab->shown.page->capture;
    struct picture_detail *d = &lab->shown.page->detail;
    d->n_words = c->n_words;
    for (size_t i = 0; i < d->n_words; i++) {
        struct shape_word word = c->word[i];
        if (lab->shown.animation.playing)
            animation_rewind(&lab->shown.animation, &lab->shown.session, b->address, &word);
        d->word[i] = word.word;
    }
}

static void fill_detail(struct lab *lab)
{
    struct lab_page *page = lab->shown.page;
    struct session *s = &lab->shown.session;
    struct picture_detail *d = &page->detail;
    const struct animation *a = &lab->shown.animation;
    const struct snapshot *now = a->playing ? a->frame : s->snapshot;
    size_t selected = view_selected(&lab->shown.view, now, a->playing ? &a->changes : &s->changes);
    *d = (struct picture_detail){.block = selected, .name = ""};
    if (selected == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(now, selected);
    const char *name = b.state == BLOCK_USED && b.id ? ledger_name_of(&s->ledger, b.id) : NULL;
    d->name = name ? name : "";
    capture(lab, &b);
    bool same =
        page->capture.block.address == b.address; /* of a dead target the last one is kept */
    d->bytes_at = b.address;
    d->bytes = page->bytes;
    d->n_bytes = same ? page->capture.n_bytes : 0;
    memcpy(page->bytes, page->capture.bytes, d->n_bytes);
    if (a->playing && s->target.alive)
        animation_rewind_bytes(a, s, b.address, page->bytes, d->n_bytes);
    if (s->target.alive) fill_words(lab, &b);
    bool written = lab->shown.marked.shown_from != lab->shown.marked.shown_to &&
                   lab->shown.marked.shown == CHANGE_WRITTEN;
    d->touched_from = written ? lab->shown.marked.shown_from : lab->shown.marked.touched_from;
    d->touched_to = written ? lab->shown.marked.shown_to : lab->shown.marked.touched_to;
}

/* What the person, or the lesson, has switched. */
static const char *switches_of(struct lab *lab)
{
    char value[32];
    struct session_setup usual;
    const struct session_setup *now = &lab->shown.session.setup;
    struct lab_page *page = lab->shown.page;
    size_t at = 0;
    page->switches[0] = '\0';
    session_setup_defaults(&usual, now->policy);
    for (enum heap_switch which = 0; which < HEAP_N_SWITCHES; which++) {
        if (!heap_policy_has(now->policy, which) || now->value[which] == usual.value[which] ||
            at >= sizeof page->switches)
            continue;
        at += (size_t)snprintf(page->switches + at, sizeof page->switches - at, "%s%s %s",
                               at ? ", " : "", heap_switch_name(which),
                               shape_switch_value(now, which, value, sizeof value));
    }
    return page->switches;
}

static const char *notice_of(struct lab *lab)
{
    const struct session *s = &lab->shown.session;
    lab->shown.page->notice[0] = '\0';
    if (!s->target.alive && s->watch)
        snprintf(lab->shown.page->notice, NOTICE_BYTES, "the program was %.150s; its last picture",
                 s->target.ended);
    else if (s->watch && s->watch->words[0])
        snprintf(lab->shown.page->notice, NOTICE_BYTES, "%s", s->watch->words);
    else if (!s->target.alive)
        snprintf(lab->shown.page->notice, NOTICE_BYTES,
                 "undo or reset: the target was %.150s; its last picture", s->target.ended);
    else if (s->target.hello.randomised && !s->aslr && s->seq < 2)
        snprintf(lab->shown.page->notice, NOTICE_BYTES,
                 "the system refused to switch address randomisation off: addresses differ in "
                 "every run");
    else if (lab->shown.player)
        lab->shown.player->lines(lab->shown.player, lab, lab->shown.page->notice, NOTICE_BYTES);
    return lab->shown.page->notice;
}

/* What an outcome has to say in one line: what went wrong, what the allocator did, or what was
 * asked for if that is no table. */
static const char *say(const struct outcome *out)
{
    if (!out) return "";
    if (out->error) return out->error;
    if (out->sentence) return out->sentence;
    return out->text && !strchr(out->text, '\n') ? out->text : "";
}

/* The same with addresses as they are to be shown; kept in *kept. */
static const char *say_placed(const struct lab *lab, const struct outcome *out, const char *text,
                              char **kept)
{
    free(*kept);
    *kept = NULL;
    return out ? placed(lab, out, text, kept) : text;
}

static void fill_output(struct lab_page *page, const struct written *w, struct picture *p)
{
    size_t n = 0, open = w->n_open > 0, kept = OUTPUT_LINES_MAX - open,
           from = w->n > kept ? w->n - kept : 0;
    for (size_t i = from; i < w->n; i++)
        page->output[n++] = (struct picture_line){w->line[i], STYLE_PLAIN};
    if (open) page->output[n++] = (struct picture_line){written_open_line(w), STYLE_PLAIN};
    p->output = page->output;
    p->n_output = n;
    p->has_output = true;
}

static void fill_trace(struct lab *lab)
{
    struct lab_page *page = lab->shown.page;
    struct trace_player *player = lab->shown.player;
    page->trace[0] = '\0';
    if (player) player->position(player, lab, page->trace, sizeof page->trace);
}

static void fill(struct lab *lab, struct picture *p, const struct outcome *reason,
                 const struct outcome *answer)
{
    struct lab_page *page = lab->shown.page;
    if (!reason) reason = answer, answer = NULL; /* nothing stands beside it */
    if (lab->shown.session.watch)
        fill_moments(page, lab->shown.session.watch);
    else
        fill_history(lab);
    fill_names(lab);
    fill_detail(lab);
    fill_trace(lab);
    *p = (struct picture){
        .snapshot = lab->shown.session.snapshot,
        .changes = &lab->shown.session.changes,
        .detail = &page->detail,
        .history = &page->history,
        .view = &lab->shown.view,
        .pulse = live_pulse(lab, page->pulse),
        .trace = page->trace,
        .switches = switches_of(lab),
        .seq = lab->shown.session.seq,
        .c_line = reason && reason->c_line ? reason->c_line : "",
        .sentence = say_placed(lab, reason, say(reason), &page->said[0]),
        .failed = reason && !reason->ok,
        .answer = say_placed(lab, answer, say(answer), &page->said[1]),
        .refused = answer && !answer->ok,
        .log = page->line,
        .n_log = page->n_lines,
        .names = page->names,
        .name_ids = page->name_ids,
        .n_names = page->n_names,
        .notice = notice_of(lab),
        .notice_hints = lab->shown.player && lab->shown.session.target.alive,
    };
    const struct session *s = &lab->shown.session;
    p->no_log = s->watch && s->watch->program; /* commands that look leave no line there */
    if (p->no_log) fill_output(page, &s->watch->program->written, p);
    if (lab->screen.there && s->has_output && s->target.own)
        fill_output(page, &s->target.own->written, p);
    struct course_page course;
    if (course_page(lab, &course)) {
        snprintf(page->course_title, sizeof page->course_title, "%s", course.title);
        snprintf(page->course_hint, sizeof page->course_hint, "%s", course.hint);
        static const enum style styles[] = {
            [COURSE_NO_MARK] = STYLE_PLAIN, [COURSE_GOOD] = STYLE_GOOD, [COURSE_BAD] = STYLE_BAD};
        p->lesson = (struct picture_lesson){page->course_title, course.text, page->course_hint,
                                            styles[course.mark]};
    }
    const struct animation *a = &lab->shown.animation;
    if (!a->playing) return;
    p->snapshot = a->frame;
    p->changes = &a->changes;
    p->sentence = say_placed(lab, lab->last, a->text, &page->said[2]);
    p->answer = "";
    p->failed = false;
}

/* The reason for what is seen: what the last command that changed this target told. NULL if none
 * did. */
static const struct outcome *reason(const struct lab *lab)
{
    if (lab->last && lab->last->changed) return lab->last;
    return lab->told && lab->told_pid == lab->shown.session.target.pid ? lab->told : NULL;
}

void lab_picture(struct lab *lab, struct picture *p)
{
    const struct outcome *why = reason(lab);
    fill(lab, p, why, why == lab->last ? NULL : lab->last);
}

void lab_picture_told(struct lab *lab, struct picture *p)
{
    fill(lab, p, lab->shown.session.before == NULL ? reason(lab) : NULL, NULL);
}
