/* spoken.c: a picture as lines. What comes first matters most. */
#include "cli/tell/spoken.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/tell/outcome.h"
#include "viz/label.h"

#define BLOCKS_READ 200u /* `blocks` reads them all */
#define HISTORY_READ 10u

static const char *block_name(const struct snapshot_block *b, char *text, size_t bytes)
{
    if (b->id && b->state == BLOCK_DAMAGED)
        snprintf(text, bytes, "#%" PRIu32 ", damaged", b->id);
    else if (b->id && b->state == BLOCK_USED)
        snprintf(text, bytes, "#%" PRIu32, b->id);
    else if (b->id)
        snprintf(text, bytes, "free, was #%" PRIu32, b->id);
    else
        snprintf(text, bytes, "%s", label_state_in(b->state, LABEL_QUARANTINE));
    return text;
}

static void read_title(const struct picture *p, struct outcome *out)
{
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    int64_t delta = (int64_t)(p->changes->brk_after - p->changes->brk_before);
    const char *word = head->unasked ? "" : "policy ";
    outcome_text(out, "%s%s%s%s%s%s, process %" PRId64 "%s%s\n", head->title,
                 *head->policy ? ", " : "", *head->policy ? word : "", head->policy,
                 *p->switches ? ", " : "", p->switches, head->pid,
                 head->alive ? "" : ", dead: ", head->alive ? "" : head->ended);
    if (p->pulse && *p->pulse) outcome_text(out, "it runs by itself: %s\n", p->pulse);
    if (p->trace && *p->trace) outcome_text(out, "operations of the trace done: %s\n", p->trace);
    if (delta == 0)
        outcome_text(out, "brk is at 0x%" PRIx64 ", where it was\n", head->brk);
    else
        outcome_text(out, "brk is at 0x%" PRIx64 ", moved %s by %" PRIu64 "\n", head->brk,
                     delta > 0 ? "up" : "down", (uint64_t)(delta > 0 ? delta : -delta));
    if (*p->notice) outcome_text(out, "notice: %s\n", p->notice);
}

static void read_lesson(const struct picture *p, struct outcome *out)
{
    if (!p->lesson.text) return;
    outcome_text(out, "%s\n%s\n%s\n", p->lesson.title, p->lesson.text, p->lesson.hint);
}

static void read_changes(const struct picture *p, struct outcome *out)
{
    const struct changes *c = p->changes;
    for (size_t i = 0; i < c->n; i++) {
        const struct change *x = &c->change[i];
        outcome_text(out, "changed: ");
        if (x->id) outcome_text(out, "#%" PRIu32 ", ", x->id);
        outcome_text(out, "%" PRIu64 " bytes at 0x%" PRIx64 ": %s\n", x->to - x->from, x->from,
                     label_change_of(p, x));
    }
    if (c->n_more) outcome_text(out, "changed: %zu more\n", c->n_more);
}

static void read_detail(const struct picture *p, struct outcome *out)
{
    const struct picture_detail *d = p->detail;
    char name[40];
    if (d->block == SNAPSHOT_NONE) return;
    struct snapshot_block b = snapshot_block(p->snapshot, d->block);
    outcome_text(out, "selected: %s%s%s at 0x%" PRIx64 "\n", block_name(&b, name, sizeof name),
                 *d->name ? " called " : "", d->name, b.address);
    for (size_t i = 0; i < d->n_words; i++) {
        const struct picture_word *w = &d->word[i];
        char value[FIGURE_MAX], was[FIGURE_MAX];
        outcome_text(out, "header: %s is %s%s%s%s\n", w->name, figure_word(value, w, w->value),
                     w->wrong ? ", which can't be true" : "", w->changed ? ", was " : "",
                     w->changed ? figure_word(was, w, w->was) : "");
    }
}

static void read_bytes(const struct picture *p, struct outcome *out)
{
    const struct picture_detail *d = p->detail;
    for (size_t i = 0; d->block != SNAPSHOT_NONE && i < d->n_bytes && i < 64; i++) {
        if (i % 8 == 0) outcome_text(out, "bytes at +%zu:", i);
        outcome_text(out, " %02x%s", d->bytes[i],
                     i % 8 == 7 || i + 1 == d->n_bytes || i == 63 ? "\n" : "");
    }
}

static void read_sums(const struct picture *p, struct outcome *out)
{
    const struct snapshot_stats *s = snapshot_stats(p->snapshot);
    const struct snapshot_head *head = snapshot_head(p->snapshot);
    uint64_t mapped = head->page_bytes
                          ? (head->brk + head->page_bytes - 1) / head->page_bytes * head->page_bytes
                          : head->brk;
    char padding[FIGURE_MAX] = "";
    if (!head->unasked)
        snprintf(padding, sizeof padding, ", %" PRIu64 " padding", s->padding_bytes);
    outcome_text(out,
                 "heap: %" PRIu64 " bytes, of which %" PRIu64 " %s%s, %" PRIu64 " headers, %" PRIu64
                 " free",
                 s->heap_bytes, s->live_bytes, head->unasked ? "in use" : "live", padding,
                 s->header_bytes, s->free_bytes);
    if (s->cached_bytes) outcome_text(out, ", %" PRIu64 " cached", s->cached_bytes);
    if (s->foreign_bytes) outcome_text(out, ", %" PRIu64 " foreign", s->foreign_bytes);
    if (s->unknown_bytes) outcome_text(out, ", %" PRIu64 " unknown", s->unknown_bytes);
    if (s->damaged_bytes) outcome_text(out, ", %" PRIu64 " damaged", s->damaged_bytes);
    outcome_text(out, "\n");
    if (mapped > head->brk)
        outcome_text(out,
                     "beyond brk the page goes on to 0x%" PRIx64 ": %" PRIu64
                     " bytes are mapped that are not heap\n",
                     mapped, mapped - head->brk);
}

static void read_blocks(const struct picture *p, struct outcome *out)
{
    size_t n = snapshot_n_blocks(p->snapshot);
    uint64_t damaged;
    char name[40];
    outcome_text(out, "blocks: %zu%s\n", n,
                 snapshot_head(p->snapshot)->remembered && n
                     ? ", remembered by brkview, not by the heap"
                     : "");
    for (size_t i = 0; i < n && i < BLOCKS_READ; i++) {
        struct snapshot_block b = snapshot_block(p->snapshot, i);
        outcome_text(out, "block %zu of %zu: %s, %" PRIu64 " bytes at 0x%" PRIx64, i + 1, n,
                     block_name(&b, name, sizeof name), b.size, b.address);
        if (b.state == BLOCK_USED && snapshot_head(p->snapshot)->unasked)
            outcome_text(out, ", %" PRIu64 " usable", b.size - b.header);
        else if (b.state == BLOCK_USED || b.state == BLOCK_QUARANTINED)
            outcome_text(out, ", %" PRIu64 " requested, %" PRIu64 " padding", b.requested,
                         b.size - b.header - b.requested);
        if (b.state == BLOCK_FREE) outcome_text(out, ", payload %" PRIu64, b.size - b.header);
        outcome_text(out, "\n");
    }
    if (n > BLOCKS_READ) outcome_text(out, "and %zu more, see `blocks`\n", n - BLOCKS_READ);
    if (snapshot_damaged(p->snapshot, &damaged))
        outcome_text(out, "damaged at 0x%" PRIx64 "%s\n", damaged,
                     snapshot_ended_early(p->snapshot)
                         ? ": what lies beyond can't be told from here"
                         : ": the blocks beyond are found all the same");
}

static void read_free_list(const struct picture *p, struct outcome *out)
{
    size_t n = snapshot_n_free(p->snapshot);
    char name[40];
    outcome_text(out, "free list, in search order: %zu\n", n);
    for (size_t i = 0; i < n && i < BLOCKS_READ; i++) {
        struct snapshot_block b = snapshot_block(p->snapshot, snapshot_free_at(p->snapshot, i));
        outcome_text(out, "free list %zu of %zu: %s", i + 1, n, block_name(&b, name, sizeof name));
        if (b.state == BLOCK_FREE) outcome_text(out, ", payload %" PRIu64, b.size - b.header);
        outcome_text(out, ", at 0x%" PRIx64 "\n", b.address);
    }
}

static void read_segments(const struct picture *p, struct outcome *out)
{
    for (size_t i = 0; i < snapshot_n_segments(p->snapshot); i++) {
        const struct snapshot_segment *g = snapshot_segment(p->snapshot, i);
        if (g->kind > SEGMENT_STACK) continue;
        outcome_text(out, "segment %s: 0x%" PRIx64 " to 0x%" PRIx64 ", %" PRIu64 " bytes%s\n",
                     g->name, g->start, g->end, g->end - g->start,
                     g->kind == SEGMENT_HEAP    ? ", grows up"
                     : g->kind == SEGMENT_STACK ? ", grows down"
                                                : "");
    }
}

static void read_history(const struct picture *p, struct outcome *out)
{
    const struct picture_history *h = p->history;
    const char *each = h->free_bytes ? "look" : "command";
    size_t from = h->n > HISTORY_READ ? h->n - HISTORY_READ : 0;
    outcome_text(out, "heap bytes after each %s:", each);
    for (size_t i = from; i < h->n; i++)
        outcome_text(out, " %" PRIu64, h->heap_bytes[i]);
    outcome_text(out, "\nlive bytes after each %s:", each);
    for (size_t i = from; i < h->n; i++)
        outcome_text(out, " %" PRIu64, h->live_bytes[i]);
    outcome_text(out, "\n");
}

void spoken_changes(const struct picture *p, struct outcome *out)
{
    read_changes(p, out);
    if (p->changes->n) read_detail(p, out);
    read_sums(p, out);
}

void spoken_all(const struct picture *p, struct outcome *out)
{
    read_title(p, out);
    read_lesson(p, out);
    if (*p->c_line) outcome_text(out, "in C: %s\n", p->c_line);
    if (*p->sentence) outcome_text(out, "what it did: %s\n", p->sentence);
    read_changes(p, out);
    read_sums(p, out);
    read_blocks(p, out);
    read_free_list(p, out);
    read_detail(p, out);
    read_bytes(p, out);
    read_segments(p, out);
    read_history(p, out);
}
