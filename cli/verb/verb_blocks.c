/* verb_blocks.c: the blocks of the heap, all or those chosen. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/tell/block_rows.h"
#include "cli/tell/blocks.h"
#include "cli/tell/chain.h"
#include "cli/tell/finding.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"
#include "cli/text/text.h"
#include "viz/label.h"

#define ERROR_BYTES 256

/* ── Which ── */

/* What stands behind a word, as a size or address. */
static bool take_value(const struct arguments *args, int *i, const char *what, uint64_t *value,
                       struct outcome *out)
{
    char error[ERROR_BYTES];
    const char *word = args->word[*i];
    if (*i + 1 >= args->n) return outcome_fail(out, "%s needs %s behind it", word, what);
    return parse_size(args->word[++*i], what, value, error, sizeof error) ||
           outcome_fail(out, "%s", error);
}

static bool take_state(const char *word, struct block_choice *choice)
{
    for (unsigned i = 0; i < BLOCK_N_STATES; i++) {
        if (strcmp(word, label_state((enum block_state)i)) != 0) continue;
        choice->states |= 1u << i;
        return true;
    }
    return false;
}

static bool take_choice(const struct arguments *args, struct block_choice *choice,
                        struct outcome *out)
{
    *choice = block_choice_all();
    for (int i = 0; i < args->n; i++) {
        const char *word = args->word[i];
        uint64_t value;
        bool ok = true;
        if (take_state(word, choice)) continue;
        if (strcmp(word, "least") == 0)
            ok = take_value(args, &i, "SIZE", &choice->least, out);
        else if (strcmp(word, "most") == 0)
            ok = take_value(args, &i, "SIZE", &choice->most, out);
        else if (strcmp(word, "from") == 0)
            ok = take_value(args, &i, "ADDRESS", &choice->from, out);
        else if (strcmp(word, "to") == 0)
            ok = take_value(args, &i, "ADDRESS", &choice->to, out);
        else if (strcmp(word, "region") == 0 && (ok = take_value(args, &i, "N", &value, out)))
            choice->region = (size_t)value;
        else if (strcmp(word, "first") == 0 && (ok = take_value(args, &i, "N", &value, out)))
            choice->first = (size_t)value;
        else if (strcmp(word, "largest") == 0)
            choice->by_size = true;
        else if (ok)
            return outcome_fail(
                out,
                "%s is no way to choose blocks; expected used, free, cached, "
                "quarantine, foreign, unknown or damaged, `least SIZE`, `most SIZE`, `from "
                "ADDRESS`, `to ADDRESS`, `region N`, `first N`, or largest",
                text_printable(word));
        if (!ok) return false;
    }
    return true;
}

static void choices(command_choice *add, void *user)
{
    static const char *const words[] = {"least",  "most",  "from",   "to",
                                        "region", "first", "largest"};
    for (unsigned i = 0; i < BLOCK_N_STATES; i++)
        add(user, label_state((enum block_state)i));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        add(user, words[i]);
}

/* ── Rows ── */

/* Columns of the longest address. */
static int address_width(const struct snapshot *s)
{
    char text[32];
    size_t n = snapshot_n_regions(s);
    int width = snprintf(text, sizeof text, "0x%" PRIx64, snapshot_region(s, n - 1)->end);
    return width > 12 ? width : 12;
}

static void block_row(const struct session *s, struct outcome *out, const struct snapshot_block *b)
{
    char id[24], requested[24] = "-", padding[24] = "-";
    const char *name = b->state == BLOCK_USED && b->id ? block_rows_name(out->rows, b->id) : NULL;
    uint64_t payload = b->size - b->header;
    if (!s->watch && (b->state == BLOCK_USED || b->state == BLOCK_QUARANTINED)) {
        snprintf(requested, sizeof requested, "%" PRIu64, b->requested);
        snprintf(padding, sizeof padding, "%" PRIu64, payload - b->requested);
    }
    outcome_text(out,
                 "%8s  0x%-*" PRIx64 " %8" PRIu64 " %6" PRIu32 " %8" PRIu64 " %9s %7s  %s%s%s\n",
                 value_id_text(b, id, sizeof id), address_width(s->snapshot) - 2, b->address,
                 b->size, b->header, payload, requested, padding, label_state(b->state),
                 name ? "  " : "", name ? name : "");
}

static void free_list_row(struct lab *lab, struct outcome *out)
{
    const struct snapshot *s = lab->shown.session.snapshot;
    uint64_t damaged;
    outcome_text(out, "free list, in search order:");
    size_t n = snapshot_n_free(s);
    for (size_t i = 0; i < n && i < 16; i++) {
        struct snapshot_block b = snapshot_block(s, snapshot_free_at(s, i));
        char id[24];
        outcome_text(out, " %s", b.id ? value_id_text(&b, id, sizeof id) : "");
        outcome_text(out, "%s0x%" PRIx64 "%s%s", b.id ? " at " : "", b.address,
                     b.state == BLOCK_FREE ? "" : ", damaged", i + 1 < n ? " ->" : "");
    }
    if (n == 0) outcome_text(out, " empty");
    if (n > 16) outcome_text(out, " %zu more", n - 16);
    if (snapshot_list_damaged(s, &damaged)) outcome_text(out, " damaged at 0x%" PRIx64, damaged);
    outcome_text(out, "\n");
}

/* Of a heap of an allocator of one's own, what no row has. */
static void tell_unmapped(const struct snapshot *s, struct outcome *out)
{
    const struct snapshot_head *head = snapshot_head(s);
    uint64_t bytes = head->brk - head->heap_start - snapshot_stats(s)->heap_bytes;
    if (bytes > 0)
        outcome_text(out,
                     "%" PRIu64 " bytes below brk are on pages that are not mapped: no heap, until "
                     "mem_map gives them again\n",
                     bytes);
}

static bool run_blocks(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct block_choice choice;
    if (!take_choice(args, &choice, out) || !lab_sees(lab, out)) return false;
    const struct snapshot *s = lab->shown.session.snapshot;
    size_t n;
    uint64_t damaged;
    bool bracketed = false;
    if (!blocks_tell(&lab->shown.session, &choice, out)) return outcome_fail(out, "out of memory");
    bool all = block_choice_is_all(&choice);
    n = block_rows_n(out->rows);
    outcome_result(out, json_pack("{s:o, s:o}", "blocks", value_number(snapshot_stats(s)->n_blocks),
                                  "free", value_number(snapshot_stats(s)->n_free)));
    shape_tell_last_look(&lab->shown.session, out);
    if (n == 0) outcome_text(out, all ? "the heap is empty\n" : "no block is like that\n");
    if (n > 0)
        outcome_text(out, "%8s  %-*s %8s %6s %8s %9s %7s  %s\n", "id", address_width(s), "address",
                     "size", "header", "payload", "requested", "padding", "state");
    for (size_t i = 0; i < n; i++) {
        struct snapshot_block b = block_rows_at(out->rows, i);
        if (!session_go_on(&lab->shown.session))
            return outcome_fail(out, "interrupted after %zu of %zu blocks", i, n);
        block_row(&lab->shown.session, out, &b);
        bracketed = bracketed || (b.state == BLOCK_FREE && b.id != 0);
    }
    if (bracketed) outcome_text(out, "in brackets: free now, and whose it was last\n");
    if (all && (lab->shown.session.watch || block_is_recorded(lab->shown.session.setup.policy)))
        free_list_row(lab, out);
    char chain[CHAIN_MAX];
    if (all && (snapshot_damaged(s, NULL) || snapshot_list_damaged(s, NULL)) &&
        *chain_text(&lab->shown.session, " -> ", chain))
        outcome_text(out, "%s, from the first on, as it stands: %s\n",
                     chain_name(&lab->shown.session), chain);
    if (lab->shown.session.own.source == OWN_SOURCE_GUESS &&
        lab->shown.session.setup.policy == HEAP_OWN)
        outcome_text(out,
                     "a guess: words of %u bytes that read as CS:APP's headers (size, and 1 while "
                     "in use) lead from block to block to brk\n",
                     lab->shown.session.own.width);
    else if (lab->shown.session.own.source == OWN_SOURCE_REPORT &&
             lab->shown.session.setup.policy == HEAP_OWN)
        outcome_text(out, "as the allocator's own mm_blocks lists them\n");
    else if (lab->shown.session.setup.policy == HEAP_OWN)
        outcome_text(out, "payloads in use are remembered by brkview; what lies between them is "
                          "the allocator's own: headers, what is free, what rounding left\n");
    else if (snapshot_head(s)->remembered)
        outcome_text(
            out, "remembered by brkview, not by the heap: bump keeps no record of its blocks\n");
    if (all && lab->shown.session.setup.policy == HEAP_OWN) tell_unmapped(s, out);
    if (lab->shown.session.setup.policy == HEAP_OWN && *lab->shown.session.own.wrong)
        outcome_text(out, "what mm_blocks lists can't be right: %s\n",
                     lab->shown.session.own.wrong);
    if (snapshot_damaged(s, &damaged)) {
        char text[FINDING_MAX];
        const char *false_word = finding_damage(&lab->shown.session, text),
                   *beyond = "what lies beyond can't be told from here";
        bool ended = snapshot_ended_early(s);
        outcome_text(out, "damaged at 0x%" PRIx64 ": %s%s%s\n", damaged, false_word,
                     *false_word && ended ? "; " : "", ended ? beyond : "");
    }
    return true;
}

const struct command verb_blocks = {
    .name = "blocks",
    .aliases = "list ls",
    .usage = "[used|free|cached|…] [least SIZE] [most SIZE] [from ADDRESS] [to ADDRESS] [region N] "
             "[largest] [first N]",
    .summary = "list the blocks and the free list, all or those chosen",
    .help = "In address order, as the heap itself records them. A free block shows in brackets "
            "whose it was last. Sizes are of whole blocks; regions are counted from 0, and largest "
            "puts the largest first.\nExample: blocks free largest first 10",
    .group = "look",
    .most = -1,
    .kinds = {ARG_CHOICE},
    .choices = choices,
    .run = run_blocks,
};
