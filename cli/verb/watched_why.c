/* watched_why.c: why a block of a running program is as large as it is, and why it is not given
 * back; and whether its heap is sound. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/command/choose.h"
#include "cli/command/parse.h"
#include "cli/tell/finding.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"
#include "cli/verb/watched.h"

#define FINDINGS 16u

/* Of block; what lies in another region is no neighbour. */
static void tell_neighbour(const struct lab *lab, const char *where, size_t block, size_t i,
                           struct outcome *out)
{
    char bin[WATCHED_BIN_MAX];
    const struct snapshot *s = lab->shown.session.snapshot;
    if (i >= snapshot_n_blocks(s)) return;
    if (snapshot_block_region(s, i) != snapshot_block_region(s, block)) return;
    struct snapshot_block b = snapshot_block(s, i);
    outcome_text(out, "%s: %" PRIu64 " bytes at 0x%" PRIx64 ", %s%s\n", where, b.size, b.address,
                 value_state_words(b.state), watched_bin(lab->shown.session.watch, &b, bin));
}

/* What keeps a block that is not in use from going back to the kernel. */
static void tell_kept(const struct session *s, const struct snapshot_block *b, struct outcome *out)
{
    struct watched_pin pin;
    const struct snapshot_region *r = snapshot_region(
        s->snapshot, snapshot_block_region(s->snapshot, snapshot_find(s->snapshot, b->address)));
    watched_pin_find(s->snapshot, &pin);
    if (r->kind != REGION_BRK || pin.block.size == 0) return;
    if (b->address == pin.block.address)
        outcome_text(out,
                     "it is the last block below the top: brk can't move below 0x%" PRIx64
                     " before it goes\n",
                     b->address + b->size);
    else if (b->address > pin.block.address)
        outcome_text(out, "brk moves down to give it back once it is longer than malloc's trim "
                          "threshold, 128 KiB at first\n");
    else if (b->state == BLOCK_FREE)
        outcome_text(out, "brk can't give it back: the block at 0x%" PRIx64 " above it is %s\n",
                     pin.block.address, value_state_words(pin.block.state));
}

/* The first and the last block of a region have a word more or less than malloc counts. */
static const char *size_reason(const struct snapshot *s, const struct snapshot_block *b)
{
    const struct snapshot_region *r =
        snapshot_region(s, snapshot_block_region(s, snapshot_find(s, b->address)));
    bool pages = b->size % snapshot_head(s)->page_bytes == 0;
    return r->kind == REGION_MAPPED && pages ? ": whole pages, for it is mapped alone"
           : b->size % 16 == 0               ? ": sizes are multiples of 16, and 32 at least"
                                             : "";
}

bool why_watched(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct snapshot_block b;
    char text[32], bin[WATCHED_BIN_MAX];
    struct session *s = &lab->shown.session;
    const char *word = choose_word(lab, args, text, sizeof text, out);
    if (!word || !choose_block(lab, word, &b, out)) return false;
    if (b.state == BLOCK_DAMAGED)
        return outcome_fail(out,
                            "the block at 0x%" PRIx64
                            " is damaged, and how large it is can't be told (`check` names the "
                            "word); expected a sound block",
                            b.address);
    if (b.state == BLOCK_FOREIGN)
        return outcome_fail(out,
                            "the bytes at 0x%" PRIx64 " are no block of malloc's; expected one of "
                            "its blocks (`blocks` lists them)",
                            b.address);
    size_t i = snapshot_find(s->snapshot, b.address);
    outcome_text(out, "%" PRIu64 " bytes at 0x%" PRIx64 ", %s%s\n", b.size, b.address,
                 value_state_words(b.state), watched_bin(s->watch, &b, bin));
    outcome_text(out, "  %" PRIu64 " usable, from 0x%" PRIx64 "%s\n", b.size - b.header,
                 b.address + b.header,
                 b.state == BLOCK_USED ? "; how many of them were asked for is not known" : "");
    outcome_text(out, "+ %" PRIu32 " header, where malloc keeps the size%s\n", b.header,
                 b.header > 8 ? ", and a word before it that is nobody's" : "");
    outcome_text(out, "= %" PRIu64 " bytes%s\n", b.size, size_reason(s->snapshot, &b));
    if (i > 0) tell_neighbour(lab, "before it", i, i - 1, out);
    tell_neighbour(lab, "behind it", i, i + 1, out);
    tell_kept(s, &b, out);
    outcome_result(out,
                   json_pack("{s:o, s:n, s:o, s:o, s:o, s:s}", "address", value_address(b.address),
                             "requested", "usable", value_number(b.size - b.header), "header",
                             value_number(b.header), "size", value_number(b.size), "state",
                             value_state_name(b.state)));
    return true;
}

bool check_watched(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    struct session *s = &lab->shown.session;
    struct check_finding findings[FINDINGS];
    if (!lab_sees(lab, out)) return false;
    if (s->watch->kind == WATCH_FOREIGN) return outcome_fail(out, "%s", s->watch->words);
    if (s->watch->kind == WATCH_NONE) {
        outcome_text(out, "nothing was asked of malloc yet: there is nothing to check\n");
        outcome_result(out, json_pack("{s:b, s:i}", "sound", true, "invariants", 0));
        return true;
    }
    size_t n = glibc_check(&s->watch->heap, findings, FINDINGS);
    json_t *list = json_array();
    shape_tell_last_look(s, out);
    for (size_t i = 0; i < n && i < FINDINGS; i++) {
        const struct check_finding *f = &findings[i];
        outcome_text(out, "%s\n", f->text);
        json_array_append_new(list,
                              json_pack("{s:i, s:o, s:s}", "invariant", (int)f->invariant,
                                        "address", value_address(f->address), "text", f->text));
    }
    outcome_extra(out, "findings", list);
    if (n > 0)
        return outcome_fail(out, "the heap is not sound: %zu finding%s, the first: %s", n,
                            n == 1 ? "" : "s", findings[0].text);
    outcome_result(out, json_pack("{s:b, s:i}", "sound", true, "invariants", GLIBC_N_INVARIANTS));
    outcome_text(out, "sound: %d invariants hold\n", GLIBC_N_INVARIANTS);
    return true;
}
