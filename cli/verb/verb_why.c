/* verb_why.c: why a block is as large as it is, step by step. */
#include <inttypes.h>

#include "cli/command/choose.h"
#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/command/parse_id.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/verb/watched.h"

/* Why the payload has bytes that rounding did not ask for. */
static void why_more(const struct session_setup *setup, uint64_t extra, struct outcome *out)
{
    uint32_t least = block_min_bytes(setup->policy);
    outcome_text(out, "+ %" PRIu64 " more: ", extra);
    const char *name = heap_policy_name(setup->policy);
    if (!heap_policy_has(setup->policy, HEAP_SPLIT))
        outcome_text(out,
                     "it took a free block whole, for %s never splits (or it was made smaller, "
                     "which %s does in place)\n",
                     name, name);
    else if (extra < least)
        outcome_text(out,
                     "not split off, because a rest of %" PRIu64
                     " is less than the smallest block, %" PRIu32 " (header and two links)\n",
                     extra, least);
    else if (setup->value[HEAP_SPLIT] == 0)
        outcome_text(out, "not split off, because split is off\n");
    else
        outcome_text(
            out,
            "not split off: split was off when it was taken, or a write has changed its size\n");
}

static bool run_why(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct snapshot_block b;
    char freed[80];
    char text[32];
    const char *word = choose_word(lab, args, text, sizeof text, out);
    if (!word || !choose_block(lab, word, &b, out)) return false;
    const struct session_setup *setup = &lab->shown.session.setup;
    uint32_t id = b.id;
    if (setup->policy == HEAP_OWN)
        return outcome_fail(out,
                            "what an allocator of your own puts around a payload is not known; "
                            "expected one of brkview's policies");
    if (b.state == BLOCK_FREE && id != 0)
        return outcome_fail(
            out, "#%" PRIu32 " is already free: %s; expected a block in use (`show` looks at both)",
            id, parse_freed(&lab->shown.session.ledger, id, freed, sizeof freed));
    if (b.state == BLOCK_DAMAGED && id != 0)
        return outcome_fail(
            out,
            "#%" PRIu32 " is damaged, and its header does not say how large it is (`show %" PRIu32
            "`); expected a sound block: `undo` mends it",
            id, id);
    if (b.state != BLOCK_USED || id == 0)
        return outcome_fail(
            out, "nobody asked for the bytes at 0x%" PRIx64 " (%s); expected a block in use",
            b.address, value_state_words(b.state));
    uint64_t payload = b.size - b.header, rounded;
    bool canary = setup->value[HEAP_CANARY] != 0;
    uint32_t guard = canary ? GUARD_FRONT + GUARD_REAR : 0, front = canary ? GUARD_FRONT : 0;
    if (!block_round_up(b.requested + guard, &rounded) || rounded - front > payload)
        rounded = payload + front;
    rounded -= front;
    outcome_text(out, "#%" PRIu32 " is %" PRIu64 " bytes:\n", id, b.size);
    outcome_text(out, "  %" PRIu64 " requested\n", b.requested);
    if (canary) outcome_text(out, "+ %u at least for the canary behind it\n", GUARD_REAR);
    outcome_text(out,
                 "+ %" PRIu64
                 " rounding up to a multiple of %u, so that the next payload is aligned: %" PRIu64
                 "\n",
                 rounded - b.requested - (canary ? GUARD_REAR : 0), HEAP_ALIGN, rounded);
    if (payload > rounded) why_more(setup, payload - rounded, out);
    if (b.header)
        outcome_text(out,
                     "+ %" PRIu32
                     " header, where the allocator keeps the size and whether it is free%s\n",
                     b.header, canary ? ", and 16 of them the canary before the payload" : "");
    else
        outcome_text(out, "+ 0 header: bump keeps no record\n");
    outcome_text(out, "= %" PRIu64 " bytes, of which %" PRIu64 " are lost to you\n", b.size,
                 b.size - b.requested);
    outcome_result(out, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", value_number(id),
                                  "requested", value_number(b.requested), "rounding",
                                  value_number(rounded - b.requested), "not_split",
                                  value_number(payload - rounded), "header", value_number(b.header),
                                  "size", value_number(b.size)));
    return true;
}

const struct command verb_why = {
    .name = "why",
    .usage = "[ID|ADDRESS]",
    .summary = "tell why a block is as large as it is",
    .help = "Requested, rounded, not split because, header: its size step by step. Alone, it takes "
            "the selected block.\nExample: "
            "why 2",
    .group = "look",
    .most = 1,
    .kinds = {ARG_ID},
    .run = run_why,
    .run_watched = why_watched,
};
