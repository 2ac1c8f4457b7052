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
#include "cli/tell/narrate.h"
#include "cli/tell/outcome.h"
#include "cli/text/text.h"
#include "cli/verb/race_run.h"

#define STEPS_MOST 100000u
#define STAGE_BYTES 32u
#define FIRST_BYTES 64u
#define SECOND_BYTES 32u

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

static bool end(struct race_run *r)
{
    struct session *s = &r->lab->shown.session;
    for (unsigned i = 0; i < 4; i++) /* one may wait for the other */
        if (!run_to_end(r, i % 2)) return false;
    if (!session_race_end(s)) return outcome_fail(r->out, "%s", s->error);
    race_judge(r);
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
