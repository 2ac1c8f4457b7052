/* explain.c: from steps to a sentence. One verb is told in full, search, choice and brk; of many verbs the sum is told. */
#include "cli/session/explain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROBES_TOLD 4

/* A sentence in the making, cut where the room ends. */
struct words { char *text; size_t n, room; };

static void say(struct words *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct words *w, const char *format, ...)
{
    if (w->n + 1 >= w->room) return;
    va_list list;
    va_start(list, format);
    int n = vsnprintf(w->text + w->n, w->room - w->n, format, list);
    va_end(list);
    if (n > 0) w->n = w->n + (size_t)n < w->room ? w->n + (size_t)n : w->room - 1;
}

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

static const char *name_of(const struct snapshot *s, uint64_t address)
{
    static char text[4][48]; /* up to four names in one sentence */
    static unsigned at;
    char *t = text[at++ % 4];
    explain_block(s, address, t, sizeof text[0]);
    return t;
}

/* ── What happened, gathered from the steps ── */

struct story {
    uint64_t n_probes, wanted; /* payload bytes */
    bool took, split, copied, fenced, kept;
    struct step take, cut, sbrk, trim, copy, fence, quarantine;
    unsigned n_sbrk, n_trim, n_coalesce;
    struct step coalesce[2];
};

static void gather(const struct trace *t, struct story *story)
{
    *story = (struct story){0};
    for (size_t i = 0; i < trace_n(t); i++) {
        struct step s = trace_at(t, i);
        switch ((enum step_kind)s.kind) {
        case STEP_PROBE: story->n_probes++, story->wanted = s.b; break;
        case STEP_SKIPPED: story->n_probes += s.a; break;
        case STEP_TAKE: story->took = true, story->take = s; break;
        case STEP_SPLIT: story->split = true, story->cut = s; break;
        case STEP_SBRK: story->n_sbrk++, story->sbrk = s; break;
        case STEP_TRIM: story->n_trim++, story->trim = s; break;
        case STEP_COPY: story->copied = true, story->copy = s; break;
        case STEP_QUARANTINE: story->kept = true, story->quarantine = s; break;
        case STEP_FENCE: story->fenced = true, story->fence = s; break;
        case STEP_COALESCE:
            if (story->n_coalesce < 2) story->coalesce[story->n_coalesce] = s;
            story->n_coalesce++;
            break;
        default: break;
        }
    }
}

/* ── The search ── */

static void say_probe(struct words *w, const struct snapshot *before, const struct step *p)
{
    const char *name = name_of(before, p->block);
    switch ((enum step_why)p->why) {
    case WHY_IN_USE: say(w, "%s (in use)", name); break;
    case WHY_TOO_SMALL: say(w, "%s (free, %" PRIu64 " < %" PRIu64 ": too small)", name, p->a, p->b); break;
    case WHY_BEST_SO_FAR: say(w, "%s (%" PRIu64 ": best so far)", name, p->a); break;
    case WHY_NOT_BETTER: say(w, "%s (%" PRIu64 ": no better)", name, p->a); break;
    case WHY_MISALIGNED: say(w, "%s (free, but the alignment can't be cut out of it)", name); break;
    default: say(w, "%s (fits)", name); break;
    }
}

static const char *search_name(enum heap_policy policy)
{
    switch (policy) {
    case HEAP_NEXT_FIT: return "next fit";
    case HEAP_BEST_FIT: return "best fit";
    case HEAP_WORST_FIT: return "worst fit";
    default: return "first fit";
    }
}

static void say_search(struct words *w, const struct session *s, const struct snapshot *before, const struct story *story)
{
    if (s->setup.policy == HEAP_BUMP) return;
    if (story->n_probes == 0) {
        bool empty = !before || snapshot_n_blocks(before) == 0;
        say(w, empty ? "the heap is empty" : "no block is free");
        return;
    }
    say(w, "%s looked at ", search_name(s->setup.policy));
    uint64_t told = 0, seen = 0;
    for (size_t i = 0; i < trace_n(&s->trace); i++) {
        struct step p = trace_at(&s->trace, i);
        uint64_t count = p.kind == STEP_SKIPPED ? p.a : p.kind == STEP_PROBE ? 1 : 0;
        if (count == 0) continue;
        seen += count;
        bool last = seen == story->n_probes;
        if (p.kind == STEP_PROBE && (told < PROBES_TOLD || last)) {
            if (last && seen - 1 > told) say(w, "%" PRIu64 " more, ", seen - 1 - told);
            say_probe(w, before, &p);
            if (!last) say(w, ", ");
            told++;
        }
    }
}

/* ── What came of it ── */

static void say_cut(struct words *w, const struct session *s, const struct snapshot *before, const struct story *story)
{
    if (!story->took) return;
    const char *name = name_of(before, story->take.block);
    bool several = story->n_probes > 1 && (s->setup.policy == HEAP_BEST_FIT || s->setup.policy == HEAP_WORST_FIT);
    if (story->split)
        say(w, ": %s%ssplit %" PRIu64 " + %" PRIu64, several ? name : "", several ? " it is, " : "", story->cut.a, story->cut.b);
    else
        say(w, ": %s is taken whole", name);
    if (!story->split && story->take.a > story->wanted && story->wanted > 0)
        say(w, ", %" PRIu64 " bytes more than it needs", story->take.a - story->wanted);
}

static void say_brk(struct words *w, const struct session *s, const struct story *story)
{
    uint64_t brk = s->target.brk;
    if (story->fenced)
        say(w, "; brk was not where the heap ended: %" PRIu64 " foreign byte%s stepped over", story->fence.a, story->fence.a == 1 ? " is" : "s are");
    if (story->n_sbrk > 0 && story->sbrk.b == story->sbrk.c && story->sbrk.a != 0) {
        say(w, "; sbrk(%" PRId64 ") fails, (void *) -1: %s refused; brk stays at 0x%" PRIx64, (int64_t)story->sbrk.a,
            story->sbrk.why == WHY_LIMIT ? "the limit" : "the kernel", brk);
    } else if (story->n_sbrk > 0 && story->n_trim == 0) {
        say(w, "; brk moves up by %" PRIu64 " to 0x%" PRIx64, brk - s->trace.brk_before, brk);
    } else if (story->n_trim > 0) {
        say(w, ": sbrk(-%" PRIu64 ") gives it back; brk moves down to 0x%" PRIx64, story->trim.a, brk);
    } else {
        say(w, "; brk stays at 0x%" PRIx64, brk);
    }
}

static void say_alloc(struct words *w, const struct session *s, const struct snapshot *before, const struct story *story)
{
    size_t begin = w->n;
    say_search(w, s, before, story);
    if (story->took)
        say_cut(w, s, before, story);
    else if (story->n_probes > 0)
        say(w, ": nothing fits");
    if (w->n == begin) say(w, "bump keeps no record");
    say_brk(w, s, story);
}

/* Why the freed block stays, when it does. subject is its name, or "it". */
static void say_kept(struct words *w, const struct session *s, const struct snapshot *now, const char *subject)
{
    size_t i = snapshot_find(now, s->trace.freed);
    bool last = i != SNAPSHOT_NONE && i + 1 == snapshot_n_blocks(now);
    bool below_foreign = i != SNAPSHOT_NONE && i + 2 == snapshot_n_blocks(now) && snapshot_block(now, i + 1).state == BLOCK_FOREIGN;
    if (last && s->setup.value[HEAP_TRIM] == 0)
        say(w, "%s is the last block, but trim is off: it stays", subject);
    else if (last)
        say(w, "%s is the last block, but it could not be given back", subject);
    else if (below_foreign)
        say(w, "%s is only marked free, for brk is not where the heap ends: someone else moved it", subject);
    else
        say(w, "%s is not the last block: it is only marked free", subject);
}

static void say_free(struct words *w, const struct session *s, const struct snapshot *before, const struct snapshot *now,
                     const struct story *story)
{
    uint64_t freed = s->trace.freed;
    const char *name = name_of(before, freed), *subject = story->n_coalesce ? "it" : name;
    if (story->kept) {
        say(w, "%s goes into quarantine, where %" PRIu64 " of %" PRIu64 " are: nobody gets its bytes until %" PRIu64 " more have been freed", name, story->quarantine.a,
            s->setup.value[HEAP_QUARANTINE], s->setup.value[HEAP_QUARANTINE]);
        if (story->n_coalesce > 0 || story->n_trim > 0) say(w, "; the oldest is let go");
        say_brk(w, s, story);
        return;
    }
    for (unsigned i = 0; i < story->n_coalesce && i < 2; i++) {
        const struct step *c = &story->coalesce[i];
        say(w, "%s%s merges with %s: %" PRIu64 " bytes", i ? ", and " : "", i ? "it" : name, name_of(before, c->block == freed ? c->c : c->block), c->b);
    }
    if (story->n_coalesce) say(w, "; ");
    if (story->n_trim > 0)
        say(w, "%s is the last block", subject);
    else
        say_kept(w, s, now, subject);
    say_brk(w, s, story);
}

static void say_many(struct words *w, const struct session *s)
{
    const struct trace *t = &s->trace;
    uint64_t brk = s->target.brk;
    say(w, "%" PRIu64 " requests", t->n_verbs);
    if (t->n_alloc) say(w, ", %" PRIu64 " made a block", t->n_alloc);
    if (t->n_free) say(w, ", %" PRIu64 " freed one", t->n_free);
    if (t->n_failed) say(w, ", %" PRIu64 " failed", t->n_failed);
    if (brk == t->brk_before)
        say(w, "; brk is where it was, at 0x%" PRIx64, brk);
    else
        say(w, "; brk moved %s by %" PRIu64 " to 0x%" PRIx64, brk > t->brk_before ? "up" : "down",
            brk > t->brk_before ? brk - t->brk_before : t->brk_before - brk, brk);
}

static void say_writes(struct words *w, const struct session *s)
{
    uint64_t n = 0;
    for (size_t i = 0; i < trace_n(&s->trace); i++) n += trace_at(&s->trace, i).kind == STEP_WRITE;
    if (n) say(w, "%" PRIu64 " words of the allocator change", n);
}

void explain_trace(const struct session *s, const struct snapshot *before, const struct snapshot *now, char *text, size_t bytes)
{
    struct words w = {text, 0, bytes};
    struct story story;
    text[0] = '\0';
    if (s->trace.fresh) {
        uint64_t start = s->target.hello.heap_start, brk = s->target.brk;
        say(&w, "a fresh heap under %s: brk is at its start, 0x%" PRIx64, heap_policy_name(s->setup.policy), start);
        if (brk != start) say(&w, ", and then moves up by %" PRIu64 " to 0x%" PRIx64, brk - start, brk);
        return;
    }
    if (s->trace.n_verbs > 1) {
        say_many(&w, s);
        return;
    }
    gather(&s->trace, &story);
    if (story.n_sbrk > 0 && story.sbrk.why == WHY_FOREIGN) {
        say(&w, "sbrk(%" PRId64 ") behind the allocator's back: brk moves from 0x%" PRIx64 " to 0x%" PRIx64 ", and the blocks know nothing of it",
            (int64_t)story.sbrk.a, story.sbrk.b, story.sbrk.c);
    } else if (s->trace.n_free > 0) {
        say_free(&w, s, before, now, &story);
    } else if (s->trace.n_alloc > 0 || story.n_sbrk > 0 || story.n_probes > 0) {
        say_alloc(&w, s, before, &story);
        if (story.copied) say(&w, "; %" PRIu64 " bytes are copied to 0x%" PRIx64, story.copy.a, story.copy.c);
    } else {
        say_writes(&w, s);
    }
}

/* ── What is stuck ── */

static void stuck_at_top(struct words *w, const struct session *s)
{
    const struct snapshot *now = s->snapshot;
    size_t n = snapshot_n_blocks(now);
    if (n == 0) return;
    struct snapshot_block last = snapshot_block(now, n - 1);
    if (last.state == BLOCK_FOREIGN) {
        say(w, "The top %" PRIu64 " bytes are foreign: brk is not ours to move down until the stranger gives them back.\n", last.size);
        return;
    }
    if (last.state != BLOCK_FREE) return;
    say(w, "The last block (%" PRIu64 " bytes, free) is stuck at the top: ", last.size);
    if (s->setup.value[HEAP_TRIM] == 0)
        say(w, "trim is off, so nothing is ever given back.\n");
    else if (s->setup.policy == HEAP_HEADER)
        say(w, "header gives back only the block that is being freed, and only while it is the last one; this one was freed earlier, "
               "and nothing will ask again.\n");
    else if (s->setup.value[HEAP_COALESCE] == 0)
        say(w, "coalesce is off, so a trim gives back only the block that is being freed, not the free ones before it.\n");
    else
        say(w, "trim looks only when a block is freed.\n");
}

static void stuck_in_holes(struct words *w, const struct session *s)
{
    const struct snapshot *now = s->snapshot;
    uint64_t bytes = 0, holes = 0, neighbours = 0, run = 0, largest_run = 0;
    size_t n = snapshot_n_blocks(now);
    enum block_state previous = BLOCK_USED;
    for (size_t i = 0; i < n; i++) {
        struct snapshot_block b = snapshot_block(now, i);
        if (b.state == BLOCK_FREE) {
            neighbours += previous == BLOCK_FREE;
            run += b.size;
            if (run > largest_run) largest_run = run;
            if (i + 1 < n) bytes += b.size, holes++;
        } else {
            run = 0;
        }
        previous = b.state;
    }
    if (holes > 0)
        say(w, "%" PRIu64 " bytes lie free in %" PRIu64 " block%s below the last one: brk can move down only from the top, so they wait to be used again.\n",
            bytes, holes, holes == 1 ? "" : "s");
    uint32_t header = block_header_bytes(s->setup.policy);
    if (neighbours > 0)
        say(w, "%" PRIu64 " free block%s beside a free neighbour, not merged (%s): the largest request that fits is %" PRIu64
               ", merged it would be %" PRIu64 ".\n",
            neighbours, neighbours == 1 ? " stands" : "s stand",
            s->setup.policy == HEAP_HEADER ? "header never coalesces" : "coalesce is or was off", snapshot_stats(now)->largest_free,
            largest_run - header);
}

void explain_stuck(const struct session *s, char *text, size_t bytes)
{
    struct words w = {text, 0, bytes};
    text[0] = '\0';
    if (s->setup.policy == HEAP_BUMP && snapshot_stats(s->snapshot)->heap_bytes > 0) {
        say(&w, "Everything is stuck: bump keeps no record of its blocks, so nothing can be freed or given back.\n");
        return;
    }
    stuck_at_top(&w, s);
    stuck_in_holes(&w, s);
}
