/* test_log.c: entries of the log, and the trace of a command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/session/log.h"
#include "cli/session/step_trace.h"

static struct session_setup setup;

static void an_entry_is_kept_if_it_changed_something(void **unused)
{
    (void)unused;
    struct log l;
    log_init(&l);
    assert_true(log_record(&l, "alloc 1", LOG_DONE)); /* nothing is being recorded */
    assert_true(log_open(&l, "source f", 3, &setup));
    for (int i = 0; i < 9; i++)
        assert_true(log_record(&l, "alloc 1", LOG_DONE));
    l.suspended = 1;
    assert_true(log_record(&l, "alloc 2", LOG_DONE));
    l.suspended = 0;
    log_close(&l, true, 96, 64);
    log_close(&l, true, 0, 0); /* there is none */
    assert_int_equal(l.n, 1);
    assert_int_equal(l.entries[0]->n_lines, 9);
    assert_string_equal(l.entries[0]->title, "source f");
    assert_int_equal(l.entries[0]->seq, 3);
    assert_int_equal(l.entries[0]->heap_bytes, 96);
    assert_true(log_open(&l, "stats", 4, &setup));
    log_close(&l, false, 96, 64);
    assert_int_equal(l.n, 1);
    assert_true(log_open(&l, "left open", 5, &setup));
    assert_true(log_open(&l, "and let go", 6, &setup));
    log_release(&l);
}

static void what_was_undone_is_forgotten_by_a_new_entry(void **unused)
{
    (void)unused;
    struct log l;
    log_init(&l);
    for (int i = 0; i < 2; i++) {
        assert_true(log_open(&l, "alloc 1", 1, &setup) && log_record(&l, "alloc 1", LOG_DONE));
        log_close(&l, true, 0, 0);
        assert_true(log_push(&l.undone, &l.n_undone, &l.room_undone, l.entries[--l.n]));
        assert_int_equal(l.n_undone, 1);
        assert_true(i == 0
                        ? log_open(&l, "alloc 2", 2, &setup) && log_record(&l, "alloc 2", LOG_DONE)
                        : log_add_death(&l, 2, 9, "killed", 0, 0));
        log_close(&l, true, 0, 0);
        assert_int_equal(l.n_undone, 0);
    }
    assert_true(l.entries[l.n - 1]->death);
    assert_string_equal(l.entries[l.n - 1]->title, "# the target was killed");
    log_release(&l);
}

static void a_list_grows(void **unused)
{
    (void)unused;
    struct log l;
    char title[32];
    log_init(&l);
    for (uint32_t i = 0; i < 1000; i++) {
        snprintf(title, sizeof title, "alloc %u", i);
        assert_true(log_open(&l, title, i, &setup) && log_record(&l, title, LOG_DONE));
        log_close(&l, true, i, i);
    }
    assert_int_equal(l.n, 1000);
    assert_string_equal(l.entries[999]->lines[0], "alloc 999");
    log_release(&l);
}

/* ── The trace: the first and the last, and how many between ── */

static void a_short_trace_is_whole(void **unused)
{
    (void)unused;
    static struct step_trace t;
    step_trace_reset(&t, 0x1000);
    for (uint64_t i = 0; i < STEP_TRACE_MAX; i++)
        step_trace_add(&t, &(struct step){.kind = STEP_PROBE, .a = i}, 1);
    assert_int_equal(step_trace_n(&t), STEP_TRACE_MAX);
    for (uint64_t i = 0; i < STEP_TRACE_MAX; i++)
        assert_int_equal(step_trace_at(&t, i).a, i);
    assert_int_equal(t.n_skipped, 0);
    assert_int_equal(t.brk_before, 0x1000);
}

static void a_long_trace_counts_what_it_skips(void **unused)
{
    (void)unused;
    static struct step_trace t;
    enum { LONG = 5000 };
    step_trace_reset(&t, 0);
    for (uint64_t i = 0; i < LONG; i++)
        step_trace_add(&t,
                       &(struct step){.kind = i % 7 == 6 ? STEP_SKIPPED : STEP_PROBE,
                                      .a = i % 7 == 6 ? 10 : i},
                       1);
    uint64_t told = 0, counted = 0, all = 0;
    for (uint64_t i = 0; i < LONG; i++)
        all += i % 7 == 6 ? 10 : 1;
    for (size_t i = 0; i < step_trace_n(&t); i++) {
        struct step s = step_trace_at(&t, i);
        counted += s.kind == STEP_SKIPPED ? s.a : 1;
        told++;
    }
    assert_int_equal(counted, all);
    assert_int_equal(told, STEP_TRACE_MAX + 1);
    assert_int_equal(step_trace_at(&t, step_trace_n(&t) - 1).a, LONG - 1);
    assert_int_equal(step_trace_at(&t, STEP_TRACE_MAX / 2).kind, STEP_SKIPPED);
    step_trace_reset(&t, 0);
    assert_int_equal(step_trace_n(&t), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_kept_if_it_changed_something),
        cmocka_unit_test(what_was_undone_is_forgotten_by_a_new_entry),
        cmocka_unit_test(a_list_grows),
        cmocka_unit_test(a_short_trace_is_whole),
        cmocka_unit_test(a_long_trace_counts_what_it_skips),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
