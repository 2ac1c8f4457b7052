/* look_own.c: a look at heaps whose record nobody here reads: what the session remembers stands in
 * for it. */
#include <stdlib.h>

#include "cli/session/look_private.h"
#include "cli/session/own_view_private.h"
#include "cli/source/own_target.h"

/* ── bump: the session's memory stands in for the records that the heap does not have ── */

static bool add_plain(struct look *l, enum block_state state, uint64_t from, uint64_t to,
                      const struct ledger_block *known)
{
    if (to <= from) return true;
    struct snapshot_block block = {.address = from, .size = to - from, .state = state};
    if (known) block.id = known->id, block.requested = known->requested;
    return snapshot_add_block(l->snapshot, &block);
}

/* What of it is on pages that are there. All of it: as it is; else, of a payload, as damaged. */
static bool add_stretch(struct look *l, enum block_state state, uint64_t from, uint64_t to,
                        const struct ledger_block *known)
{
    const struct own_view *v = &l->session->own;
    bool pages = l->session->setup.policy == HEAP_OWN && v->n_runs > 0;
    if (!pages || own_view_maps(v, from, to)) return add_plain(l, state, from, to, known);
    const struct ledger_block whose = {.id = known ? known->id : 0};
    for (size_t i = 0; i < v->n_runs; i++) {
        const struct own_run *run = &v->run[i];
        uint64_t here = from > run->from ? from : run->from, end = to < run->to ? to : run->to;
        if (!add_plain(l, known ? BLOCK_DAMAGED : state, here, end, known ? &whose : NULL))
            return false;
    }
    return true;
}

/* Gaps are asked for in ascending order, and mostly stand so. */
static bool gap_covers(struct look *l, uint64_t from, uint64_t to)
{
    const struct ledger *b = &l->session->ledger;
    for (size_t i = 0; i < b->n_gaps && look_goes_on(l); i++) {
        const struct ledger_gap *g = &b->gaps[(l->gap + i) % b->n_gaps];
        if (g->address + g->bytes != to || g->address > from) continue;
        l->gap += i + 1;
        return true;
    }
    return false;
}

/* A payload of which something lies before here, or beyond brk, has none. */
static bool has_place(const struct look *l, const struct ledger_block *k, uint64_t here,
                      uint64_t brk, uint64_t *bytes)
{
    *bytes = k->requested;
    if (l->session->setup.policy != HEAP_OWN && !block_round_up(k->requested, bytes)) return false;
    return k->payload >= here && *bytes > 0 && *bytes <= brk - here && k->payload <= brk - *bytes;
}

/* Of a stranger's payload that overlaps the one before, what that does not have is shown, as
 * damaged: it has two owners in part. */
static bool add_overlapped(struct look *l, const struct ledger_block *k, uint64_t *here,
                           uint64_t brk)
{
    const struct ledger_block known = {.id = k->id};
    uint64_t end = k->payload + k->requested;
    if (l->session->setup.policy != HEAP_OWN || k->payload >= *here || end <= *here || end > brk)
        return true;
    bool added = add_stretch(l, BLOCK_DAMAGED, *here, end, &known);
    *here = end;
    return added;
}

void look_at_bump(struct look *l, uint64_t brk)
{
    struct ledger_block *blocks = NULL;
    size_t n = 0;
    uint64_t here = l->base, rounded;
    enum block_state nobodys = l->session->setup.policy == HEAP_OWN ? BLOCK_UNKNOWN : BLOCK_FOREIGN;
    l->no_memory = !ledger_in_order(&l->session->ledger, &blocks, &n);
    for (size_t i = 0; i < n && !l->no_memory && look_goes_on(l); i++) {
        const struct ledger_block *k = &blocks[i];
        uint64_t from = k->payload;
        if (!has_place(l, k, here, brk, &rounded)) {
            l->no_memory = !add_overlapped(l, k, &here, brk);
            continue;
        }
        enum block_state between = here < from && gap_covers(l, here, from) ? BLOCK_FREE : nobodys;
        l->no_memory = !add_stretch(l, between, here, from, NULL) ||
                       !add_stretch(l, BLOCK_USED, from, from + rounded, k);
        here = from + rounded;
    }
    free(blocks);
    if (!l->no_memory && !add_stretch(l, nobodys, here, brk, NULL)) l->no_memory = true;
}

/* ── own: the same, or what its words read as ── */

/* The blocks of the map, and what lies between them; live ones are known by their payloads. */
static void add_map(struct look *l, uint64_t brk, const struct ledger_block *live, size_t n)
{
    const struct own_map *m = &l->session->own.map;
    uint64_t here = l->base;
    size_t met = 0;
    for (size_t i = 0; i < m->n && !l->no_memory && look_goes_on(l); i++) {
        const struct own_part *b = &m->block[i];
        while (met < n && live[met].payload < b->address)
            met++;
        const struct ledger_block *k = met < n ? &live[met] : NULL;
        bool given = k && own_part_holds(b, k->payload);
        uint64_t payload = given ? k->payload : b->payload;
        struct snapshot_block block = {.address = b->address,
                                       .size = b->size,
                                       .header = (uint32_t)(payload - b->address),
                                       .state = b->used ? BLOCK_USED : BLOCK_FREE,
                                       .id = given ? k->id : 0,
                                       .requested = given ? k->requested : 0};
        struct ledger_known known = look_known_at(l, payload);
        if (!b->used && !known.live && !known.moved) block.id = known.id;
        l->no_memory = !add_stretch(l, BLOCK_UNKNOWN, here, b->address, NULL) ||
                       !snapshot_add_block(l->snapshot, &block);
        here = b->address + b->size;
    }
    if (!l->no_memory && !add_stretch(l, BLOCK_UNKNOWN, here, brk, NULL)) l->no_memory = true;
}

void look_at_own(struct look *l, uint64_t brk)
{
    struct ledger_block *live = NULL;
    size_t n = 0;
    if (l->session->own.source == OWN_SOURCE_SESSION) {
        look_at_bump(l, brk);
        return;
    }
    l->no_memory = !ledger_in_order(&l->session->ledger, &live, &n);
    if (!l->no_memory) add_map(l, brk, live, n);
    free(live);
}

bool look_choose_own(struct session *s, uint64_t start, uint64_t brk)
{
    struct own_view *v = &s->own;
    struct ledger_block *live = NULL;
    size_t n = 0;
    v->source = OWN_SOURCE_SESSION;
    if (!own_view_read(s, start, brk) || !ledger_in_order(&s->ledger, &live, &n)) return false;
    if (own_view_report(s, start, brk, live, n))
        v->source = OWN_SOURCE_REPORT;
    else if (!v->no_guess && v->n_runs == 1 && v->next.n == brk - start &&
             own_view_guess(v, start, live, n))
        v->source = OWN_SOURCE_GUESS;
    free(live);
    return true;
}

bool look_add_runs(const struct session *s, struct snapshot *snapshot, uint64_t brk)
{
    const struct own_view *v = &s->own;
    bool one = v->n_runs == 1 && own_view_maps(v, s->target.hello.heap_start, brk);
    for (size_t i = 0; i < v->n_runs && !one; i++) {
        const struct own_run *r = &v->run[i];
        if (!snapshot_add_region(snapshot,
                                 &(struct snapshot_region){r->to == brk ? REGION_BRK : REGION_PAGES,
                                                           r->from, r->to}))
            return false;
    }
    return true;
}
