/* verb_race.c: race: two threads of the target allocate, in an interleaving that the class chooses,
 * or the known bad one.
 *
 * The known bad one is the first thing that goes wrong in every allocator without a lock: thread 1
 * has moved brk and has not yet written down that it did; thread 2 takes the moved brk for a
 * stranger's, and adds its block behind it; then thread 1 writes down what it knew. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command/command.h"
#include "cli/command/parse.h"
#include "cli/tell/chain.h"
#include "cli/tell/finding.h"
#include "cli/tell/narrate.h"
#include "cli/tell/outcome.h"
#include "cli/tell/value.h"
#include "cli/text/text.h"

#define STEPS_MOST 100000u
#define STAGE_BYTES 32u
#define FIRST_BYTES 64u
#define SECOND_BYTES 32u

struct race_run {
    struct lab *lab;
    struct outcome *out;
    unsigned n_lines;
    uint64_t n_led; /* steps of those that were asked for */
    bool grown; /* thread 1 has just moved brk */
    char did[300]; /* "thread 1 looks at #1: in use; ": the last step */
};

#define TELL(r, ...)                                                                               \
    (outcome_text((r)->out, "%3u. ", ++(r)->n_lines), outcome_text((r)->out, __VA_ARGS__))

/* ── One step ── */

static void tell_steps(struct race_run *r, unsigned thread)
{
    const struct session *s = &r->lab->shown.session;
    char text[256];
    for (size_t i = 0; i < s->answer.head.n_steps; i++) {
        const struct step *step = &s->answer.steps[i];
        if (step->kind == STEP_LOCK)
            thread = 1 - thread; /* the one that goes on has ended, and the other has the lock */
        narrate_step(s->snapshot, step, text, sizeof text);
        TELL(r, "thread %u %s\n", thread + 1, text);
        snprintf(r->did, sizeof r->did, "thread %u %s; ", thread + 1, text);
        r->grown = r->grown || (thread == 0 && step->kind == STEP_SBRK && step->b != step->c);
    }
}

/* Thread 0 or 1 goes on, and what it does is told. False: the target died or refused. */
static bool step(struct race_run *r, unsigned thread, bool over_probes)
{
    struct session *s = &r->lab->shown.session;
    enum race_state before = s->race.state[thread];
    if (!session_race_step(s, thread, over_probes)) return outcome_fail(r->out, "%s", s->error);
    if (before == RACE_DONE)
        TELL(r, "thread %u is done already\n", thread + 1);
    else if (before == RACE_WAITING)
        TELL(r, "thread %u waits still for the lock, which thread %u has\n", thread + 1,
             2 - thread);
    if (before != RACE_DONE && s->race.state[thread] == RACE_DONE) {
        /* It tells nothing more: what was told behind it is the other's. */
        if (s->race.payload[thread])
            TELL(r, "thread %u is done: malloc(%" PRIu64 ") = 0x%" PRIx64 ", #%" PRIu32 "%s\n",
                 thread + 1, s->race.bytes[thread], s->race.payload[thread], s->race.id[thread],
                 s->race.lock ? "; it gives the lock back" : "");
        else
            TELL(r, "thread %u is done: malloc(%" PRIu64 ") = NULL\n", thread + 1,
                 s->race.bytes[thread]);
    }
    tell_steps(r, thread);
    return true;
}

static bool run_to_end(struct race_run *r, unsigned thread)
{
    const enum race_state *state = &r->lab->shown.session.race.state[thread];
    while (*state != RACE_DONE && *state != RACE_WAITING)
        if (!step(r, thread, true)) return false;
    return true;
}

/* ── Beginning and end ── */

struct measure {
    uint64_t largest_free;
    bool any;
};

static bool visit_measure(void *user, const struct walk_block *b)
{
    struct measure *m = user;
    if (b->state == WALK_IS_FREE && b->size - b->header > m->largest_free)
        m->largest_free = b->size - b->header;
    if (b->state != WALK_FOREIGN) m->any = true;
    return true;
}

/* Two threads stand ready. grow: no free block is to serve them. */
static bool begin(struct race_run *r, bool grow)
{
    struct session *s = &r->lab->shown.session;
    struct measure m = {0};
    struct heap_root root;
    struct session_block made;
    uint64_t first = FIRST_BYTES, second = SECOND_BYTES;
    if (walk_root(&s->memory.memory, s->target.hello.root_address, &root) != WALK_OK ||
        walk_blocks(&root, s->target.brk, &s->memory.memory, visit_measure, &m, NULL) != WALK_OK)
        return outcome_fail(
            r->out, "the heap is damaged already; expected a sound one: `undo` or `reset` first");
    for (int i = 0; i < 2 && !m.any && block_is_recorded((enum heap_policy)root.policy); i++)
        if (!session_alloc(s, STAGE_BYTES, &made))
            return outcome_fail(r->out, "the blocks for this could not be made: %s", s->error);
    if (!m.any && block_is_recorded((enum heap_policy)root.policy)) {
        outcome_text(r->out, "the heap was empty: two blocks of %u bytes are made first\n",
                     STAGE_BYTES);
        r->lab->shown.stale = true;
        lab_look(r->lab); /* so that they are called by their numbers */
    }
    if (grow && m.largest_free >= second) second = m.largest_free + HEAP_ALIGN;
    if (grow && m.largest_free >= first) first = m.largest_free + HEAP_ALIGN;
    if (!session_race_begin(s, first, second))
        return outcome_fail(r->out, "the threads could not be made: %s", s->error);
    outcome_text(r->out,
                 "thread 1 is about to malloc(%" PRIu64 "), thread 2 to malloc(%" PRIu64
                 "); the lock is %s\n",
                 first, second, s->race.lock ? "on" : "off");
    return true;
}

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

/* Look at the heap from outside, and say what came of the race. */
static void judge(struct race_run *r)
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

static bool end(struct race_run *r)
{
    struct session *s = &r->lab->shown.session;
    for (unsigned i = 0; i < 4; i++) /* one may wait for the other */
        if (!run_to_end(r, i % 2)) return false;
    if (!session_race_end(s)) return outcome_fail(r->out, "%s", s->error);
    judge(r);
    return true;
}

/* ── The command ── */

static bool known_bad(struct race_run *r)
{
    const enum race_state *state = r->lab->shown.session.race.state;
    if (!begin(r, true)) return false;
    while (!r->grown && state[0] != RACE_DONE)
        if (!step(r, 0, true)) return false;
    if (state[0] != RACE_DONE) TELL(r, "thread 1 is held here, and thread 2 begins\n");
    return run_to_end(r, 1) && end(r);
}

static bool take_thread(const char *word, unsigned *thread, struct outcome *out)
{
    if ((word[0] != '1' && word[0] != '2') || word[1] != '\0')
        return outcome_fail(out, "%s is no thread; expected 1 or 2, `step 1`, `step 2` or `end`",
                            text_printable(word));
    *thread = word[0] == '2';
    return true;
}

static bool schedule(struct race_run *r, const struct arguments *args)
{
    unsigned thread = 0;
    for (int i = 0; i < args->n; i++)
        if (!take_thread(args->word[i], &thread, r->out)) return false;
    if (!begin(r, false)) return false;
    for (; r->n_led < (uint64_t)args->n && session_go_on(&r->lab->shown.session); r->n_led++)
        if (!take_thread(args->word[r->n_led], &thread, r->out) || !step(r, thread, false))
            return false;
    return end(r);
}

/* The block that the last step looked at, took or wrote to is marked. */
static void show_step(struct session *s)
{
    struct step_trace *t = &s->trace;
    t->shown_from = t->shown_to = 0;
    if (s->answer.head.n_steps == 0) return;
    const struct step *step = &s->answer.steps[s->answer.head.n_steps - 1];
    const struct block_field_info *info =
        step->kind == STEP_WRITE ? block_field_info((enum block_field)step->field) : NULL;
    if (step->block == 0 || (step->kind != STEP_PROBE && step->kind != STEP_TAKE && !info)) return;
    t->shown = step->kind == STEP_PROBE ? CHANGE_LOOKED : info ? CHANGE_WRITTEN : CHANGE_TAKEN;
    t->shown_from = step->block + (info ? step->offset : 0);
    t->shown_to = t->shown_from + (info ? info->bytes : 1);
}

/* One step, or several; the threads stay held. */
static bool by_hand(struct race_run *r, const struct arguments *args)
{
    static const char *const standing[] = {"has not begun", "is held", "waits for the lock",
                                           "is done"};
    char error[256];
    unsigned thread = 0;
    uint64_t n = 1;
    struct session_race *race = &r->lab->shown.session.race;
    if (args->n < 2)
        return outcome_fail(r->out,
                            "the thread is missing; expected `race step 1` or `race step 2`");
    if (!take_thread(args->word[1], &thread, r->out)) return false;
    if (args->n > 2 && !parse_positive(args->word[2], "N", &n, error, sizeof error))
        return outcome_fail(r->out, "%s", error);
    if (args->n > 3 || n > STEPS_MOST)
        return outcome_fail(r->out, "that is too much; expected `race step 1 [N]`, N at most %u",
                            STEPS_MOST);
    if (!race->under_way && !begin(r, false)) return false;
    for (; r->n_led < n && (r->n_led == 0 || (race->state[thread] == RACE_HELD &&
                                              session_go_on(&r->lab->shown.session)));
         r->n_led++)
        if (!step(r, thread, false)) return false;
    show_step(&r->lab->shown.session);
    outcome_result(r->out,
                   json_pack("{s:[s, s], s:b, s:b}", "threads", standing[race->state[0] & 3],
                             standing[race->state[1] & 3], "lock", race->lock, "under_way", true));
    outcome_sentence(r->out, "%sthread 1 %s, thread 2 %s; the heap is shown as it lies there now",
                     r->did, standing[race->state[0] & 3], standing[race->state[1] & 3]);
    return true;
}

/* The steps that were led, where a stop came before all of them. */
static void record(const struct race_run *r, const struct arguments *args, bool ok)
{
    bool by_hand = args->n > 0 && strcmp(args->word[0], "step") == 0,
         cut = args->n > 0 && r->lab->shown.session.stop;
    if (!r->lab->shown.session.trace.changed) return;
    if (cut && by_hand && args->n == 3) {
        char line[64];
        snprintf(line, sizeof line, "race step %s %" PRIu64, args->word[1], r->n_led);
        lab_record(r->lab, line, ok);
    } else if (cut && !by_hand && r->n_led > 0 && r->n_led < (uint64_t)args->n) {
        char *line = strndup(args->line, args->at[r->n_led]);
        lab_record(r->lab, line ? line : args->line, ok);
        free(line);
    } else {
        lab_record(r->lab, args->line, ok);
    }
}

static bool run(struct race_run *r, const struct arguments *args)
{
    const char *word = args->n ? args->word[0] : "";
    bool under_way = r->lab->shown.session.race.under_way;
    if (strcmp(word, "step") == 0) return by_hand(r, args);
    if (strcmp(word, "end") == 0) {
        if (args->n > 1)
            return outcome_fail(r->out, "%s is too much; expected `race end`",
                                text_printable(args->word[1]));
        return under_way
                   ? end(r)
                   : outcome_fail(r->out,
                                  "no race is under way; expected `race step 1` first, or `race`");
    }
    if (under_way)
        return outcome_fail(
            r->out, "a race is under way; expected `race step 1`, `race step 2` or `race end`");
    return args->n ? schedule(r, args) : known_bad(r);
}

static bool run_race(struct lab *lab, const struct arguments *args, struct outcome *out)
{
    struct race_run r = {.lab = lab, .out = out};
    if (lab->shown.session.setup.policy == HEAP_OWN)
        return outcome_fail(out,
                            "an allocator of your own does not tell its steps, so no thread can "
                            "be held inside it; expected one of brkview's policies");
    out->behind = true;
    bool ok = run(&r, args);
    record(&r, args, ok);
    return ok;
}

const struct command verb_race = {
    .name = "race",
    .usage = "[1|2... | step 1|2 [N] | end]",
    .summary = "let two threads allocate, in an order of your choice",
    .help = "Alone: the known bad order. With numbers: whose step comes next. With step: one "
            "thread goes on, and is held there. Each "
            "step is one that the allocator tells. `set lock off` takes the lock away.\nExample: "
            "set lock off; race",
    .group = "faults",
    .most = -1,
    .kinds = {ARG_WORD},
    .flags = COMMAND_CHANGE | COMMAND_COMPOSES,
    .needs = SOURCE_ASK,
    .run = run_race,
};
