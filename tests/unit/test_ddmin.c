/* test_ddmin.c: delta debugging, of parts that fail together by a rule that the test knows; and
 * what is left of a trace is a trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/score/ddmin.h"
#include "cli/score/lives.h"
#include "cli/text/splitmix.h"

enum { PARTS = 3000 };

/* It fails while all of these are in. */
struct rule {
    size_t needed[4], n_needed;
    size_t n_tries, stop_after;
};

static bool fails(const struct rule *rule, const bool *in)
{
    for (size_t i = 0; i < rule->n_needed; i++)
        if (!in[rule->needed[i]]) return false;
    return true;
}

static size_t first(void *user, bool *const try[], size_t n)
{
    struct rule *rule = user;
    rule->n_tries += n;
    if (rule->stop_after && rule->n_tries > rule->stop_after) return DDMIN_STOP;
    for (size_t i = 0; i < n; i++)
        if (fails(rule, try[i])) return i;
    return n;
}

static size_t run(struct rule *rule, bool *in, size_t n_tries, bool whole)
{
    struct ddmin d = {.n = PARTS, .in = in, .n_tries = n_tries, .first = first, .user = rule};
    size_t left = 0;
    memset(in, true, PARTS);
    assert_int_equal(ddmin_run(&d), whole);
    for (size_t i = 0; i < PARTS; i++)
        left += in[i];
    return left;
}

static void what_is_needed_is_left(void **unused)
{
    static bool in[PARTS];
    static const size_t at_once[] = {1, 2, DDMIN_MOST_TRIES};
    struct rule rules[] = {{.n_needed = 0},
                           {.needed = {0}, .n_needed = 1},
                           {.needed = {PARTS - 1}, .n_needed = 1},
                           {.needed = {0, PARTS / 2, PARTS - 1}, .n_needed = 3},
                           {.needed = {17, 18, 19, 2000}, .n_needed = 4}};
    (void)unused;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        for (size_t k = 0; k < sizeof at_once / sizeof at_once[0]; k++) {
            rules[i].n_tries = 0;
            assert_int_equal(run(&rules[i], in, at_once[k], true), rules[i].n_needed);
            assert_true(fails(&rules[i], in));
            assert_in_range(rules[i].n_tries, 1, 400);
        }
}

static void stopped_it_keeps_what_fails(void **unused)
{
    static bool in[PARTS];
    (void)unused;
    for (size_t after = 1; after < 60; after += 7) {
        struct rule rule = {.needed = {3, 1500, 2999}, .n_needed = 3, .stop_after = after};
        size_t left = run(&rule, in, 2, false);
        assert_true(fails(&rule, in));
        assert_in_range(left, 3, PARTS);
    }
}

/* Whatever goes, the rest is written as a trace that can be read, and is then the same. */
static void any_rest_is_a_trace(void **unused)
{
    static const char text[] =
        "a 0 10\nf -1\nr 7 5\na 0 20\nr 0 30\nf 0\nr 7 0\nf 7\na 1 8\nr 1 0\n"
        "r 1 4\nf 1\nf -1\na 7 3\n";
    struct trace whole, part, again;
    struct lives lives;
    char error[256] = "";
    uint64_t state = 5;
    (void)unused;
    assert_true(trace_parse(&whole, text, sizeof text - 1, error, sizeof error));
    assert_true(lives_find(&lives, &whole));
    assert_int_equal(lives.n, 7);
    for (int k = 0; k < 2000; k++) {
        bool in[16] = {false};
        uint32_t size[16];
        size_t n = 0, bytes = 0;
        for (size_t i = 0; i < whole.n_ops; i++) {
            in[i] = splitmix_next(&state) % 2;
            size[i] = whole.op[i].size;
            if (in[i] && lives.begins[i]) n++;
        }
        for (size_t i = 0; i < whole.n_ops; i++) /* nothing without what begins it */
            for (size_t b = 0; b <= i; b++)
                if (lives.begins[b] && lives.life[b] == lives.life[i] && !in[b]) in[i] = false;
        if (n == 0) continue;
        assert_true(lives_trace(&lives, in, size, &part));
        char *written = NULL;
        FILE *to = open_memstream(&written, &bytes);
        assert_true(lives_write(&part, to));
        fclose(to);
        assert_true(trace_parse(&again, written, bytes, error, sizeof error));
        assert_int_equal(again.form, TRACE_CSAPP);
        assert_int_equal(again.n_ops, part.n_ops);
        assert_memory_equal(again.op, part.op, part.n_ops * sizeof *part.op);
        assert_int_equal(again.n_notes, 0);
        trace_release(&part);
        trace_release(&again);
        free(written);
    }
    lives_release(&lives);
    trace_release(&whole);
}

/* "a 0" twice: what it named first lives on. */
static void the_most_that_lives_at_once(void **unused)
{
    static const char text[] = "a 0 10\na 0 20\nr 0 5\nf 0\na 1 6\n";
    struct trace whole, t;
    struct lives lives;
    char error[256];
    bool in[5] = {true, true, true, true, true};
    const uint32_t size[5] = {10, 20, 5, 0, 6};
    (void)unused;
    assert_true(trace_parse(&whole, text, sizeof text - 1, error, sizeof error));
    assert_true(lives_find(&lives, &whole));
    assert_true(lives_trace(&lives, in, size, &t));
    assert_int_equal(lives_peak(&t), 30);
    trace_release(&t);
    in[1] = in[2] = in[3] = false;
    assert_true(lives_trace(&lives, in, size, &t));
    assert_int_equal(lives_peak(&t), 16);
    trace_release(&t);
    lives_release(&lives);
    trace_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_needed_is_left),
        cmocka_unit_test(stopped_it_keeps_what_fails),
        cmocka_unit_test(any_rest_is_a_trace),
        cmocka_unit_test(the_most_that_lives_at_once),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
