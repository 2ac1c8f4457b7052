/* explain_alloc.c: the sentence of an alloc: the search, what came of it, and how brk moved for it.
 */
#include <inttypes.h>

#include "allocator/format/block.h"
#include "cli/tell/explain_private.h"

#define PROBES_TOLD 4

/* ── The search ── */

static void say_probe(struct textbuf *w, const struct snapshot *before, const struct step *p)
{
    const char *name = explain_name(before, p->block);
    switch ((enum step_why)p->why) {
    case WHY_IN_USE:
        textbuf_add(w, "%s (in use)", name);
        break;
    case WHY_TOO_SMALL:
        textbuf_add(w, "%s (free, holds %" PRIu64 " < %" PRIu64 ": too small)", name, p->a, p->b);
        break;
    case WHY_BEST_SO_FAR:
        textbuf_add(w, "%s (holds %" PRIu64 ": best so far)", name, p->a);
        break;
    case WHY_NOT_BETTER:
        textbuf_add(w, "%s (holds %" PRIu64 ": no better)", name, p->a);
        break;
    case WHY_MISALIGNED:
        textbuf_add(w, "%s (free, but the alignment can't be cut out of it)", name);
        break;
    default:
        textbuf_add(w, "%s (holds %" PRIu64 ": fits)", name, p->a);
        break;
    }
}

static void say_search(struct textbuf *w, const struct session *s, const struct snapshot *before,
                       const struct story *story)
{
    if (!block_is_recorded(s->setup.policy)) return;
    if (story->n_probes == 0) {
        bool empty = !before || snapshot_n_blocks(before) == 0;
        textbuf_add(w, empty ? "the heap is empty" : "the free list is empty");
        return;
    }
    textbuf_add(w, "%s looked at ", heap_policy_name(s->setup.policy));
    uint64_t told = 0, seen = 0;
    for (size_t i = 0; i < step_trace_n(&s->trace); i++) {
        struct step p = step_trace_at(&s->trace, i);
        uint64_t count = p.kind == STEP_SKIPPED ? p.a : p.kind == STEP_PROBE ? 1 : 0;
        if (count == 0) continue;
        seen += count;
        bool last = seen == story->n_probes;
        if (p.kind == STEP_PROBE && (told < PROBES_TOLD || last)) {
            if (last && seen - 1 > told) textbuf_add(w, "%" PRIu64 " more, ", seen - 1 - told);
            say_probe(w, before, &p);
            if (!last) textbuf_add(w, ", ");
            told++;
        }
    }
}

/* ── What came of it ── */

/* Why the block taken was not cut, though it holds more than was needed. */
static const char *why_whole(const struct session *s, uint64_t more)
{
    if (!heap_policy_has(s->setup.policy, HEAP_SPLIT)) return "never splits";
    if (more < block_min_bytes(s->setup.policy)) return NULL;
    return s->setup.value[HEAP_SPLIT] == 0 ? "split is off" : NULL;
}

/* The block that was found free. All sizes are of payloads, as those of the search are: what it
 * holds is what its pieces hold and a header for each cut. */
static void say_taken(struct textbuf *w, const struct session *s, const struct snapshot *before,
                      const struct story *story)
{
    const char *name = explain_name(before, story->take.block);
    uint32_t header = block_header_bytes(s->setup.policy);
    bool several = story->n_probes > 1 && heap_policy_info(s->setup.policy)->looks_at_all;
    uint64_t more =
        story->take.a > story->wanted && story->wanted > 0 ? story->take.a - story->wanted : 0;
    textbuf_add(w, ": ");
    if (story->n_cuts > 0) {
        textbuf_add(w, "%s%ssplit into %" PRIu64, several ? name : "", several ? " it is, " : "",
                    story->cut[0].a - header);
        for (unsigned i = 0; i < story->n_cuts; i++)
            textbuf_add(w, " + %" PRIu32 " header + %" PRIu64, header,
                        (i + 1 < story->n_cuts ? story->cut[i + 1].a : story->cut[i].b) - header);
        return;
    }
    textbuf_add(w, "%s is taken whole", name);
    if (more == 0) return;
    textbuf_add(w, ", %" PRIu64 " bytes more than it needs", more);
    const char *why = why_whole(s, more);
    bool splits = heap_policy_has(s->setup.policy, HEAP_SPLIT);
    if (!why && more < block_min_bytes(s->setup.policy))
        textbuf_add(w, ": too few for a block of their own (the least is %" PRIu32 ")",
                    block_min_bytes(s->setup.policy));
    else if (why)
        textbuf_add(w, ", for %s%s%s", splits ? "" : heap_policy_name(s->setup.policy),
                    splits ? "" : " ", why);
}

/* Would wanted bytes have fitted, had free neighbours been merged? Why they were not; NULL: no. */
static const char *why_apart(const struct session *s, const struct snapshot *before,
                             uint64_t wanted)
{
    bool can = heap_policy_has(s->setup.policy, HEAP_COALESCE);
    uint64_t least = wanted + block_header_bytes(s->setup.policy);
    if (!block_is_recorded(s->setup.policy) || s->trace.aligned || !before ||
        (can && s->setup.value[HEAP_COALESCE] != 0))
        return NULL;
    if (wanted == 0 || snapshot_stats(before)->largest_run < least) return NULL;
    return can ? "coalesce is off" : "never merges them";
}

/* Nothing fitted: the last block, which is free, grows, or there is a new one behind it. */
static void say_grown(struct textbuf *w, const struct session *s, const struct snapshot *before,
                      const struct story *story)
{
    textbuf_add(w, ": nothing fits");
    bool merges = heap_policy_has(s->setup.policy, HEAP_COALESCE);
    const char *apart = story->took ? NULL : why_apart(s, before, story->wanted);
    if (apart)
        textbuf_add(w, " (free neighbours would, but %s%s%s)",
                    merges ? "" : heap_policy_name(s->setup.policy), merges ? "" : " ", apart);
    if (story->took)
        textbuf_add(w, "; %s, the last block, is free: it grows",
                    explain_name(before, story->take.block));
}

/* The free blocks that are left of memory that has grown: before an aligned block, and behind one
 * under a growth of more than was needed. */
static void say_left(struct textbuf *w, const struct session *s, const struct snapshot *now,
                     const struct story *story)
{
    unsigned n = 0;
    for (unsigned i = 0; story->grown && story->n_cuts > 0 && i <= story->n_cuts; i++) {
        uint64_t piece = i == 0 ? story->cut[0].block : story->cut[i - 1].c;
        size_t at = snapshot_find(now, piece);
        if (at == SNAPSHOT_NONE || snapshot_block(now, at).state != BLOCK_FREE) continue;
        textbuf_add(w, "%s %" PRIu64,
                    n++ == 0 ? "; left over and free: a block that holds" : ", and one that holds",
                    snapshot_block(now, at).size - block_header_bytes(s->setup.policy));
    }
}

/* What sbrk brought is the new block and nothing else: what is the header in it, what the payload.
 */
static void say_made(struct textbuf *w, const struct session *s, const struct snapshot *now,
                     const struct story *story)
{
    size_t i = s->target.brk > story->brk_was ? snapshot_find(now, story->brk_was) : SNAPSHOT_NONE;
    if (i == SNAPSHOT_NONE || !block_is_recorded(s->setup.policy) || s->setup.value[HEAP_CANARY])
        return;
    struct snapshot_block b = snapshot_block(now, i);
    uint64_t payload = b.size - b.header;
    if (b.state != BLOCK_USED || b.address != story->brk_was || b.header == 0 ||
        b.address + b.size != s->target.brk)
        return;
    textbuf_add(w, ": %" PRIu32 " header + %" PRIu64, b.header, payload);
    if (b.requested < payload) textbuf_add(w, " (%" PRIu64 " rounded up)", b.requested);
}

void explain_alloc(struct textbuf *w, const struct session *s, const struct snapshot *before,
                   const struct snapshot *now, const struct story *story)
{
    size_t begin = w->n;
    if (story->refused && story->took) { /* a realloc tried in its place first */
        explain_refusal(w, "it can't grow in its place, ", story);
        textbuf_add(w, "; ");
    }
    say_search(w, s, before, story);
    if (story->took && !story->grown)
        say_taken(w, s, before, story);
    else if (story->n_probes > 0)
        say_grown(w, s, before, story);
    if (w->n == begin) textbuf_add(w, "bump keeps no record");
    if (story->copied)
        textbuf_add(w, "; %" PRIu64 " bytes are copied to 0x%" PRIx64, story->copy.a,
                    story->copy.c);
    if (story->n_trim > 0) textbuf_add(w, "; then the last block is free");
    explain_brk(w, s, story);
    say_made(w, s, now, story);
    say_left(w, s, now, story);
}
