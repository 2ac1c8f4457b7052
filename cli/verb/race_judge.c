/* race_judge.c: what came of a race: what the checker finds, which block is lost, whose bytes have
 * two owners. */
#include <inttypes.h>

#include "cli/tell/chain.h"
#include "cli/tell/finding.h"
#include "cli/tell/value.h"
#include "cli/verb/race_run.h"

struct verdict {
    struct session_race *race;
    uint32_t front; /* bytes of a block before its payload */
    bool met[2];
};

static bool visit_verdict(void *user, const struct walk_block *b)
{
    struct verdict *v = user;
    for (unsigned i = 0; i < 2; i++)
        if (b->state != WALK_FOREIGN && b->address + v->front == v->race->payload[i])
            v->met[i] = true;
    return true;
}

static bool is_overlap(const struct session_race *race)
{
    const uint64_t *p = race->payload, *n = race->bytes;
    return p[0] && p[1] && p[0] < p[1] + n[1] && p[1] < p[0] + n[0];
}

/* A malloc that the other thread made fail: it met words of which one half was written. A limit or
 * the kernel may refuse anybody. */
static bool tell_refusals(struct race_run *r)
{
    const struct session_race *race = &r->lab->shown.session.race;
    bool refused = false;
    for (unsigned i = 0; i < 2; i++) {
        if (race->payload[i] != 0 || race->status[i] == HEAP_OK) continue;
        bool torn = race->status[i] == HEAP_DAMAGED || race->status[i] == HEAP_CYCLE;
        TELL(r, "thread %u has no block: %s%s\n", i + 1, heap_status_text(race->status[i]),
             torn ? ", as it looked: the other thread stood between two of its writes" : "");
        refused = refused || torn;
    }
    return refused;
}

/* The map marks the word that is false, and not all that the two did. */
static void show_false(struct session *s, const struct check_finding *f)
{
    if (!f || f->address == 0 || f->field == FIELD_N) return;
    const struct block_field_info *info = block_field_info(f->field);
    s->trace.shown = CHANGE_WRITTEN;
    s->trace.shown_from = f->address + info->offset;
    s->trace.shown_to = f->address + info->offset + info->bytes;
}

void race_judge(struct race_run *r)
{
    struct session *s = &r->lab->shown.session;
    struct check_finding findings[4];
    bool bump = !block_is_recorded(s->setup.policy);
    struct verdict v = {.race = &s->race, .front = session_front_bytes(s), .met = {bump, bump}};
    struct walk_damage damage = {0};
    struct heap_root root;
    char text[FINDING_MAX], chain[CHAIN_MAX];
    json_t *lost = json_array(), *list = json_array();
    session_go_on(s);
    size_t n =
        check_heap(&s->memory.memory, s->target.hello.root_address, s->target.brk, findings, 4);
    bool overlap = is_overlap(&s->race), waited = s->race.waited[0] || s->race.waited[1];
    if (walk_root(&s->memory.memory, s->target.hello.root_address, &root) == WALK_OK)
        walk_blocks(&root, s->target.brk, &s->memory.memory, visit_verdict, &v, &damage);
    for (unsigned i = 0; i < 2; i++) /* the walk may have ended at the block itself */
        if (damage.block != 0 && damage.block + v.front == s->race.payload[i]) v.met[i] = true;
    for (size_t i = 0; i < n && i < 4; i++) {
        json_array_append_new(
            list, json_string(finding_text(&r->lab->shown.session, &findings[i], text)));
        TELL(r, "check: %s\n", text);
    }
    show_false(s, n > 0 ? &findings[0] : NULL);
    if (n > 0 && *chain_text(&r->lab->shown.session, " -> ", chain))
        TELL(r, "%s, from the first on: %s\n", chain_name(&r->lab->shown.session), chain);
    for (unsigned i = 0; i < 2; i++) {
        if (v.met[i] || !s->race.payload[i]) continue;
        json_array_append_new(lost, value_number(s->race.id[i]));
        TELL(r, "#%" PRIu32 ", which thread %u holds, is lost: no walk up the heap comes to it\n",
             s->race.id[i], i + 1);
    }
    if (overlap)
        TELL(r,
             "#%" PRIu32 " and #%" PRIu32
             " lie in the same bytes: each thread believes that they are its own\n",
             s->race.id[0], s->race.id[1]);
    bool refused = tell_refusals(r),
         broken = n > 0 || overlap || refused || json_array_size(lost) > 0;
    if (!broken && s->race.payload[0] != 0 && s->race.payload[1] != 0)
        TELL(r, "check: finds nothing; both blocks are there\n");
    outcome_result(r->out, json_pack("{s:b, s:b, s:b, s:b, s:b, s:o, s:o, s:[o, o], s:b}", "broken",
                                     broken, "lock", s->race.lock, "waited", waited, "overlap",
                                     overlap, "refused", refused, "lost", lost, "findings", list,
                                     "addresses", value_address(s->race.payload[0]),
                                     value_address(s->race.payload[1]), "under_way", false));
    if (broken)
        outcome_sentence(r->out, "without the lock the two threads %s: %s",
                         n > 0 || !refused ? "broke the heap" : "were in each other's way",
                         n > 0     ? finding_text(&r->lab->shown.session, &findings[0], text)
                         : overlap ? "one block, two owners"
                         : json_array_size(lost) > 0
                             ? "a block is lost"
                             : "one malloc returned NULL, though there is memory");
    else if (s->race.lock)
        outcome_sentence(r->out, "%s, and the heap is sound",
                         waited ? "with the lock the second thread waited for the first"
                                : "the threads never met");
    else
        outcome_sentence(
            r->out,
            !block_is_recorded(s->setup.policy)
                ? "nothing broke: bump keeps no list, and sbrk gives every caller bytes of its own"
                : "nothing broke in this interleaving; another one breaks it: try `race`");
}
