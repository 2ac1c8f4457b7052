/* test_lockstep.c: several heaps on one trace: what each comes to, by hand, and where they part. */
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

#include "cli/score/generate.h"
#include "cli/score/lockstep.h"

static struct lockstep l; /* large */
static struct trace trace;
static struct lockstep_setup setups[LOCKSTEP_MOST];

static void begin(const char *text, size_t n, const enum heap_policy *policies)
{
    char error[256];
    assert_true(trace_parse(&trace, text, strlen(text), error, sizeof error));
    for (size_t i = 0; i < n; i++) {
        setups[i].name = heap_policy_name(policies[i]);
        session_setup_defaults(&setups[i].setup, policies[i]);
    }
    assert_true(lockstep_begin(&l, setups, n, &trace, NULL));
}

static void play(void)
{
    while (lockstep_step(&l))
        continue;
    assert_string_equal(l.error, "");
    assert_int_equal(l.at, trace.n_ops);
    assert_true(lockstep_peaks(&l));
}

static void end(void)
{
    lockstep_release(&l);
    trace_release(&trace);
}

#define BEGIN(text, ...)                                                                           \
    begin(text, sizeof((enum heap_policy[]){__VA_ARGS__}) / sizeof(enum heap_policy),              \
          (const enum heap_policy[]){__VA_ARGS__})

/* first-fit takes the first hole, of 112 bytes, best-fit the one of 48. Then 100 bytes fit under
 * best-fit alone. */
static const char holes[] = "a 0 100\na 1 16\na 2 40\na 3 16\nf 0\nf 2\na 4 40\na 5 100\n";

static void they_part_where_the_payloads_do(void **state)
{
    (void)state;
    char words[256];
    BEGIN(holes, HEAP_FIRST_FIT, HEAP_FIRST_FIT, HEAP_BEST_FIT);
    for (size_t i = 0; i < 6; i++) {
        assert_true(lockstep_step(&l));
        assert_int_equal(l.parted.op, 0);
    }
    play();
    assert_int_equal(l.parted.op, 7);
    assert_int_equal(l.parted.other, 2);
    assert_int_equal(l.parted.by, PARTED_PLACE);
    assert_string_equal(lockstep_parting_words(&l, &l.parted, words, sizeof words),
                        "operation 7 (line 7), malloc(40) of id 4: the payload is at +0x10 under "
                        "first-fit, at +0xb0 under best-fit");
    assert_int_equal(l.grew.op, 8);
    assert_string_equal(lockstep_parting_words(&l, &l.grew, words, sizeof words),
                        "operation 8 (line 8), malloc(100) of id 5: brk is at +0x180 under "
                        "first-fit, at +0x100 under best-fit");
    end();
}

static void the_same_do_not_part(void **state)
{
    (void)state;
    BEGIN(holes, HEAP_NEXT_FIT, HEAP_NEXT_FIT);
    play();
    assert_int_equal(l.parted.op, 0);
    assert_int_equal(l.grew.op, 0);
    end();
}

/* Three blocks of 32 + 64 bytes; the middle one is free when 1 more is asked for, and is taken
 * whole. */
static void what_a_heap_comes_to(void **state)
{
    (void)state;
    BEGIN("a 0 64\na 1 64\na 2 64\nf 1\nf -1\na 3 1\na 4 10\nr 4 0\nf 4\n", HEAP_HEADER);
    play();
    const struct lockstep_heap *h = &l.heap[0];
    assert_int_equal(h->n_ops, 9);
    assert_int_equal(h->n_failed, 0);
    assert_int_equal(h->most_heap, 3 * 96 + 48);
    assert_int_equal(h->peak.op, 3);
    assert_int_equal(h->peak.live_bytes, 192);
    assert_int_equal(h->peak.heap_bytes, 288);
    assert_true(h->peak.has_free);
    assert_int_equal(h->peak.free_bytes, 0);
    assert_true(lockstep_utilization(h) == 192.0 / 336.0);
    assert_int_equal(h->n_requests, 5);
    assert_int_equal(h->n_looked, 0 + 1 + 2 + 2 + 3);
    assert_int_equal(h->live_bytes, 64 + 64 + 1);
    end();
}

static void what_is_free_at_the_peak(void **state)
{
    (void)state;
    BEGIN("a 0 64\na 1 16\nf 0\na 2 200\nf 2\nf 1\n", HEAP_HEADER, HEAP_BUMP);
    play();
    assert_int_equal(l.heap[0].peak.op, 4);
    assert_int_equal(l.heap[0].peak.free_bytes, 64);
    assert_false(l.heap[1].peak.has_free);
    end();
}

/* Runs of looks are told as their number: it is exact. */
static void long_searches_are_counted_whole(void **state)
{
    (void)state;
    enum { N = 400 };
    char text[N * 16], *at = text;
    for (int i = 0; i < N; i++)
        at += sprintf(at, "a %d 16\n", i);
    BEGIN(text, HEAP_HEADER, HEAP_FIRST_FIT);
    play();
    assert_int_equal(l.heap[0].n_looked, N * (N - 1) / 2);
    assert_int_equal(l.heap[1].n_looked, 0);
    end();
}

/* bump takes nothing back: what the program has freed is not live all the same, and a realloc that
 * failed leaves the block as it was. Its peak is another one than the trace's. */
static void what_fails_is_told_and_goes_on(void **state)
{
    (void)state;
    BEGIN("a 0 16\na 1 32\nr 0 1000\nf 1\na 2 8\n", HEAP_BUMP, HEAP_FIRST_FIT);
    play();
    const struct lockstep_heap *bump = &l.heap[0];
    assert_int_equal(bump->n_ops, 5);
    assert_int_equal(bump->n_failed, 2);
    assert_int_equal(bump->failure.op, 3);
    assert_non_null(strstr(bump->failure.words, "nobody knows how long the block is"));
    assert_int_equal(bump->live_bytes, 16 + 8);
    assert_int_equal(bump->peak.op, 2);
    assert_int_equal(bump->peak.live_bytes, 48);
    assert_int_equal(bump->most_heap, 64);
    assert_int_equal(l.heap[1].peak.op, 3);
    assert_int_equal(l.heap[1].n_failed, 0);
    end();
}

static void a_refusal_parts_them(void **state)
{
    (void)state;
    char words[256];
    BEGIN("a 0 16\nf 0\n", HEAP_FIRST_FIT, HEAP_FIRST_FIT);
    lockstep_release(&l);
    setups[1].setup.limit = 16;
    assert_true(lockstep_begin(&l, setups, 2, &trace, NULL));
    play();
    assert_int_equal(l.parted.by, PARTED_RESULT);
    setups[1].name = "the small one";
    assert_string_equal(lockstep_parting_words(&l, &l.parted, words, sizeof words),
                        "operation 1 (line 1), malloc(16) of id 0: it fails under the small one, "
                        "and not under first-fit");
    assert_int_equal(l.heap[1].n_failed, 1);
    end();
}

static void who_dies_stays_behind(void **state)
{
    (void)state;
    BEGIN("a 0 16\na 1 16\nf 0\nf 1\n", HEAP_FIRST_FIT, HEAP_BEST_FIT);
    assert_true(lockstep_step(&l));
    assert_int_equal(kill(l.heap[1].session->target.pid, SIGKILL), 0);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)l.heap[1].session->target.pid, &info, WEXITED | WNOWAIT),
                     0);
    while (lockstep_step(&l))
        continue;
    assert_int_equal(l.heap[0].n_ops, 4);
    assert_int_equal(l.heap[0].n_failed, 0);
    assert_int_equal(l.heap[1].death.op, 2);
    assert_string_equal(l.heap[1].death.words, "the target was killed by signal 9 (SIGKILL)");
    assert_int_equal(l.parted.op, 2);
    end();
}

/* All that it came to, in words. */
static char *summary(bool (*play_on)(struct lockstep *l), size_t n)
{
    char *text = NULL, words[512];
    size_t bytes = 0;
    assert_true(lockstep_begin(&l, setups, n, &trace, NULL));
    while (play_on(&l))
        continue;
    assert_true(lockstep_peaks(&l));
    FILE *to = open_memstream(&text, &bytes);
    assert_non_null(to);
    for (size_t i = 0; i < n; i++) {
        const struct lockstep_heap *h = &l.heap[i];
        fprintf(to,
                "%s: %zu ops, %zu failed, first %zu %s, looked %llu of %llu, live %llu, most "
                "%llu, brk %llu, peak %zu %llu %llu\n",
                setups[i].name, h->n_ops, h->n_failed, h->failure.op, h->failure.words,
                (unsigned long long)h->n_looked, (unsigned long long)h->n_requests,
                (unsigned long long)h->live_bytes, (unsigned long long)h->most_heap,
                (unsigned long long)h->brk, h->peak.op, (unsigned long long)h->peak.heap_bytes,
                (unsigned long long)h->peak.free_bytes);
    }
    if (l.parted.op)
        fprintf(to, "%s\n", lockstep_parting_words(&l, &l.parted, words, sizeof words));
    if (l.grew.op) fprintf(to, "%s\n", lockstep_parting_words(&l, &l.grew, words, sizeof words));
    assert_int_equal(fclose(to), 0);
    lockstep_release(&l);
    return text;
}

/* What comes in few round trips is what comes one by one, failures and all. */
static void many_come_to_the_same(void **state)
{
    (void)state;
    static const enum heap_policy policies[] = {HEAP_BUMP, HEAP_HEADER, HEAP_FIRST_FIT,
                                                HEAP_BEST_FIT, HEAP_BEST_FIT};
    enum { N = sizeof policies / sizeof policies[0] };
    for (const char *const *shape = (const char *const[]){"uniform", "realloc", "queue", NULL};
         *shape; shape++) {
        char *text = NULL, error[256];
        size_t bytes = 0;
        FILE *to = open_memstream(&text, &bytes);
        assert_non_null(to);
        assert_int_equal(generate(to, generator_find(*shape), 3, 1500), 0);
        assert_int_equal(fclose(to), 0);
        assert_true(trace_parse(&trace, text, bytes, error, sizeof error));
        free(text);
        for (size_t i = 0; i < N; i++) {
            setups[i].name = heap_policy_name(policies[i]);
            session_setup_defaults(&setups[i].setup, policies[i]);
        }
        setups[N - 1].name = "the small one";
        setups[N - 1].setup.limit = 20000;
        char *one = summary(lockstep_step, N), *many = summary(lockstep_play, N);
        assert_string_equal(many, one);
        free(one);
        free(many);
        trace_release(&trace);
    }
}

/* Where a target dies in the midst of many, all before is known. */
static void who_dies_among_many_stays_behind(void **state)
{
    (void)state;
    BEGIN("a 0 16\na 1 16\nf 0\nf 1\n", HEAP_FIRST_FIT, HEAP_BEST_FIT);
    assert_int_equal(kill(l.heap[1].session->target.pid, SIGKILL), 0);
    assert_true(lockstep_play(&l)); /* the next one lives */
    assert_int_equal(l.at, 2);
    while (lockstep_play(&l))
        continue;
    assert_string_equal(l.error, "");
    assert_int_equal(l.heap[1].n_ops, 4);
    assert_int_equal(l.heap[1].death.op, 0);
    assert_int_equal(l.parted.op, 0);
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_part_where_the_payloads_do),
        cmocka_unit_test(the_same_do_not_part),
        cmocka_unit_test(what_a_heap_comes_to),
        cmocka_unit_test(what_is_free_at_the_peak),
        cmocka_unit_test(long_searches_are_counted_whole),
        cmocka_unit_test(what_fails_is_told_and_goes_on),
        cmocka_unit_test(a_refusal_parts_them),
        cmocka_unit_test(who_dies_stays_behind),
        cmocka_unit_test(many_come_to_the_same),
        cmocka_unit_test(who_dies_among_many_stays_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
