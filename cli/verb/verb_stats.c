/* verb_stats.c: where the bytes are, what is lost to what, what is stuck and why. */
#include <inttypes.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/tell/explain.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/value.h"
#include "cli/verb/watched.h"
#include "viz/fragmentation.h"

/* Fragmentation in words, and in the result. */
static void tell_fragmentation(struct lab *lab, struct outcome *out)
{
    struct fragmentation f;
    fragmentation_find(&f, lab->shown.session.snapshot);
    outcome_text(out,
                 "lost: %" PRIu64 " to headers of used blocks, %" PRIu64 " to padding, %" PRIu64
                 " in %" PRIu64 " hole%s, %" PRIu64 " at an untrimmed top\n",
                 f.header_bytes, f.padding_bytes, f.hole_bytes, f.n_holes,
                 f.n_holes == 1 ? "" : "s", f.top_bytes);
    outcome_text(out,
                 "the largest request that fits without moving brk: %" PRIu64 " now, %" PRIu64
                 " if free neighbours were merged, %" PRIu64
                 " if all used blocks were moved together\n",
                 f.fits_now, f.fits_coalesced, f.fits_compacted);
    json_object_set_new(
        out->result, "fragmentation",
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "header_bytes",
                  value_number(f.header_bytes), "padding_bytes", value_number(f.padding_bytes),
                  "hole_bytes", value_number(f.hole_bytes), "holes", value_number(f.n_holes),
                  "top_bytes", value_number(f.top_bytes), "fits_now", value_number(f.fits_now),
                  "fits_coalesced", value_number(f.fits_coalesced), "fits_compacted",
                  value_number(f.fits_compacted)));
}

/* What the guards cost now, in bytes. */
static void tell_guards(struct lab *lab, json_t *result, struct outcome *out)
{
    const struct session *s = &lab->shown.session;
    uint64_t canaries = 0, kept = 0, kept_bytes = 0;
    uint32_t header = block_header_bytes(s->setup.policy);
    if (!s->setup.value[HEAP_CANARY] && !s->setup.value[HEAP_POISON] &&
        !s->setup.value[HEAP_QUARANTINE])
        return;
    for (size_t i = 0; i < snapshot_n_blocks(s->snapshot); i++) {
        struct snapshot_block b = snapshot_block(s->snapshot, i);
        uint64_t plain = 0;
        bool quarantined = b.state == BLOCK_QUARANTINED;
        if (b.state != BLOCK_USED && !quarantined) continue;
        kept += quarantined;
        if (quarantined) kept_bytes += b.size;
        if (s->setup.value[HEAP_CANARY] && !quarantined && block_round_up(b.requested, &plain) &&
            b.size > header + plain)
            canaries += b.size - header - plain;
    }
    json_object_set_new(result, "guards",
                        json_pack("{s:o, s:o, s:o}", "canary_bytes", value_number(canaries),
                                  "quarantined", value_number(kept), "quarantined_bytes",
                                  value_number(kept_bytes)));
    if (s->setup.value[HEAP_CANARY])
        outcome_text(
            out,
            "canaries: %" PRIu64
            " bytes (%u before each payload, in its header; the rest behind it, in its padding)\n",
            canaries, GUARD_FRONT);
    if (s->setup.value[HEAP_QUARANTINE])
        outcome_text(
            out, "quarantine: %" PRIu64 " block%s, %" PRIu64 " bytes, freed and kept from reuse\n",
            kept, kept == 1 ? "" : "s", kept_bytes);
    if (s->setup.value[HEAP_POISON])
        outcome_text(out, "poison: no bytes, but every byte freed is written\n");
}

static void tell_payloads(const struct ledger *ledger, struct outcome *out)
{
    uint32_t n = 0;
    for (uint32_t id = ledger_next_live(ledger, 0); id != 0; id = ledger_next_live(ledger, id))
        n++;
    outcome_text(out, "\n%" PRIu32 " payload%s in use\n", n, n == 1 ? "" : "s");
}

static bool run_stats(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    if (!lab_sees(lab, out)) return false;
    const struct snapshot_stats *s = snapshot_stats(lab->shown.session.snapshot);
    const struct session_setup *setup = &lab->shown.session.setup;
    char stuck[1024];
    explain_stuck(&lab->shown.session, stuck, sizeof stuck);
    json_t *result = shape_stats_json(&lab->shown.session);
    json_object_set_new(result, "stuck", json_string(stuck));
    json_object_set_new(result, "limit",
                        setup->limit == HEAP_NO_LIMIT ? json_null() : value_number(setup->limit));
    json_object_set_new(result, "switches", shape_switches_json(setup));
    outcome_result(out, result);
    shape_tell_last_look(&lab->shown.session, out);
    outcome_text(out, "policy %s; ", heap_policy_name(setup->policy));
    for (unsigned i = 0; i < HEAP_N_SWITCHES; i++) {
        char value[32];
        if (!shape_switch_shown(setup, (enum heap_switch)i)) continue;
        outcome_text(out, "%s %s, ", heap_switch_name((enum heap_switch)i),
                     shape_switch_value(setup, (enum heap_switch)i, value, sizeof value));
    }
    if (setup->limit == HEAP_NO_LIMIT)
        outcome_text(out, "no limit\n");
    else
        outcome_text(out, "limit %" PRIu64 "\n", setup->limit);
    outcome_text(out,
                 "heap %" PRIu64 " bytes = %" PRIu64 " live + %" PRIu64 " padding + %" PRIu64
                 " header + %" PRIu64 " free",
                 s->heap_bytes, s->live_bytes, s->padding_bytes, s->header_bytes, s->free_bytes);
    if (s->foreign_bytes) outcome_text(out, " + %" PRIu64 " foreign", s->foreign_bytes);
    if (s->unknown_bytes) outcome_text(out, " + %" PRIu64 " unknown", s->unknown_bytes);
    if (s->damaged_bytes) outcome_text(out, " + %" PRIu64 " damaged", s->damaged_bytes);
    if (setup->policy == HEAP_OWN && lab->shown.session.own.source == OWN_SOURCE_SESSION)
        tell_payloads(&lab->shown.session.ledger, out);
    else
        outcome_text(out,
                     "\n%" PRIu64 " block%s: %" PRIu64 " used, %" PRIu64 " free, %" PRIu64
                     " foreign; the largest free one holds %" PRIu64 " bytes\n",
                     s->n_blocks, s->n_blocks == 1 ? "" : "s", s->n_used, s->n_free, s->n_foreign,
                     s->largest_free);
    if (s->heap_bytes)
        outcome_text(out, "utilization %.1f %% (live / heap)\n",
                     100.0 * (double)s->live_bytes / (double)s->heap_bytes);
    if (setup->policy == HEAP_OWN && lab->shown.session.own.source == OWN_SOURCE_GUESS)
        outcome_text(out, "blocks as the heap's words read: a guess\n");
    tell_guards(lab, result, out);
    if (block_is_recorded(setup->policy)) tell_fragmentation(lab, out);
    outcome_text(out, "%s", stuck);
    return true;
}

const struct command verb_stats = {
    .name = "stats",
    .aliases = "statistics",
    .summary = "show where the bytes are, and what is stuck and why",
    .help = "heap = live + padding + header + free (+ foreign, + unknown, + damaged).",
    .group = "look",
    .kinds = {ARG_NONE},
    .run = run_stats,
    .run_watched = stats_watched,
};
