/* verb_mark.c: mark, diff: what changed between two states. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/session/mark.h"
#include "cli/tell/difference_rows.h"
#include "cli/tell/lost.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/size_class.h"
#include "cli/tell/value.h"
#include "cli/text/place.h"
#include "cli/text/text.h"

#define ROWS_MAX 40u /* of each kind in the text; the JSON has them all */

/* The state is the present one, however seldom a running program is looked at. */
static bool sees_now(struct lab *lab, struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    if (s->watch && !lab->one_look && s->target.alive) lab->shown.stale = true;
    return lab_sees(lab, out);
}

static bool run_mark(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    if (args->n == 0) {
        json_t *names = json_array();
        for (size_t i = 0; i < lab->shown.marks.n; i++) {
            const struct mark *m = &lab->shown.marks.mark[i];
            json_array_append_new(names, json_string(m->name));
            outcome_text(
                out, "%s: kept after command %" PRIu32 ", %" PRIu64 " bytes, %zu block%s\n",
                m->name, m->seq, snapshot_stats(m->snapshot)->heap_bytes,
                snapshot_n_blocks(m->snapshot), snapshot_n_blocks(m->snapshot) == 1 ? "" : "s");
        }
        if (lab->shown.marks.n == 0)
            outcome_text(out, "no state is marked; `mark NAME` keeps this one\n");
        outcome_result(out, json_pack("{s:o}", "marks", names));
        return true;
    }
    const char *name = args->word[0];
    if (!ledger_name_valid(name) || strcmp(name, "now") == 0)
        return outcome_fail(out,
                            "%s is not a name; expected up to 31 letters, digits and _, no digit "
                            "first, not \"all\" or \"now\"",
                            text_printable(name));
    if (!sees_now(lab, out)) return false;
    if (!marks_add(&lab->shown.marks, &lab->shown.session, name))
        return outcome_fail(out, "%s", lab->shown.session.error);
    outcome_result(out, json_pack("{s:s}", "mark", name));
    outcome_text(out, "this state is kept as %s; `diff %s` tells what changed since\n", name, name);
    return true;
}

const struct command verb_mark = {
    .name = "mark",
    .usage = "[NAME]",
    .summary = "keep this state under a name, or list the names",
    .help = "For diff. Marks are not part of the log.\nExample: mark before",
    .group = "look",
    .most = 1,
    .kinds = {ARG_WORD},
    .flags = COMMAND_UNSTEADY,
    .run = run_mark,
};

/* ── diff ── */

static void describe(const struct snapshot_block *b, bool unasked, char *text, size_t bytes)
{
    if (b->state == BLOCK_USED && unasked)
        snprintf(text, bytes, "used %" PRIu64 " bytes", b->size);
    else if (b->state == BLOCK_USED && b->id == 0)
        snprintf(text, bytes, "used, but nobody's %" PRIu64 " bytes", b->size);
    else if (b->state == BLOCK_USED)
        snprintf(text, bytes, "#%" PRIu32 " %" PRIu64 " bytes, %" PRIu64 " requested", b->id,
                 b->size, b->requested);
    else
        snprintf(text, bytes, "%s %" PRIu64 " bytes", value_state_words(b->state), b->size);
}

/* The first of them in words. */
static void tell_blocks(const struct difference *d, bool unasked, struct outcome *out)
{
    char before[80], after[80];
    for (size_t i = 0; i < d->n_blocks && i < ROWS_MAX; i++) {
        const struct difference_block *b = &d->block[i];
        describe(&b->before, unasked, before, sizeof before);
        describe(&b->after, unasked, after, sizeof after);
        outcome_text(out, "%c 0x%" PRIx64 "  %s%s%s\n", "+-~"[b->kind],
                     b -> kind == DIFFERENCE_ADDED ? b -> after.address : b->before.address,
                     b->kind == DIFFERENCE_ADDED ? "" : before,
                     b->kind == DIFFERENCE_CHANGED ? "  ->  " : "",
                     b->kind == DIFFERENCE_REMOVED ? "" : after);
    }
    if (d->n_blocks > ROWS_MAX)
        outcome_text(out, "%zu more blocks differ\n", d->n_blocks - ROWS_MAX);
}

/* ── What came and went, by size ── */

static void tell_sizes(const struct snapshot *a, const struct snapshot *b, struct outcome *out)
{
    struct size_classes was, is;
    size_classes_count(a, &was);
    size_classes_count(b, &is);
    outcome_text(out,
                 "in use: %" PRIu64 " -> %" PRIu64 " bytes, %" PRIu64 " -> %" PRIu64 " blocks\n",
                 snapshot_stats(a)->live_bytes, snapshot_stats(b)->live_bytes,
                 snapshot_stats(a)->n_used, snapshot_stats(b)->n_used);
    for (unsigned c = 0; c < SIZE_CLASSES; c++)
        if (was.n[c] != is.n[c] || was.bytes[c] != is.bytes[c])
            outcome_text(out,
                         "  up to %" PRIu64 " bytes: %+" PRId64 " blocks, %+" PRId64 " bytes\n",
                         size_class_most(c), (int64_t)(is.n[c] - was.n[c]),
                         (int64_t)(is.bytes[c] - was.bytes[c]));
}

static bool word_at(const struct mark *m, uint64_t address, uint32_t bytes, uint64_t *value)
{
    uint64_t offset = address - snapshot_head(m->snapshot)->heap_start;
    *value = 0;
    if (!m->bytes || offset > m->n_bytes || bytes > m->n_bytes - offset) return false;
    memcpy(value, m->bytes + offset, bytes);
    return true;
}

/* The words of b's blocks' headers, links and front guards whose values were others in a. */
static void find_words(struct session *s, const struct mark *a, const struct mark *b,
                       struct difference_words *found, struct outcome *out)
{
    struct block_word words[BLOCK_WORDS_MAX];
    size_t told = 0;
    for (size_t i = 0; i < snapshot_n_blocks(b->snapshot) && session_go_on_at(s, i); i++) {
        struct snapshot_block block = snapshot_block(b->snapshot, i);
        size_t n = shape_block_words(b->policy, b->canary, &block, words);
        for (size_t k = 0; k < n; k++) {
            const struct block_word *w = &words[k];
            uint64_t old, now;
            char was[PLACE_VALUE_MAX], is[PLACE_VALUE_MAX];
            if (!word_at(a, w->address, w->bytes, &old) ||
                !word_at(b, w->address, w->bytes, &now) || old == now)
                continue;
            struct difference_word word = {block.address, old, now, w->name, w->offset};
            if (!difference_words_add(found, &word)) {
                lost_note();
                return;
            }
            if (told++ < ROWS_MAX)
                outcome_text(out, "~ 0x%" PRIx64 "  %s, at +%" PRIu32 ": %s -> %s\n", block.address,
                             w->name, w->offset,
                             place_value(was, block_field_is_address(w->field), old),
                             place_value(is, block_field_is_address(w->field), now));
        }
    }
    if (told > ROWS_MAX) outcome_text(out, "%zu more words differ\n", told - ROWS_MAX);
}

static void tell_runs(const struct difference *d, struct outcome *out)
{
    if (d->bytes_known)
        outcome_text(out, "%" PRIu64 " byte%s, in %zu place%s\n", d->n_bytes,
                     d->n_bytes == 1 ? " differs" : "s differ", d->n_runs,
                     d->n_runs == 1 ? "" : "s");
    else
        outcome_text(out, "bytes were not kept of both states, or their heaps begin elsewhere: "
                          "blocks alone are compared\n");
}

/* Takes what d holds. False: it was stopped, and then nothing is told; or no memory. */
static bool tell(struct session *s, struct difference *d, const struct mark *a,
                 const struct mark *b, struct outcome *out)
{
    uint64_t brk_a = snapshot_head(a->snapshot)->brk, brk_b = snapshot_head(b->snapshot)->brk;
    struct difference_words words = {.n = 0};
    outcome_text(out, "from %s to %s: brk 0x%" PRIx64 " -> 0x%" PRIx64 " (%+" PRId64 ")\n", a->name,
                 b->name, brk_a, brk_b, (int64_t)(brk_b - brk_a));
    bool unasked = snapshot_head(b->snapshot)->unasked;
    if (unasked) tell_sizes(a->snapshot, b->snapshot, out);
    tell_blocks(d, unasked, out);
    if (d->bytes_known) find_words(s, a, b, &words, out);
    tell_runs(d, out);
    outcome_result(out, json_pack("{s:o, s:o}", "blocks", value_number(d->n_blocks), "bytes",
                                  value_number(d->n_bytes)));
    if (!s->stop) {
        rows_free(out->rows);
        out->rows = difference_rows_keep(d, &words, a, b);
    }
    free(words.word);
    if (out->rows && !s->stop) return true;
    outcome_forget(out);
    return outcome_fail(out, "%s", s->stop ? DIFFERENCE_STOPPED : "out of memory");
}

static const struct mark *find(struct lab *lab, const char *name, const struct mark *now,
                               struct outcome *out)
{
    if (strcmp(name, "now") == 0) return now;
    const struct mark *m = marks_find(&lab->shown.marks, name);
    if (!m)
        outcome_fail(out, "no state is called %s; expected a name given with `mark`, or now",
                     text_printable(name));
    return m;
}

static bool run_diff(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct mark now;
    struct difference d = {0};
    bool ok = false;
    if (lab->shown.marks.n == 0)
        return outcome_fail(out, "no state is marked; expected `mark NAME` first");
    if (!sees_now(lab, out)) return false;
    if (!mark_take(&now, &lab->shown.session, "now", UINT64_MAX))
        return outcome_fail(out, "%s", lab->shown.session.error);
    const struct mark *a = args->n > 0 ? find(lab, args->word[0], &now, out)
                                       : &lab->shown.marks.mark[lab->shown.marks.n - 1];
    const struct mark *b = args->n > 1 ? find(lab, args->word[1], &now, out) : &now;
    if (a && b) {
        ok = difference_find(&d, &lab->shown.session, a, b);
        if (ok)
            ok = tell(&lab->shown.session, &d, a, b, out);
        else
            outcome_fail(out, "%s", lab->shown.session.error);
    }
    difference_release(&d);
    mark_release(&now);
    return ok;
}

const struct command verb_diff = {
    .name = "diff",
    .usage = "[A [B]]",
    .summary = "tell what changed between two marked states",
    .help = "Blocks, brk, header words, bytes. B is now unless it is given, A the newest "
            "mark.\nExample: diff before now",
    .group = "look",
    .most = 2,
    .kinds = {ARG_WORD},
    .run = run_diff,
};
