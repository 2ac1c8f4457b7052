/* test_sides.c: labs side by side: what is typed is done in each, a trace is played in each, and
 * where they part is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/command/run.h"
#include "cli/score/sides.h"

static struct lab lab[2]; /* large */
static struct sides sides;
static struct trace trace;

/* text NULL: no trace. */
static void begin(const char *text, enum heap_policy one, enum heap_policy other)
{
    const enum heap_policy policies[] = {one, other};
    static const char *names[2];
    struct lab *list[2];
    char error[256];
    for (size_t i = 0; i < 2; i++) {
        struct session_setup setup;
        session_setup_defaults(&setup, policies[i]);
        assert_true(lab_init(&lab[i], &setup, false, error, sizeof error));
        names[i] = heap_policy_name(policies[i]);
        list[i] = &lab[i];
    }
    if (text) assert_true(trace_parse(&trace, text, strlen(text), error, sizeof error));
    assert_true(sides_init(&sides, list, names, 2, text ? &trace : NULL));
}

static void end(void)
{
    sides_release(&sides);
    for (size_t i = 0; i < 2; i++)
        lab_release(&lab[i]);
    trace_release(&trace);
}

static void own(const char *command)
{
    assert_int_equal(sides_run(&sides, command), SIDES_OWN);
    if (sides.failed) fail_msg("%s: %s", command, sides.said);
}

static void refused(const char *command, const char *words)
{
    assert_int_equal(sides_run(&sides, command), SIDES_OWN);
    assert_true(sides.failed);
    assert_string_equal(sides.said, words);
}

static const struct curve_point *now(size_t i)
{
    return &sides.side[i].point[sides.side[i].n_points - 1];
}

/* brk of both. */
static void brk_is(uint64_t one, uint64_t other)
{
    assert_int_equal(now(0)->heap_bytes, one);
    assert_int_equal(now(1)->heap_bytes, other);
    for (size_t i = 0; i < 2; i++) {
        const struct target *t = &lab[i].shown.session.target;
        assert_int_equal(now(i)->heap_bytes, t->brk - t->hello.heap_start);
    }
}

static void a_command_is_done_in_each(void **state)
{
    (void)state;
    begin(NULL, HEAP_HEADER, HEAP_FIRST_FIT);
    assert_int_equal(sides_run(&sides, "alloc 64"), SIDES_ALL);
    brk_is(96, 80);
    assert_int_equal(now(1)->live_bytes, 64);
    assert_true(sides.parted);
    assert_string_equal(sides.parted_words, "command 1, alloc 64: the payload is at +0x20 under "
                                            "header, at +0x10 under first-fit");
    assert_int_equal(sides_run(&sides, "p2 = malloc(16);"), SIDES_ALL);
    brk_is(96 + 48, 80 + 32);
    assert_int_equal(sides_run(&sides, "blocks"), SIDES_ALL);
    assert_int_equal(sides.side[0].n_points, 3);
    assert_int_equal(sides_run(&sides, "help"), SIDES_ONE);
    own("undo 2");
    brk_is(0, 0);
    assert_false(sides.parted);
    assert_int_equal(sides.side[0].n_points, 1);
    refused("undo", "there is nothing to undo");
    refused("step", "there is no trace to step; expected `brkview compare … TRACE`");
    refused("lesson header",
            "lesson is for one heap alone; expected it in `brkview` without compare");
    refused("pol bump", "pol is for one heap alone; expected it in `brkview` without compare");
    end();
}

/* What changes one heap alone is undone in that one alone. */
static void undo_takes_back_what_was_done(void **state)
{
    (void)state;
    begin(NULL, HEAP_BUMP, HEAP_HEADER);
    sides_run(&sides, "alloc 16");
    sides_run(&sides, "free 1");
    assert_false(lab[0].last->ok);
    assert_true(lab[1].last->ok);
    brk_is(16, 0);
    own("undo");
    brk_is(16, 48);
    own("undo all");
    brk_is(0, 0);
    end();
}

/* See test_lockstep.c: they part at the 7th, brk at the 8th. */
static const char holes[] = "a 0 100\na 1 16\na 2 40\na 3 16\nf 0\nf 2\na 4 40\na 5 100\nf 1\n";

static void a_trace_is_played(void **state)
{
    (void)state;
    char text[128];
    begin(holes, HEAP_FIRST_FIT, HEAP_BEST_FIT);
    assert_string_equal(sides_position(&sides, text, sizeof text),
                        "9 operations: step [N], run, until divergence");
    own("step");
    assert_int_equal(sides.at, 1);
    brk_is(128, 128);
    assert_string_equal(lab[0].last->c_line, "t0 = malloc(100);");
    own("until divergence");
    assert_int_equal(sides.at, 7);
    assert_int_equal(sides.parted_x, 7);
    assert_string_equal(sides.parted_words,
                        "operation 7 (line 7), malloc(40) of id 4: the payload is at +0x10 under "
                        "first-fit, at +0xb0 under best-fit");
    assert_int_equal(now(0)->live_bytes, 16 + 16 + 40);
    refused("until divergence",
            "they have parted: operation 7 (line 7), malloc(40) of id 4: the payload is at +0x10 "
            "under first-fit, at +0xb0 under best-fit");
    own("undo");
    assert_int_equal(sides.at, 1);
    assert_false(sides.parted);
    own("run");
    assert_int_equal(sides.at, 9);
    brk_is(384, 256);
    assert_int_equal(now(0)->live_bytes, 16 + 40 + 100);
    assert_string_equal(sides_position(&sides, text, sizeof text),
                        "operation 9 (line 9), free(id 1); of 9");
    refused("run", "the trace is at its end, operation 9; expected `undo` or `reset`");
    own("undo all");
    own("until 4");
    assert_int_equal(sides.at, 4);
    own("step 100");
    assert_int_equal(sides.at, 9);
    refused("until 3", "the trace is at its end, operation 9; expected `undo` or `reset`");
    assert_int_equal(sides_run(&sides, "reset"), SIDES_ALL);
    assert_int_equal(sides.at, 0);
    own("step 2");
    brk_is(160, 160);
    end();
}

/* The person's own blocks stand beside those of the trace. */
static void commands_go_between_operations(void **state)
{
    (void)state;
    begin("a 0 16\na 1 16\nf 0\nf 1\n", HEAP_HEADER, HEAP_HEADER);
    own("step");
    sides_run(&sides, "alloc 1000");
    own("run");
    assert_int_equal(sides.at, 4);
    assert_true(lab[0].last->ok);
    assert_int_equal(now(0)->live_bytes, 1000);
    assert_false(sides.parted);
    end();
}

static void oddities_of_traces(void **state)
{
    (void)state;
    begin("r 0 16\nr 0 100\nr 0 0\nf 0\nf -1\na 1 8\na 1 24\nf 1\n", HEAP_FIRST_FIT, HEAP_HEADER);
    for (size_t i = 0; i < trace.n_ops; i++) {
        own("step");
        if (!lab[1].last->ok)
            fail_msg("%zu, %s: %s", i + 1, lab[1].last->command, lab[1].last->error);
    }
    assert_int_equal(now(0)->live_bytes, 8); /* what the id named first lives on */
    end();
}

/* bump takes nothing back, and the program does not want it. */
static void what_was_not_taken_does_not_live(void **state)
{
    (void)state;
    begin("a 0 100\na 1 50\nf 0\n", HEAP_BUMP, HEAP_FIRST_FIT);
    own("run");
    assert_int_equal(now(0)->live_bytes, 50);
    assert_int_equal(now(1)->live_bytes, 50);
    own("undo");
    own("step 2");
    assert_int_equal(now(0)->live_bytes, 150);
    end();
}

/* It is looked at now and then on the way; what stands at the end is what step by step comes to. */
static void a_long_run_is_as_many_steps(void **state)
{
    (void)state;
    enum { N = 1000 };
    char text[N * 16], *at = text;
    for (int i = 0; i < N / 2; i++)
        at += sprintf(at, "a %d %d\n%s", i, 16 + i % 7 * 16, i % 3 == 2 ? "" : "f -1\n");
    begin(text, HEAP_FIRST_FIT, HEAP_BEST_FIT);
    own("run");
    assert_int_equal(sides.at, trace.n_ops);
    assert_in_range(sides.side[0].n_points, 100, 400);
    uint64_t brk = now(0)->heap_bytes, live = now(0)->live_bytes;
    own("undo");
    while (sides.at < trace.n_ops)
        own("step");
    assert_int_equal(now(0)->heap_bytes, brk);
    assert_int_equal(now(0)->live_bytes, live);
    assert_int_equal(lab[0].shown.session.log.n, N / 2);
    end();
}

/* Words in place of the one that ends the line, with blanks between. */
static void completes(const char *line, const char *words)
{
    size_t start;
    char text[4096] = "", **list = sides_complete(&sides, line, strlen(line), &start);
    for (size_t i = 0; list && list[i]; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", list[i]);
        free(list[i]);
    }
    free((void *)list);
    assert_string_equal(text, words);
}

static void its_own_words_are_completed(void **state)
{
    (void)state;
    begin(holes, HEAP_FIRST_FIT, HEAP_BEST_FIT);
    completes("ste", "step steps");
    completes("alloc 8; ru", "run");
    completes("unt", "until");
    completes("until d", "divergence");
    completes("allo", "alloc");
    end();
    begin(NULL, HEAP_FIRST_FIT, HEAP_BEST_FIT);
    completes("until d", "damaged"); /* a lab's own */
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_done_in_each),
        cmocka_unit_test(undo_takes_back_what_was_done),
        cmocka_unit_test(a_trace_is_played),
        cmocka_unit_test(commands_go_between_operations),
        cmocka_unit_test(oddities_of_traces),
        cmocka_unit_test(what_was_not_taken_does_not_live),
        cmocka_unit_test(a_long_run_is_as_many_steps),
        cmocka_unit_test(its_own_words_are_completed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
