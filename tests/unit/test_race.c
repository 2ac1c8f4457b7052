/* test_race.c: two threads led step by step: without the lock the known bad order breaks the heap
 * every time, with it never; in a target the same, deterministic, looked at while a thread is held,
 * undone to the byte, and never hanging. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "allocator/format/check.h"
#include "allocator/lock.h"
#include "allocator/policy.h"
#include "allocator/race.h"
#include "cli/session/undo.h"
#include "tests/support/arena.h"
#include "tests/support/plain.h"
#include "tests/support/try.h"

#define RUNS 1000

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

/* as: what runs in the place of the policy; NULL: the policy. */
static struct came one_run(enum heap_policy policy, const struct policy *as, bool lock)
{
    static struct arena arena;
    static struct heap heap;
    arena_init(&arena, 4096, 0);
    assert_true(heap_init(&heap, policy, &arena.growth));
    if (as != NULL) heap.policy = as;
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
        unsigned runs =
            policy <= HEAP_FIRST_FIT ? RUNS : RUNS / 10; /* the fits grow in the same way */
        for (unsigned i = 0; i < runs; i++)
            broken += one_run(policy, NULL, false).broken;
        for (unsigned i = 0; i < runs; i++) {
            struct came came = one_run(policy, NULL, true);
            sound += !came.broken && came.waited && !came.overlap;
        }
        assert_int_equal(broken, runs);
        assert_int_equal(sound, runs);
    }
}

/* A policy that takes the lock itself. */
static struct policy_made alloc_with_lock(struct heap *h, uint64_t size, uint64_t alignment)
{
    lock_acquire(h);
    struct policy_made made = policy_first_fit.alloc(h, size, alignment);
    lock_release(h);
    return made;
}

static void test_locks_itself(void **state)
{
    static struct arena arena;
    static struct heap heap;
    static struct race race;
    struct policy own = policy_first_fit;
    (void)state;
    own.alloc = alloc_with_lock;
    own.locks_itself = true;
    struct came on = one_run(HEAP_FIRST_FIT, &own, true),
                off = one_run(HEAP_FIRST_FIT, &own, false);
    assert_true(on.waited && !on.broken && !on.overlap);
    assert_true(!off.waited && off.broken);
    /* A verb that never asks for the lock does not give back what another thread has, nor does its
     * beginning make old what that one has grown. */
    arena_init(&arena, 4096, 0);
    assert_true(heap_init(&heap, HEAP_FIRST_FIT, &arena.growth));
    heap.policy = &own;
    heap.steps = &told.sink;
    step_log_reset(&told);
    assert_true(race_begin(&race, &heap, 64, 0));
    while (!has_moved_brk())
        race_step(&race, 0, true);
    uintptr_t fresh = heap.fresh;
    race_step(&race, 1, true);
    assert_int_equal(race.thread[1].state, RACE_DONE);
    assert_int_equal(pthread_mutex_trylock(&heap.lock), EBUSY);
    assert_true(heap.locked);
    assert_int_equal(heap.fresh, fresh);
    race_end(&race);
    assert_int_equal(pthread_mutex_trylock(&heap.lock), 0);
    pthread_mutex_unlock(&heap.lock);
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

static bool result_is(const char *key)
{
    return json_is_true(json_object_get(try_lab.last->result, key));
}

/* The known bad order on any heap; that threads are made moves brk by not one byte more. */
static void test_known_bad(void **state)
{
    static struct try_image before, after, again;
    static const char *const heaps[] = {"", "alloc 100", "random 40 seed 3",
                                        "random 40 seed 4 max 2000"};
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy < HEAP_N_POLICIES; policy++) {
        for (size_t i = 0; i < sizeof heaps / sizeof heaps[0]; i++) {
            try_open(policy);
            if (*heaps[i]) try_ok("%s", heaps[i]);
            try_image_take(&before);
            try_ok("race");
            assert_false(result_is("broken"));
            assert_true(result_is("waited"));
            assert_int_equal(snapshot_stats(try_lab.shown.session.snapshot)->foreign_bytes, 0);
            try_ok("undo");
            try_ok("set lock off");
            size_t entries = try_lab.shown.session.log.n;
            try_ok("race");
            assert_true(result_is("broken"));
            assert_int_equal(try_lab.shown.session.log.n, entries + 1);
            try_image_take(&after);
            try_ok("undo 2");
            try_image_take(&again);
            try_image_same(&before, &again, "race");
            try_ok("redo 2");
            try_image_take(&again);
            try_image_same(&after, &again, "race");
            try_close();
        }
    }
}

/* A malloc that the other thread made fail is harm, though every block is in its place; one that
 * the limit refused is not. */
static void test_refused(void **state)
{
    (void)state;
    try_open(HEAP_HEADER);
    try_ok("set lock off");
    try_ok("race 1 2 1 2");
    assert_true(result_is("broken") && result_is("refused"));
    try_says("one malloc returned NULL, though there is memory");
    try_tells("the other thread stood between two of its writes");
    try_ok("check");
    try_ok("undo 2");
    try_ok("limit 240"); /* after the first thread's block nothing is left */
    try_ok("race");
    assert_false(result_is("broken") || result_is("refused"));
    try_tells("thread 2 has no block: the heap's limit refused");
    try_close();
}

static void test_bump(void **state)
{
    (void)state;
    try_open(HEAP_BUMP);
    try_ok("set lock off");
    try_ok("race");
    assert_false(result_is("broken"));
    assert_non_null(strstr(try_lab.last->sentence, "bump keeps no list"));
    try_close();
}

/* The map is drawn while a thread stands inside the lock; whatever would need the lock is refused
 * in words. */
static void test_held(void **state)
{
    (void)state;
    try_open(HEAP_HEADER);
    try_ok("alloc 64");
    try_fails("race end", "no race is under way");
    try_fails("race step 3", "3 is no thread");
    try_fails("race 1 2 x", "x is no thread");
    try_fails("race step", "thread is missing");
    assert_int_equal(try_lab.shown.session.log.n, 1);
    try_ok("race step 1 2");
    assert_non_null(strstr(try_lab.last->sentence, "thread 1 is held, thread 2 has not begun"));
    try_ok("race step 2");
    assert_non_null(strstr(try_lab.last->sentence, "thread 2 waits for the lock"));
    try_ok("race step 2");
    assert_non_null(strstr(try_lab.last->text, "waits still"));
    assert_int_equal(snapshot_n_blocks(try_lab.shown.session.snapshot),
                     2); /* the block, and bytes that brk has passed and nobody has written down */
    assert_int_equal(snapshot_stats(try_lab.shown.session.snapshot)->foreign_bytes, 96);
    try_ok("blocks");
    try_ok("stats");
    try_fails("alloc 16", "held inside the allocator");
    try_fails("free 1", "held inside the allocator");
    try_fails("set lock off", "held inside the allocator");
    try_fails("race", "under way");
    try_ok("fill 1 7");
    try_ok("race end");
    assert_false(result_is("broken"));
    try_ok("alloc 16");
    try_ok("check");
    try_close();
}

/* Each step marks the block that it is about, and takes the mark from the one before. */
static void test_steps_are_marked(void **state)
{
    const struct changes *c = &try_lab.shown.session.changes;
    (void)state;
    try_open(HEAP_HEADER);
    try_ok("alloc 16");
    try_ok("alloc 64");
    try_ok("free 1");
    static const struct {
        const char *command;
        enum change_kind kind;
        uint64_t from, to;
    } row[] = {
        {"race step 1", CHANGE_LOOKED, 0x411000, 0x411030},
        {"race step 1", CHANGE_LOOKED, 0x411030, 0x411090},
        {"race step 1", CHANGE_FREED, 0, 0}, /* sbrk */
        {"race step 1", CHANGE_FREED, 0, 0}, /* root.top */
        {"race step 1", CHANGE_WRITTEN, 0x411090, 0x411098}, /* size */
    };
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        try_ok("%s", row[i].command);
        if (row[i].kind == CHANGE_FREED) continue;
        assert_int_equal(c->n, 1);
        assert_int_equal(c->change[0].kind, row[i].kind);
        assert_int_equal(c->change[0].from, row[i].from);
        assert_int_equal(c->change[0].to, row[i].to);
    }
    try_ok("race end");
    try_ok("undo all");
    try_ok("set lock off");
    try_ok("race");
    assert_int_equal(c->n, 1); /* the next that leads back */
    assert_int_equal(c->change[0].from, 0x4110f0);
    try_tells("next, from the first on: #1 -> #2 -> #3 -> #4 (back)");
    try_close();
}

/* Undo, redo, reset, and the end of everything, while a thread is held. */
static void test_undo_held(void **state)
{
    static struct try_image one, two, again;
    (void)state;
    try_open(HEAP_FIRST_FIT);
    try_ok("alloc 64");
    try_ok("race step 1");
    try_image_take(&one);
    try_ok("race step 1");
    try_ok("race step 2");
    try_image_take(&two);
    try_ok("undo 2");
    try_image_take(&again);
    try_image_same(&one, &again, "race");
    assert_true(try_lab.shown.session.race.under_way);
    try_fails("alloc 16", "held inside the allocator");
    try_ok("redo 2");
    try_image_take(&again);
    try_image_same(&two, &again, "race");
    assert_int_equal(try_lab.shown.session.race.state[1], RACE_WAITING);
    try_ok("undo 3");
    assert_false(try_lab.shown.session.race.under_way);
    try_ok("alloc 16");
    try_ok("race step 2");
    try_ok("reset");
    assert_false(try_lab.shown.session.race.under_way);
    try_ok("alloc 16");
    try_ok("race step 1");
    try_ok("undo all");
    try_ok("race step 1 3");
    try_close();
}

static bool stop_at_once(const struct undo_player *self, struct session *s, const char *line,
                         enum log_fate fate)
{
    (void)self;
    (void)s;
    (void)line;
    (void)fate;
    return false;
}

/* An undo that is stopped leaves the held threads where they were. */
static void test_undo_stopped(void **state)
{
    struct undo_player player = {.play = stop_at_once};
    size_t undone;
    (void)state;
    try_open(HEAP_HEADER);
    try_ok("alloc 16");
    try_ok("race step 1");
    try_ok("race step 1");
    assert_false(undo_back(&try_lab.shown.session, 1, &player, &undone));
    assert_true(try_lab.shown.session.race.under_way);
    assert_int_equal(try_lab.shown.session.race.state[0], RACE_HELD);
    try_ok("race end");
    try_ok("check");
    try_close();
}

/* What a held thread got from sbrk is no stranger's, and nobody says so; what a stranger got before
 * is. */
static void test_bytes_of_a_held_thread(void **state)
{
    static const char *const looks[] = {"stats", "blocks", "check", "screen"};
    static const char words[] = "a race is under way: where a thread is held between two writes, "
                                "its own bytes look foreign, or damaged";
    (void)state;
    for (enum heap_policy policy = HEAP_HEADER; policy <= HEAP_FIRST_FIT; policy++) {
        try_open(policy);
        try_ok("set lock off");
        try_ok("alloc 16");
        for (unsigned i = 0; i < 4; i++) {
            try_ok("%s", looks[i]);
            assert_null(strstr(try_lab.last->text, "race"));
        }
        try_ok("race step 1 %d", policy == HEAP_HEADER ? 2 : 1); /* sbrk */
        for (unsigned i = 0; i < 4; i++) {
            try_ok("%s", looks[i]);
            try_tells(words);
            assert_null(strstr(try_lab.last->text, "stranger"));
        }
        try_ok("stats");
        char held[80];
        snprintf(held, sizeof held, "The top %d bytes are what a thread of the race got from sbrk",
                 policy == HEAP_HEADER ? 96 : 80);
        try_tells(held);
        try_ok("race end");
        try_ok("stats");
        assert_null(strstr(try_lab.last->text, "race"));
        try_ok("sbrk 48");
        try_ok("stats");
        try_tells("The top 48 bytes are foreign: brk is not ours to move down until the stranger "
                  "gives them back.");
        try_ok("race step 1"); /* which looks, or moves brk by 96 */
        try_ok("stats");
        try_tells(policy == HEAP_HEADER ? "The top 48 bytes are foreign: brk"
                                        : "The top 96 bytes are what a thread of the race got");
        try_close();
    }
}

/* The same choices give the same heap; what is left over is run to its end. */
static void test_schedules(void **state)
{
    static const char *const lines[] = {"race 1 2 1 2 1 2", "race 2 1 1 1 1 1 1 2 2",
                                        "race 1 1 2 2 1 1 1 1", "race 2"};
    static struct try_image first, second;
    (void)state;
    for (enum heap_policy policy = 0; policy < HEAP_N_POLICIES; policy++) {
        for (size_t i = 0; i < 2 * sizeof lines / sizeof lines[0]; i++) {
            for (unsigned k = 0; k < 2; k++) {
                try_open(policy);
                if (i % 2) try_ok("set lock off");
                try_ok("random 20 seed 9");
                try_ok("%s", lines[i / 2]);
                if (i % 2 == 0) assert_false(result_is("broken"));
                try_image_take(k ? &second : &first);
                try_close();
            }
            try_image_same(&first, &second, "race");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_thousand_runs),  cmocka_unit_test(test_locks_itself),
        cmocka_unit_test(test_two_owners),       cmocka_unit_test(test_end_at_once),
        cmocka_unit_test(test_known_bad),        cmocka_unit_test(test_bump),
        cmocka_unit_test(test_refused),          cmocka_unit_test(test_held),
        cmocka_unit_test(test_steps_are_marked), cmocka_unit_test(test_undo_held),
        cmocka_unit_test(test_undo_stopped),     cmocka_unit_test(test_bytes_of_a_held_thread),
        cmocka_unit_test(test_schedules)};
    return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
