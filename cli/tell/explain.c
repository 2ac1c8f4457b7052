/* explain.c: from steps to a sentence. One verb is told in full, search, choice and brk; of many
 * verbs the sum is told. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/source/own_target.h"
#include "cli/tell/explain_private.h"

void explain_block(const struct snapshot *s, uint64_t address, char *text, size_t bytes)
{
    size_t i = s ? snapshot_find(s, address) : SNAPSHOT_NONE;
    if (i != SNAPSHOT_NONE) {
        struct snapshot_block b = snapshot_block(s, i);
        if (b.address == address && b.id != 0) {
            snprintf(text, bytes, "#%" PRIu32, b.id);
            return;
        }
    }
    snprintf(text, bytes, "0x%" PRIx64, address);
}

const char *explain_name(const struct snapshot *s, uint64_t address)
{
    static char text[4][48];
    static unsigned at;
    char *t = text[at++ % 4];
    explain_block(s, address, t, sizeof text[0]);
    return t;
}

/* ── What happened, gathered from the steps ── */

static void gather_sbrk(struct story *story, const struct step *s)
{
    if (s->b == s->c && s->a != 0) {
        story->refused = true;
        story->refusal = *s;
        if (s->kind == STEP_TRIM) story->refusal.a = -s->a;
        return;
    }
    if (story->n_sbrk + story->n_trim == 0) story->brk_was = s->b;
    if (s->kind == STEP_TRIM)
        story->n_trim++, story->trim = *s;
    else
        story->n_sbrk++, story->sbrk = *s;
    if (s->c > s->b && !story->took) story->grown = true;
}

static void gather(const struct step_trace *t, uint64_t brk, struct story *story)
{
    *story = (struct story){.brk_was = brk};
    for (size_t i = 0; i < step_trace_n(t); i++) {
        struct step s = step_trace_at(t, i);
        switch ((enum step_kind)s.kind) {
        case STEP_PROBE:
            story->n_probes++, story->wanted = s.b;
            break;
        case STEP_SKIPPED:
            story->n_probes += s.a;
            break;
        case STEP_TAKE:
            story->took = true, story->take = s;
            break;
        case STEP_SPLIT:
            if (story->n_cuts < 2) story->cut[story->n_cuts++] = s;
            break;
        case STEP_SBRK:
        case STEP_TRIM:
            gather_sbrk(story, &s);
            break;
        case STEP_COPY:
            story->copied = true, story->copy = s;
            break;
        case STEP_QUARANTINE:
            story->kept = true, story->quarantine = s;
            break;
        case STEP_MARK_FREE:
            story->marked = true;
            break;
        case STEP_FENCE:
            story->fenced = true, story->fence = s;
            break;
        case STEP_COALESCE:
            if (story->n_coalesce < 2) story->coalesce[story->n_coalesce] = s;
            story->n_coalesce++;
            break;
        default:
            break;
        }
    }
}

void explain_refusal(struct textbuf *w, const char *join, const struct story *story)
{
    textbuf_add(w, "%ssbrk(%" PRId64 ") fails, (void *) -1: %s refused", join,
                (int64_t)story->refusal.a,
                story->refusal.why == WHY_LIMIT ? "the limit" : "the kernel");
}

/* Which free neighbour does the block at i of now stand beside, unmerged, for coalesce is off?
 * SNAPSHOT_NONE: none. */
static size_t neighbour_apart(const struct session *s, const struct snapshot *now, size_t i)
{
    if (!heap_policy_has(s->setup.policy, HEAP_COALESCE) || s->setup.value[HEAP_COALESCE] != 0)
        return SNAPSHOT_NONE;
    if (i == SNAPSHOT_NONE || snapshot_block(now, i).state != BLOCK_FREE) return SNAPSHOT_NONE;
    if (i > 0 && snapshot_block(now, i - 1).state == BLOCK_FREE) return i - 1;
    return i + 1 < snapshot_n_blocks(now) && snapshot_block(now, i + 1).state == BLOCK_FREE
               ? i + 1
               : SNAPSHOT_NONE;
}

void explain_brk(struct textbuf *w, const struct session *s, const struct story *story)
{
    uint64_t brk = s->target.brk, was = story->brk_was;
    if (was != s->trace.brk_before)
        textbuf_add(w, "; someone else had moved brk to 0x%" PRIx64, was);
    if (story->fenced)
        textbuf_add(w,
                    "; brk was not where the heap ended: %" PRIu64 " foreign byte%s stepped over",
                    story->fence.a, story->fence.a == 1 ? " is" : "s are");
    if (story->refused && !story->took) explain_refusal(w, "; ", story);
    if (story->n_trim > 0) textbuf_add(w, ": sbrk(-%" PRIu64 ") gives it back", story->trim.a);
    if (brk > was)
        textbuf_add(w, "; brk moves up by %" PRIu64 " to 0x%" PRIx64, brk - was, brk);
    else if (brk < was && story->n_trim > 0 && was - brk == story->trim.a)
        textbuf_add(w, "; brk moves down to 0x%" PRIx64, brk);
    else if (brk < was)
        textbuf_add(w, "; brk moves down by %" PRIu64 " to 0x%" PRIx64, was - brk, brk);
    else
        textbuf_add(w, "; brk stays at 0x%" PRIx64, brk);
}

void explain_kept(struct textbuf *w, const struct session *s, const struct snapshot *now,
                  uint64_t address, const char *subject)
{
    size_t i = snapshot_find(now, address);
    bool last = i != SNAPSHOT_NONE && i + 1 == snapshot_n_blocks(now);
    bool below_foreign = i != SNAPSHOT_NONE && i + 2 == snapshot_n_blocks(now) &&
                         snapshot_block(now, i + 1).state == BLOCK_FOREIGN;
    const char *fate = heap_policy_has(s->setup.policy, HEAP_ORDER) ? "goes into the free list"
                                                                    : "is only marked free";
    if (i == SNAPSHOT_NONE ||
        snapshot_block(now, i).state == BLOCK_DAMAGED) /* who is last can't be told */
        textbuf_add(w, "%s is marked free, in a heap that is damaged before it", subject);
    else if (last && s->setup.value[HEAP_TRIM] == 0)
        textbuf_add(w, "%s is the last block, but trim is off: it stays", subject);
    else if (last)
        textbuf_add(w, "%s is the last block, but it could not be given back", subject);
    else if (below_foreign)
        textbuf_add(w, "%s %s, for brk is not where the heap ends: someone else moved it", subject,
                    fate);
    else
        textbuf_add(w, "%s is not the last block: it %s", subject, fate);
}

/* The block that was freed waits; the one that has waited longest may be freed in its stead. */
static void say_quarantine(struct textbuf *w, const struct session *s, const struct story *story,
                           const char *name)
{
    uint64_t room = s->setup.value[HEAP_QUARANTINE];
    textbuf_add(w,
                "%s goes into quarantine, where %" PRIu64 " of %" PRIu64
                " are: nobody gets its bytes until %" PRIu64 " more have been freed",
                name, story->quarantine.a, room, room);
    if (story->n_coalesce == 0 && story->n_trim == 0 && !story->marked) return;
    textbuf_add(w, "; the oldest is let go");
    if (story->n_coalesce > 0)
        textbuf_add(w, ": it merges with a free neighbour");
    else if (story->n_trim == 0)
        textbuf_add(w, heap_policy_has(s->setup.policy, HEAP_ORDER) ? ": it goes into the free list"
                                                                    : ": it is only marked free");
}

static void say_free(struct textbuf *w, const struct session *s, const struct snapshot *before,
                     const struct snapshot *now, const struct story *story)
{
    uint64_t freed = s->trace.freed;
    const char *name = explain_name(before, freed), *subject = story->n_coalesce ? "it" : name;
    if (story->kept) {
        say_quarantine(w, s, story, name);
        explain_brk(w, s, story);
        return;
    }
    for (unsigned i = 0; i < story->n_coalesce && i < 2; i++) {
        const struct step *c = &story->coalesce[i];
        textbuf_add(w, "%s%s merges with %s: a block of %" PRIu64 " bytes", i ? ", and " : "",
                    i ? "it" : name, explain_name(before, c->block == freed ? c->c : c->block),
                    c->b);
    }
    if (story->n_coalesce) textbuf_add(w, "; ");
    if (story->n_trim > 0)
        textbuf_add(w, "%s is the last block", subject);
    else
        explain_kept(w, s, now, freed, subject);
    size_t apart = neighbour_apart(s, now, snapshot_find(now, freed));
    if (apart != SNAPSHOT_NONE)
        textbuf_add(w, "; it is not merged with %s, for coalesce is off",
                    explain_name(now, snapshot_block(now, apart).address));
    explain_brk(w, s, story);
}

static unsigned count_steps(const struct session *s, enum step_kind kind)
{
    unsigned n = 0;
    for (size_t i = 0; i < step_trace_n(&s->trace); i++)
        n += step_trace_at(&s->trace, i).kind == kind;
    return n;
}

static void say_calls(struct textbuf *w, const char *function, unsigned n)
{
    if (n == 0)
        textbuf_add(w, "no %s was called", function);
    else if (n == 1)
        textbuf_add(w, "%s was called once", function);
    else
        textbuf_add(w, "%s was called %u times", function, n);
}

/* What a stranger's allocator did can be seen of it: whether it asked for memory. */
static void say_own(struct textbuf *w, const struct session *s, const struct story *story)
{
    unsigned n_unmaps = count_steps(s, STEP_UNMAP), n_maps = count_steps(s, STEP_MAP);
    if (s->trace.n_verbs == 0) return;
    switch (s->setup.own->heap) {
    case OWN_HEAP_BREAK:
        say_calls(w, "mem_sbrk", count_steps(s, STEP_SBRK));
        break;
    case OWN_HEAP_PAGES:
        if (n_maps + n_unmaps == 0) textbuf_add(w, "neither mem_map nor mem_unmap was called");
        if (n_maps > 0) say_calls(w, "mem_map", n_maps);
        if (n_maps > 0 && n_unmaps > 0) textbuf_add(w, ", ");
        if (n_unmaps > 0) say_calls(w, "mem_unmap", n_unmaps);
        break;
    case OWN_HEAP_SEGMENT:
        textbuf_add(w, "the heap is the segment that myinit was given");
        break;
    }
    explain_brk(w, s, story);
}

static void say_many(struct textbuf *w, const struct session *s)
{
    const struct step_trace *t = &s->trace;
    uint64_t brk = s->target.brk;
    textbuf_add(w, "%" PRIu64 " requests", t->n_verbs);
    if (t->n_alloc)
        textbuf_add(w, ", %" PRIu64 " block%s made", t->n_alloc, t->n_alloc == 1 ? "" : "s");
    if (t->n_free) textbuf_add(w, ", %" PRIu64 " freed", t->n_free);
    if (t->n_failed) textbuf_add(w, ", %" PRIu64 " failed", t->n_failed);
    if (brk == t->brk_before)
        textbuf_add(w, "; brk is where it was, at 0x%" PRIx64, brk);
    else
        textbuf_add(w, "; brk moved %s by %" PRIu64 " to 0x%" PRIx64,
                    brk > t->brk_before ? "up" : "down",
                    brk > t->brk_before ? brk - t->brk_before : t->brk_before - brk, brk);
}

static void say_writes(struct textbuf *w, const struct session *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < step_trace_n(&s->trace); i++)
        n += step_trace_at(&s->trace, i).kind == STEP_WRITE;
    if (n) textbuf_add(w, "%" PRIu64 " words of the allocator change", n);
}

void explain_trace(const struct session *s, const struct snapshot *before,
                   const struct snapshot *now, char *text, size_t bytes)
{
    struct textbuf w = {text, 0, bytes};
    struct story story;
    text[0] = '\0';
    if (s->trace.fresh) {
        uint64_t start = s->target.hello.heap_start, brk = s->target.brk;
        textbuf_add(&w, "a fresh heap under %s: brk is at its start, 0x%" PRIx64,
                    heap_policy_name(s->setup.policy), start);
        if (brk != start)
            textbuf_add(&w, ", and then moves up by %" PRIu64 " to 0x%" PRIx64, brk - start, brk);
        return;
    }
    if (s->trace.n_verbs > 1) {
        say_many(&w, s);
        return;
    }
    gather(&s->trace, s->target.brk, &story);
    bool foreign = story.n_sbrk > 0 && story.sbrk.why == WHY_FOREIGN;
    if (s->setup.policy == HEAP_OWN && !foreign) {
        say_own(&w, s, &story);
    } else if (foreign) {
        const struct snapshot_stats *n = snapshot_stats(now);
        bool none = n->n_blocks == n->n_foreign && n->damaged_bytes == 0;
        textbuf_add(&w,
                    none ? "sbrk(%" PRId64 ") by the program itself: brk moves from 0x%" PRIx64
                           " to 0x%" PRIx64 "; there are no blocks"
                         : "sbrk(%" PRId64
                           ") behind the allocator's back: brk moves from 0x%" PRIx64
                           " to 0x%" PRIx64 ", and the blocks know nothing of it",
                    (int64_t)story.sbrk.a, story.sbrk.b, story.sbrk.c);
    } else if (s->trace.resized) {
        explain_resized(&w, s, before, now, &story);
    } else if (s->trace.n_free > 0) {
        say_free(&w, s, before, now, &story);
    } else if (s->trace.n_alloc > 0 || story.n_sbrk > 0 || story.n_probes > 0) {
        explain_alloc(&w, s, before, now, &story);
    } else {
        say_writes(&w, s);
    }
}
