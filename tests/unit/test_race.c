/* test_race.c: two threads led step by step: without the lock the known bad order breaks the heap every time, with it never; in a target the
 * same, deterministic, looked at while a thread is held, undone to the byte, and never hanging. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/check.h"
#include "allocator/race.h"
#include "cli/command/lab.h"
#include "cli/session/undo.h"
#include "tests/support/arena.h"
#include "tests/support/plain.h"

#define RUNS 1000
#define STATE_MOST 65536u

/* ── In this process ── */

static struct step_log told;

static bool has_moved_brk(void)
{
    for (uint32_t i = 0; i < told.n; i++)
        if (told.steps[i].kind == STEP_SBRK) return true;
    return false;
}

struct came {
    bool broken, waited, overlap;
};

static bool is_broken(struct heap *h, const struct arena *arena)
{
    struct plain plain;
    struct check_finding finding;
    plain_of_heap(&plain, h, arena->brk);
    size_t n = check_heap(&plain.memory, (uintptr_t)&h->root, arena->brk, &finding, 1);
    plain_release(&plain);
    return n > 0;
}

/* Thread 0 until it has moved brk, thread 1 to its end, the rest. */
static struct came bad_order(struct heap *h)
{
    static struct race race;
    struct came came = {0};
    assert_true(race_begin(&race, h, 64, 32));
    while (!has_moved_brk())
        race_step(&race, 0, true);
    while (race.thread[1].state != RACE_DONE && race.thread[1].state != RACE_WAITING)
        race_step(&race, 1, true);
    came.waited = race.thread[1].state == RACE_WAITING;
    race_step(&race, 1, true); /* nothing comes of that in either state */
    race_end(&race);
    uintptr_t a = race.thread[0].payload, b = race.thread[1].payload;
    assert_true(a != 0 && b != 0);
    came.overlap = a < b + 32 && b < a + 64;
    return came;
}

static struct came one_run(enum heap_policy policy, bool lock)
{
    static struct arena arena;
    static struct heap heap;
    arena_init(&arena, 4096, 0);
    assert_true(heap_init(&heap, policy, &arena.growth));
    heap.steps = &told.sink;
    step_log_reset(&told);
    assert_int_equal(heap_set(&heap, HEAP_LOCK, lock), HEAP_OK);
    assert_non_null(heap_alloc(&heap, 32));
    assert_non_null(heap_alloc(&heap, 32));
    step_log_reset(&told);
    struct came came = bad_order(&heap);
    assert_ptr_equal(heap.steps, &told.sink);
    came.broken = is_broken(&heap, &arena);
    return came;
}

static void test_a_thousand_runs(void **state)
{
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        unsigned broken = 0, sound = 0;
        unsigned runs = policy <= HEAP_FIRST_FIT ? RUNS : RUNS / 10; /* the fits grow in the same way */
        for (unsigned i = 0; i < runs; i++)
            broken += one_run(policy, false).broken;
        for (unsigned i = 0; i < runs; i++) {
            struct came came = one_run(policy, true);
            sound += !came.broken && came.waited && !came.overlap;
        }
        assert_int_equal(broken, runs);
        assert_int_equal(sound, runs);
    }
}

/* Both look at the same free block, and both take it. */
static void test_two_owners(void **state)
{
    static struct arena arena;
    static struct heap heap;
    static struct race race;
    (void)state;
    arena_init(&arena, 4096, 0);
    assert_true(heap_init(&heap, HEAP_HEADER, &arena.growth));
    void *hole = heap_alloc(&heap, 64);
    assert_non_null(heap_alloc(&heap, 32));
    assert_int_equal(heap_free(&heap, hole), HEAP_OK);
    assert_int_equal(heap_set(&heap, HEAP_LOCK, 0), HEAP_OK);
    assert_true(race_begin(&race, &heap, 64, 32));
    race_step(&race, 0, false); /* it fits */
    race_step(&race, 1, false); /* so it does */
    race_end(&race);
    assert_int_equal(race.thread[0].payload, (uintptr_t)hole);
    assert_int_equal(race.thread[1].payload, (uintptr_t)hole);
    assert_null(heap.steps);
}

/* A race that nobody leads ends at once; the lock may be switched in between. */
static void test_end_at_once(void **state)
{
    static struct race race;
    static struct arena arena;
    static struct heap heap;
    (void)state;
    arena_init(&arena, 4096, 0);
    assert_true(heap_init(&heap, HEAP_HEADER, &arena.growth));
    for (int i = 0; i < 10; i++) {
        assert_int_equal(heap_set(&heap, HEAP_LOCK, (uint64_t)i % 2), HEAP_OK);
        assert_true(race_begin(&race, &heap, 16, 0));
        race_end(&race);
        assert_true(race.thread[0].payload != 0);
        assert_int_equal(race.thread[1].payload, 0);
        assert_false(is_broken(&heap, &arena));
    }
}

/* ── In a target ── */

static struct lab lab;

struct state {
    unsigned char root[sizeof(struct heap_root)], bytes[STATE_MOST];
    size_t n;
};

static void open_lab(enum heap_policy policy)
{
    struct session_setup setup;
    char error[512];
    session_setup_defaults(&setup, policy);
    assert_true(lab_init(&lab, &setup, false, error, sizeof error));
}

static const struct outcome *run(const char *line)
{
    const struct outcome *out = lab_run(&lab, line);
    if (!out->ok) fail_msg("%s: %s", line, out->error);
    return out;
}

static void refused(const char *line, const char *words)
{
    const struct outcome *out = lab_run(&lab, line);
    assert_false(out->ok);
    if (!strstr(out->error, words)) fail_msg("%s: %s", line, out->error);
}

static void state_take(struct state *s)
{
    const struct target *t = &lab.session.target;
    *s = (struct state){.n = t->brk - t->hello.heap_start};
    assert_true(s->n <= STATE_MOST);
    assert_int_equal(session_read(&lab.session, t->hello.root_address, s->root, sizeof s->root), sizeof s->root);
    assert_int_equal(session_read(&lab.session, t->hello.heap_start, s->bytes, s->n), s->n);
}

static void assert_same(const struct state *a, const struct state *b)
{
    assert_int_equal(a->n, b->n);
    assert_memory_equal(a->root, b->root, sizeof a->root);
    if (a->n) assert_memory_equal(a->bytes, b->bytes, a->n);
}

static bool result_is(const char *key) { return json_is_true(json_object_get(lab.last->result, key)); }

/* The known bad order on any heap; that threads are made moves brk by not one byte more. */
static void test_known_bad(void **state)
{
    static struct state before, after, again;
    static const char *const heaps[] = {"", "alloc 100", "random 40 seed 3", "random 40 seed 4 max 2000"};
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        for (size_t i = 0; i < sizeof heaps / sizeof heaps[0]; i++) {
            open_lab(policy);
            if (*heaps[i]) run(heaps[i]);
            state_take(&before);
            run("race");
            assert_false(result_is("broken"));
            assert_true(result_is("waited"));
            assert_int_equal(snapshot_stats(lab.session.snapshot)->foreign_bytes, 0);
            run("undo");
            run("set lock off");
            size_t entries = lab.session.log.n;
            run("race");
            assert_true(result_is("broken"));
            assert_int_equal(lab.session.log.n, entries + 1);
            state_take(&after);
            run("undo 2");
            state_take(&again);
            assert_same(&before, &again);
            run("redo 2");
            state_take(&again);
            assert_same(&after, &again);
            lab_release(&lab);
        }
    }
}

static void test_bump(void **state)
{
    (void)state;
    open_lab(HEAP_BUMP);
    run("set lock off");
    run("race");
    assert_false(result_is("broken"));
    assert_non_null(strstr(lab.last->sentence, "bump keeps no list"));
    lab_release(&lab);
}

/* The map is drawn while a thread stands inside the lock; whatever would need the lock is refused in words. */
static void test_held(void **state)
{
    (void)state;
    open_lab(HEAP_HEADER);
    run("alloc 64");
    refused("race end", "no race is under way");
    refused("race step 3", "3 is no thread");
    refused("race 1 2 x", "x is no thread");
    refused("race step", "thread is missing");
    assert_int_equal(lab.session.log.n, 1);
    run("race step 1 2");
    assert_non_null(strstr(lab.last->sentence, "thread 1 is held, thread 2 has not begun"));
    run("race step 2");
    assert_non_null(strstr(lab.last->sentence, "thread 2 waits for the lock"));
    run("race step 2");
    assert_non_null(strstr(lab.last->text, "waits still"));
    assert_int_equal(snapshot_n_blocks(lab.session.snapshot),
                     2); /* the block, and bytes that brk has passed and nobody has written down */
    assert_int_equal(snapshot_stats(lab.session.snapshot)->foreign_bytes, 96);
    run("blocks");
    run("stats");
    refused("alloc 16", "held inside the allocator");
    refused("free 1", "held inside the allocator");
    refused("set lock off", "held inside the allocator");
    refused("race", "under way");
    run("fill 1 7");
    run("race end");
    assert_false(result_is("broken"));
    run("alloc 16");
    run("check");
    lab_release(&lab);
}

/* Undo, redo, reset, and the end of everything, while a thread is held. */
static void test_undo_held(void **state)
{
    static struct state one, two, again;
    (void)state;
    open_lab(HEAP_FIRST_FIT);
    run("alloc 64");
    run("race step 1");
    state_take(&one);
    run("race step 1");
    run("race step 2");
    state_take(&two);
    run("undo 2");
    state_take(&again);
    assert_same(&one, &again);
    assert_true(lab.session.race.under_way);
    refused("alloc 16", "held inside the allocator");
    run("redo 2");
    state_take(&again);
    assert_same(&two, &again);
    assert_int_equal(lab.session.race.state[1], RACE_WAITING);
    run("undo 3");
    assert_false(lab.session.race.under_way);
    run("alloc 16");
    run("race step 2");
    run("reset");
    assert_false(lab.session.race.under_way);
    run("alloc 16");
    run("race step 1");
    run("undo all");
    run("race step 1 3");
    lab_release(&lab);
}

static bool stop_at_once(const struct undo_player *self, struct session *s, const char *line)
{
    (void)self;
    (void)s;
    (void)line;
    return false;
}

/* An undo that is stopped leaves the held threads where they were. */
static void test_undo_stopped(void **state)
{
    struct undo_player player = {.play = stop_at_once};
    size_t undone;
    (void)state;
    open_lab(HEAP_HEADER);
    run("alloc 16");
    run("race step 1");
    run("race step 1");
    assert_false(undo_back(&lab.session, 1, &player, &undone));
    assert_true(lab.session.race.under_way);
    assert_int_equal(lab.session.race.state[0], RACE_HELD);
    run("race end");
    run("check");
    lab_release(&lab);
}

/* The same choices give the same heap; what is left over is run to its end. */
static void test_schedules(void **state)
{
    static const char *const lines[] = {"race 1 2 1 2 1 2", "race 2 1 1 1 1 1 1 2 2", "race 1 1 2 2 1 1 1 1", "race 2"};
    static struct state first, second;
    (void)state;
    for (enum heap_policy policy = 0; policy < HEAP_N_POLICIES; policy++) {
        for (size_t i = 0; i < 2 * sizeof lines / sizeof lines[0]; i++) {
            for (unsigned k = 0; k < 2; k++) {
                open_lab(policy);
                if (i % 2) run("set lock off");
                run("random 20 seed 9");
                run(lines[i / 2]);
                if (i % 2 == 0) assert_false(result_is("broken"));
                state_take(k ? &second : &first);
                lab_release(&lab);
            }
            assert_same(&first, &second);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_thousand_runs), cmocka_unit_test(test_two_owners),   cmocka_unit_test(test_end_at_once),
        cmocka_unit_test(test_known_bad),       cmocka_unit_test(test_bump),         cmocka_unit_test(test_held),
        cmocka_unit_test(test_undo_held),       cmocka_unit_test(test_undo_stopped), cmocka_unit_test(test_schedules)};
    return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
