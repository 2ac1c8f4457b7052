/* watched_stats.c: where the bytes of a running program's heap are, and why brk stays where it is.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command/parse.h"
#include "cli/tell/outcome.h"
#include "cli/tell/shapes.h"
#include "cli/tell/size_class.h"
#include "cli/tell/value.h"
#include "cli/tell/watched.h"
#include "cli/verb/watched.h"
#include "viz/figure.h"

/* ── By size ── */

#define BAR 30u

static json_t *tell_histogram(const struct snapshot *s, struct outcome *out)
{
    struct size_classes h;
    json_t *list = json_array();
    uint64_t most = 1;
    unsigned first = SIZE_CLASSES, last = 0; /* those between are told */
    size_classes_count(s, &h);
    for (unsigned c = 0; c < SIZE_CLASSES; c++) {
        if (h.n[c] == 0) continue;
        if (first == SIZE_CLASSES) first = c;
        last = c;
        if (h.bytes[c] > most) most = h.bytes[c];
    }
    if (first <= last) outcome_text(out, "blocks in use, by payload:\n");
    for (unsigned c = first; c <= last; c++) {
        char bytes[FIGURE_MAX], up[FIGURE_MAX], bar[BAR + 1];
        size_t n = (size_t)((double)h.bytes[c] / (double)most * BAR + 0.999);
        memset(bar, '#', n);
        bar[n] = '\0';
        outcome_text(out, "  up to %-8s %9" PRIu64 "  %10s  %s\n",
                     figure_bytes(up, size_class_most(c)), h.n[c], figure_bytes(bytes, h.bytes[c]),
                     bar);
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o}", "up_to", value_number(size_class_most(c)), "blocks",
                            value_number(h.n[c]), "bytes", value_number(h.bytes[c])));
    }
    return list;
}

/* ── By region ── */

#define REGIONS_TOLD 24u

struct part {
    uint64_t used, cached, free, n;
};

static struct part part_of(const struct snapshot *s, size_t *block, size_t region)
{
    struct part p = {0};
    const struct snapshot_region *r = snapshot_region(s, region);
    for (; *block < snapshot_n_blocks(s); ++*block) {
        struct snapshot_block b = snapshot_block(s, *block);
        if (b.address >= r->end) break;
        p.n++;
        if (b.state == BLOCK_USED) p.used += b.size - b.header;
        if (b.state == BLOCK_CACHED) p.cached += b.size - b.header;
        if (b.state == BLOCK_FREE) p.free += b.size - b.header;
    }
    return p;
}

static json_t *tell_regions(const struct snapshot *s, struct outcome *out)
{
    json_t *list = json_array();
    size_t n = snapshot_n_regions(s), block = 0;
    if (n > 1) outcome_text(out, "by region:\n");
    for (size_t i = 0; i < n; i++) {
        const struct snapshot_region *r = snapshot_region(s, i);
        struct part p = part_of(s, &block, i);
        char used[FIGURE_MAX], cached[FIGURE_MAX], free[FIGURE_MAX];
        if (n > 1 && i < REGIONS_TOLD)
            outcome_text(out, "  %-6s 0x%-12" PRIx64 " %10s in use, %10s cached, %10s free\n",
                         region_kind_name(r->kind), r->start, figure_bytes(used, p.used),
                         figure_bytes(cached, p.cached), figure_bytes(free, p.free));
        json_array_append_new(
            list,
            json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", region_kind_name(r->kind),
                      "start", value_address(r->start), "end", value_address(r->end), "blocks",
                      value_number(p.n), "used_bytes", value_number(p.used), "cached_bytes",
                      value_number(p.cached), "free_bytes", value_number(p.free)));
    }
    if (n > REGIONS_TOLD) outcome_text(out, "  %zu more regions\n", n - REGIONS_TOLD);
    return list;
}

/* ── Why brk stays ── */

static void tell_pin(const struct session *s, json_t *result, struct outcome *out)
{
    struct watched_pin pin;
    char bin[WATCHED_BIN_MAX];
    watched_pin_find(s->snapshot, &pin);
    if (pin.block.size == 0) return;
    const char *what =
        pin.block.state == BLOCK_USED ? "in use" : value_state_words(pin.block.state);
    json_object_set_new(
        result, "pin",
        json_pack("{s:o, s:o, s:s, s:o, s:o, s:o}", "address", value_address(pin.block.address),
                  "size", value_number(pin.block.size), "state", value_state_name(pin.block.state),
                  "free_above", value_number(pin.above), "free_below", value_number(pin.below),
                  "joins", value_number(pin.joins)));
    outcome_text(out,
                 "brk is pinned at 0x%" PRIx64 " by a block of %" PRIu64 " bytes that is %s%s, "
                 "at 0x%" PRIx64 "; above it %" PRIu64 " bytes are free, and could go\n",
                 pin.block.address + pin.block.size, pin.block.size, what,
                 watched_bin(s->watch, &pin.block, bin), pin.block.address, pin.above);
    if (pin.below > 0)
        outcome_text(out,
                     "below it %" PRIu64 " bytes are free, which brk can't give back before it "
                     "goes; %" PRIu64 " of them lie next to it\n",
                     pin.below, pin.joins);
}

/* ── The whole ── */

static json_t *mallinfo_json(const struct glibc_sums *m)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "arena",
                     value_number(m->arena), "ordblks", value_number(m->ordblks), "smblks",
                     value_number(m->smblks), "hblks", value_number(m->hblks), "hblkhd",
                     value_number(m->hblkhd), "fsmblks", value_number(m->fsmblks), "uordblks",
                     value_number(m->uordblks), "fordblks", value_number(m->fordblks), "keepcost",
                     value_number(m->keepcost));
}

static void tell_glibc(const struct watch *w, json_t *result, struct outcome *out)
{
    struct glibc_sums m;
    glibc_sums(&w->heap, GLIBC_NO_ARENA, &m);
    json_object_set_new(result, "mallinfo2", mallinfo_json(&m));
    json_object_set_new(result, "arenas", value_number(w->heap.n_arenas));
    json_object_set_new(result, "cached_known", json_boolean(w->heap.tcache_known));
    outcome_text(out,
                 "glibc: %zu arena%s, %" PRIu64 " block%s mapped alone; mallinfo2 would say "
                 "uordblks %" PRIu64 ", fordblks %" PRIu64 ", hblkhd %" PRIu64 ", keepcost %" PRIu64
                 "\n",
                 w->heap.n_arenas, w->heap.n_arenas == 1 ? "" : "s", m.hblks,
                 m.hblks == 1 ? "" : "s", m.uordblks, m.fordblks, m.hblkhd, m.keepcost);
    if (!w->heap.tcache_known)
        outcome_text(out, "what the threads keep cached is not known: it is shown as used\n");
    if (!w->heap.mapped_known)
        outcome_text(out, "whether there are more blocks mapped alone is not known\n");
}

static json_t *looks_json(const struct watch *w)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:f}", "whole", value_number(w->n.whole), "again",
                     value_number(w->n.again), "held", value_number(w->n.held), "torn",
                     value_number(w->n.torn), "failed", value_number(w->n.failed), "held_seconds",
                     w->held_seconds);
}

static void tell_sums(const struct snapshot *snapshot, struct outcome *out)
{
    const struct snapshot_stats *s = snapshot_stats(snapshot);
    outcome_text(out,
                 "heap %" PRIu64 " bytes = %" PRIu64 " in use + %" PRIu64 " header + %" PRIu64
                 " cached + %" PRIu64 " free",
                 s->heap_bytes, s->live_bytes, s->header_bytes, s->cached_bytes, s->free_bytes);
    if (s->foreign_bytes) outcome_text(out, " + %" PRIu64 " foreign", s->foreign_bytes);
    if (s->damaged_bytes) outcome_text(out, " + %" PRIu64 " damaged", s->damaged_bytes);
    outcome_text(out,
                 "\n%" PRIu64 " block%s: %" PRIu64 " used, %" PRIu64 " cached, %" PRIu64
                 " free, %" PRIu64 " foreign; what was asked for is not known, used bytes are "
                 "usable ones\n",
                 s->n_blocks, s->n_blocks == 1 ? "" : "s", s->n_used, s->n_cached, s->n_free,
                 s->n_foreign);
}

/* Of a heap whose blocks can't be read: how much there is, and how much of it is in memory. */
static void tell_unread(const struct session *s, json_t *result, struct outcome *out)
{
    const struct watch *w = s->watch;
    const struct snapshot_head *head = snapshot_head(s->snapshot);
    uint64_t resident;
    outcome_text(out, "%s\nheap up to brk: %" PRIu64 " bytes", w->words,
                 head->brk - head->heap_start);
    if (head->brk > head->heap_start &&
        process_resident(w->process, head->heap_start, head->brk, &resident)) {
        outcome_text(out, ", of which %" PRIu64 " are in memory", resident);
        json_object_set_new(result, "resident_bytes", value_number(resident));
    }
    outcome_text(out, "\n");
    json_object_set_new(result, "unread", json_string(w->words));
}

bool stats_watched(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    (void)args;
    if (!lab_sees(lab, out)) return false;
    struct session *s = &lab->shown.session;
    const struct watch *w = s->watch;
    const struct snapshot_stats *n = snapshot_stats(s->snapshot);
    json_t *result = shape_stats_json(s);
    outcome_result(out, result);
    shape_tell_last_look(s, out);
    json_object_set_new(result, "looks", looks_json(w));
    json_object_set_new(result, "peak_seen",
                        json_pack("{s:o, s:o, s:o, s:o}", "heap_bytes", value_number(w->peak.heap),
                                  "live_bytes", value_number(w->peak.live), "free_bytes",
                                  value_number(w->peak.free), "cached_bytes",
                                  value_number(w->peak.cached)));
    if (w->kind == WATCH_FOREIGN) {
        tell_unread(s, result, out);
        return true;
    }
    if (w->kind == WATCH_NONE) {
        outcome_text(out, "nothing was asked of malloc yet\n");
        return true;
    }
    tell_sums(s->snapshot, out);
    outcome_text(out,
                 "the largest request that fits now: %" PRIu64 " bytes; at the top: %" PRIu64 "\n",
                 watched_fits(s->snapshot), n->top_bytes);
    json_object_set_new(result, "fits_now", value_number(watched_fits(s->snapshot)));
    json_object_set_new(result, "top_bytes", value_number(n->top_bytes));
    tell_pin(s, result, out);
    tell_glibc(w, result, out);
    json_object_set_new(result, "regions", tell_regions(s->snapshot, out));
    json_object_set_new(result, "by_size", tell_histogram(s->snapshot, out));
    outcome_text(out, "peak seen: %" PRIu64 " bytes of heap, %" PRIu64 " in use\n", w->peak.heap,
                 w->peak.live);
    return true;
}
