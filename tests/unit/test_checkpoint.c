/* Copies of a target, and the checkpoints of a replay, which are such: the same heap, whoever comes
 * to it by which way. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "cli/command/run.h"
#include "cli/score/generate.h"
#include "cli/score/replay.h"
#include "cli/score/verb_replay.h"

enum { OPS = 400 };

static struct lab lab;
static struct trace trace;
static struct replay replay;

static int start(void **state)
{
    struct session_setup setup;
    char *text = NULL, error[512];
    size_t bytes = 0;
    (void)state;
    FILE *to = open_memstream(&text, &bytes);
    assert_non_null(to);
    assert_int_equal(generate(to, generator_find("realloc"), 1, OPS), 0);
    assert_int_equal(fclose(to), 0);
    assert_true(trace_parse(&trace, text, bytes, error, sizeof error));
    free(text);
    assert_true(replay_init(&replay, &trace, "realloc", NULL));
    replay.checkpoints.every_ms = 1e9; /* none but ours */
    replay_command(&replay);
    session_setup_defaults(&setup, HEAP_BEST_FIT);
    assert_true(lab_init(&lab, &setup, false, error, sizeof error));
    lab.shown.player = &replay.base;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    lab_release(&lab);
    replay_release(&replay);
    trace_release(&trace);
    return 0;
}

static void run(const char *command) { assert_true(lab_run(&lab, command)->ok); }

static struct session *session(void) { return &lab.shown.session; }

static bool play(size_t n)
{
    struct play_done done;
    return replay_play(&replay, &lab, n, &done) && done.n == n;
}

/* A checkpoint at this operation. */
static void keep(size_t at)
{
    assert_true(play(at - replay_at(&replay, &lab)));
    assert_true(checkpoints_add(&replay.checkpoints, session(), at, (double)at, 0));
}

/* All bytes of the heap, and all that is known of its blocks. */
static char *all_of(struct target *t)
{
    char *text = NULL;
    size_t n = 0, bytes = (size_t)(t->brk - t->hello.heap_start);
    unsigned char *heap = malloc(bytes + 1);
    assert_non_null(heap);
    assert_int_equal(session_read(session(), t->hello.heap_start, heap, bytes), bytes);
    FILE *to = open_memstream(&text, &n);
    assert_non_null(to);
    for (size_t i = 0; i < bytes; i++)
        fprintf(to, "%02x", heap[i]);
    const struct ledger *b = &session()->ledger;
    for (uint32_t id = ledger_next_live(b, 0); id; id = ledger_next_live(b, id)) {
        uint64_t payload, requested;
        assert_true(ledger_find(b, id, &payload, &requested));
        fprintf(to, " %u %llx %llu %s", id, (unsigned long long)payload,
                (unsigned long long)requested, ledger_name_of(b, id));
    }
    assert_int_equal(fclose(to), 0);
    free(heap);
    return text;
}

static void test_copy(void **state)
{
    struct target copy;
    struct target_answer *answer = malloc(sizeof *answer);
    (void)state;
    assert_non_null(answer);
    assert_true(play(100));
    struct target *t = &session()->target;
    assert_true(target_copy(t, &copy, true, NULL));
    assert_int_not_equal(copy.pid, t->pid);
    assert_int_equal(copy.brk, t->brk);
    assert_int_equal(waitpid(copy.pid, NULL, WNOHANG), 0); /* it is our own child */
    /* Each goes its own way. */
    uint64_t brk = t->brk;
    const struct wire_request more = {.op = WIRE_SBRK, .a = 4096, .b = 1};
    assert_true(target_ask(&copy, &more, NULL, answer, NULL));
    assert_int_equal(copy.brk, brk + 4096);
    const struct wire_request none = {.op = WIRE_SBRK};
    assert_true(target_ask(t, &none, NULL, answer, NULL));
    assert_int_equal(t->brk, brk);
    free(answer);
    assert_true(target_end(&copy, NULL));
}

static void test_same_heap(void **state)
{
    struct play_done done;
    (void)state;
    assert_true(play(230));
    char *before = all_of(&session()->target);
    run("reset");
    keep(100);
    keep(200);
    assert_true(play(150));
    assert_int_equal(replay.checkpoints.n, 3);
    assert_true(replay_from_start(&replay, &lab, 170, &done));
    assert_int_equal(replay.checkpoints.n, 3);
    kill(replay.checkpoints.point[1].target.pid, SIGKILL); /* then that is not the way */
    assert_true(replay_from_start(&replay, &lab, 110, &done));
    assert_int_equal(done.n, 110);
    assert_int_equal(replay.checkpoints.n, 2);
    assert_true(replay_from_start(&replay, &lab, 230, &done));
    assert_int_equal(done.n, 230);
    char *after = all_of(&session()->target);
    assert_string_equal(after, before);
    free(after);
    /* It was the last one before that it came from, and that one stands as it was. */
    struct target_answer *answer = malloc(sizeof *answer);
    struct target *last = &replay.checkpoints.point[replay.checkpoints.n - 1].target;
    const struct wire_request spoil = {
        .op = WIRE_FILL, .a = last->hello.heap_start, .b = 1, .c = 0xee};
    assert_non_null(answer);
    assert_true(target_ask(last, &spoil, NULL, answer, NULL));
    free(answer);
    assert_true(replay_from_start(&replay, &lab, 230, &done));
    after = all_of(&session()->target);
    assert_int_not_equal(strcmp(after, before), 0);
    free(after);
    /* Where none stands any more, it is played from the beginning. */
    kill(replay.checkpoints.point[0].target.pid, SIGKILL);
    kill(replay.checkpoints.point[1].target.pid, SIGKILL);
    assert_true(replay_from_start(&replay, &lab, 230, &done));
    assert_int_equal(replay.checkpoints.n, 1); /* of the heap that is the first one now */
    after = all_of(&session()->target);
    assert_string_equal(after, before);
    free(after);
    free(before);
}

/* What else was done to the heap is in no checkpoint, nor is what belongs to another setup. */
static void test_others(void **state)
{
    struct play_done done;
    (void)state;
    keep(50);
    run("alloc 64");
    assert_true(play(50));
    assert_false(replay.heap[0].kept);
    assert_true(replay_from_start(&replay, &lab, 60, &done));
    assert_true(replay.heap[0].kept);
    run("policy first-fit");
    assert_false(checkpoints_are_of(&replay.checkpoints, &session()->setup));
    assert_true(play(10));
    assert_true(checkpoints_are_of(&replay.checkpoints, &session()->setup));
    assert_int_equal(replay.checkpoints.n, 1);
}

/* Those that nobody misses go, and never the first. */
static void test_room(void **state)
{
    (void)state;
    assert_true(play(1));
    for (size_t at = 2; at < 200; at++) {
        assert_true(play(1));
        assert_true(checkpoints_add(&replay.checkpoints, session(), at, 100.0 * (double)at, 0));
    }
    const struct checkpoints *c = &replay.checkpoints;
    assert_int_equal(c->n, CHECKPOINT_MOST);
    assert_int_equal(c->point[0].at, 0);
    assert_int_equal(c->point[c->n - 1].at, 199);
    for (size_t i = 1; i < c->n; i++) {
        assert_true(c->point[i].at > c->point[i - 1].at);
        assert_true(c->point[i].at - c->point[i - 1].at <= 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_copy, start, stop),
        cmocka_unit_test_setup_teardown(test_same_heap, start, stop),
        cmocka_unit_test_setup_teardown(test_others, start, stop),
        cmocka_unit_test_setup_teardown(test_room, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
